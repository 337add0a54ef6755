//! Opens sessions from memory, as an app would from the network.

use session::model::Session;
use session::read::{LoadError, Next, Opening, Want};

/// Opens `first`, bringing the files it asks for from `others`, in pieces of `piece` bytes.
pub(crate) fn open(
    first: (&str, &[u8]),
    others: &[(&str, &[u8])],
    piece: usize,
) -> Result<Session, LoadError> {
    let mut opening = Opening::new(first.0);
    let mut bytes = first.1;
    loop {
        for piece in bytes.chunks(piece.max(1)) {
            if opening.feed(piece)? == Want::Nothing {
                break;
            }
        }
        let mut next = opening.finish(None)?;
        bytes = loop {
            let (Next::Read { path: name } | Next::Try { first: name }) = next else {
                return Ok(opening.into_session());
            };
            if let Some((_, found)) = others.iter().find(|(known, _)| *known == name) {
                break found;
            }
            match opening.missing(LoadError::new("The file is not there", name, "Bring it.", true)) {
                Ok(after) => next = after,
                // What is there is shown beside the alert.
                Err(_) => return Ok(opening.into_session()),
            }
        };
    }
}
