//! Whether a connection recovered the state of an earlier one (Socket.IO 4.6).

use super::super::{Continuity, Sample};
use crate::encodings::{SpanTree, Syntax};
use crate::model::Direction;

/// The server answers with the private ID of the session that the client asked for, or with a new
/// one. `None` where recovery is not enabled.
pub(super) fn of(sample: &Sample) -> Option<Continuity> {
    let given = private_id(sample, Direction::Received)?;
    Continuity::of_ids(private_id(sample, Direction::Sent).as_deref(), &given)
}

/// That of the first CONNECT packet that has one: `40{"pid":…}`, with the namespace before the data
/// if it is not the main one.
fn private_id(sample: &Sample, direction: Direction) -> Option<String> {
    let mut tree = SpanTree::default();
    sample.frames().filter(|frame| frame.direction == direction).find_map(|frame| {
        let data = frame.text()?.strip_prefix("40")?;
        let json = data.get(data.find('{')?..)?;
        Some(tree.reparse(Syntax::Json, json.as_bytes())?.get_str("pid")?.into_owned())
    })
}
