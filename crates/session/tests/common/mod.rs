//! Opens sessions from memory, as an app would from the network.

use session::model::Session;
use session::read::{LoadError, Next, Opening};

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
            opening.feed(piece)?;
        }
        match opening.finish(None)? {
            Next::Done => return Ok(opening.into_session()),
            Next::Read { path } => {
                let Some((_, found)) = others.iter().find(|(name, _)| *name == path) else {
                    opening.missing("it is not there");
                    return Ok(opening.into_session());
                };
                bytes = found;
            }
        }
    }
}
