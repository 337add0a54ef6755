//! A stream given on in slices, between which the page answers.

use super::stream::StreamError;
use super::{ByteStream, TaskHandle, TimeSlicer};

/// Bytes that are given on before the clock is looked at.
const SLICE_BYTES: usize = 64 << 10;

/// What whoever takes the slices asks for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    More,
    /// More, when the page has done what waits.
    Rest,
    /// More, when what waits has been done and painted.
    Paint,
    Enough,
}

/// How reading a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Whole,
    /// All came, and it is not what it was: what shows that.
    Damaged(String),
    /// The source stopped before the end, and why.
    Broken(StreamError),
    /// Whoever took the slices wants no more of them.
    Enough,
    /// Nobody waits for it any more.
    Canceled,
}

/// Why a stream is not there as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// It stopped before the end, and why.
    Broken(String),
    /// All came, and it is not what it was: what shows that.
    Damaged(String),
    TooLarge,
}

impl ByteStream {
    /// Gives the stream on to `take`, as long as it asks for more and anybody waits; then stops it.
    ///
    /// # Errors
    /// What `take` says.
    pub async fn pump<E>(
        &mut self,
        task: &TaskHandle,
        mut take: impl FnMut(&[u8]) -> Result<Flow, E>,
    ) -> Result<Ending, E> {
        let mut pace = TimeSlicer::default();
        let mut room = Vec::new();
        loop {
            let piece = match self.next(&mut room).await {
                _ if !task.is_wanted() => return Ok(self.left(Ending::Canceled)),
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(self.fault().map_or(Ending::Whole, Ending::Damaged)),
                Err(why) => return Ok(Ending::Broken(why)),
            };
            for slice in piece.chunks(SLICE_BYTES) {
                match take(slice) {
                    Ok(Flow::More) => pace.rest().await,
                    Ok(Flow::Rest) => pace.rest_now().await,
                    Ok(Flow::Paint) => pace.rest_until_painted().await,
                    Ok(Flow::Enough) => return Ok(self.left(Ending::Enough)),
                    Err(error) => return Err(self.left(error)),
                }
                if !task.is_wanted() {
                    return Ok(self.left(Ending::Canceled));
                }
            }
        }
    }

    /// All of a file of at most `most` bytes; `came` is told how many are there.
    ///
    /// # Errors
    /// When it is larger, or does not come to its end.
    pub async fn read_all(
        &mut self,
        task: &TaskHandle,
        most: usize,
        came: impl Fn(usize),
    ) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let ending = self.pump(task, |slice| {
            if bytes.len() + slice.len() > most {
                return Err(ReadError::TooLarge);
            }
            bytes.extend_from_slice(slice);
            came(bytes.len());
            Ok(Flow::More)
        });
        match ending.await {
            Ok(Ending::Broken(why)) => Err(ReadError::Broken(why.to_string())),
            Ok(Ending::Damaged(why)) => Err(ReadError::Damaged(why)),
            Ok(Ending::Canceled) => Err(ReadError::Broken("nobody waits for it any more".to_owned())),
            Ok(Ending::Whole | Ending::Enough) => Ok(bytes),
            Err(why) => Err(why),
        }
    }

    /// Stops the stream before its end.
    fn left<T>(&self, ending: T) -> T {
        self.cancel();
        ending
    }
}

impl Ending {
    /// Why the file ends before it is complete, for the notes of its reader.
    pub fn broken(self) -> Option<String> {
        match self {
            Self::Broken(why @ StreamError::Transfer(_)) => {
                Some(format!("the transfer broke off there: {why}"))
            }
            Self::Broken(why) => Some(why.to_string()),
            Self::Whole | Self::Damaged(_) | Self::Enough | Self::Canceled => None,
        }
    }

    /// What shows that the file is damaged, for the same.
    pub fn damage(&self) -> Option<String> {
        match self {
            Self::Damaged(why) => Some(format!("damaged: {why}")),
            _ => None,
        }
    }
}
