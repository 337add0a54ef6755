//! A stream passed on in slices, between which the page stays responsive.

use std::fmt;

use super::stream::StreamError;
use super::{ByteStream, TaskHandle, TimeSlicer};

/// Bytes that are passed on before the clock is read.
const SLICE_BYTES: usize = 64 << 10;

/// How reading goes on after a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Continue,
    /// Continue after the browser has run its queued tasks.
    Yield,
    /// Continue after the browser has run its queued tasks and painted.
    YieldUntilPaint,
    /// Read no more.
    Stop,
}

/// How reading a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Complete,
    /// Everything arrived, but a checksum does not match: which one.
    Damaged(String),
    /// The source stopped before the end, and why.
    Interrupted(StreamError),
    /// The reader needs no more.
    Stopped,
    /// The task was canceled.
    Canceled,
}

/// Why the bytes of a file are not available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The source stopped before the end, and why.
    Interrupted(StreamError),
    /// Everything arrived, but a checksum does not match: which one.
    Damaged(String),
    /// There are more bytes than the caller accepts.
    TooLarge,
    /// The task was canceled.
    Canceled,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted(why) => write!(formatter, "the transfer was interrupted: {why}"),
            Self::Damaged(why) => write!(formatter, "damaged: {why}"),
            Self::TooLarge => formatter.write_str("the file is too large"),
            Self::Canceled => formatter.write_str("canceled"),
        }
    }
}

impl ByteStream {
    /// Passes the stream on to `take` until it ends, `take` stops it, or the task is canceled.
    ///
    /// # Errors
    /// Those of `take`.
    pub async fn pump<E>(
        &mut self,
        task: &TaskHandle,
        mut take: impl FnMut(&[u8]) -> Result<Flow, E>,
    ) -> Result<Ending, E> {
        let mut slicer = TimeSlicer::default();
        let mut scratch = Vec::new();
        loop {
            let piece = match self.next(&mut scratch).await {
                _ if task.is_canceled() => return Ok(self.stop(Ending::Canceled)),
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(self.damage().map_or(Ending::Complete, Ending::Damaged)),
                Err(why) => return Ok(Ending::Interrupted(why)),
            };
            for slice in piece.chunks(SLICE_BYTES) {
                match take(slice) {
                    Ok(Flow::Continue) => slicer.yield_if_due().await,
                    Ok(Flow::Yield) => slicer.yield_now().await,
                    Ok(Flow::YieldUntilPaint) => slicer.yield_until_painted().await,
                    Ok(Flow::Stop) => return Ok(self.stop(Ending::Stopped)),
                    Err(error) => return Err(self.stop(error)),
                }
                if task.is_canceled() {
                    return Ok(self.stop(Ending::Canceled));
                }
            }
        }
    }

    /// The bytes of a file of at most `max` bytes; `on_progress` gets the number of bytes so far.
    ///
    /// # Errors
    /// When it is larger, is damaged or does not arrive completely, or when the task is canceled.
    pub async fn read_all(
        &mut self,
        task: &TaskHandle,
        max: usize,
        on_progress: impl Fn(usize),
    ) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        let ending = self.pump(task, |slice| {
            if bytes.len() + slice.len() > max {
                return Err(ReadError::TooLarge);
            }
            bytes.extend_from_slice(slice);
            on_progress(bytes.len());
            Ok(Flow::Continue)
        });
        match ending.await? {
            Ending::Interrupted(why) => Err(ReadError::Interrupted(why)),
            Ending::Damaged(why) => Err(ReadError::Damaged(why)),
            Ending::Canceled => Err(ReadError::Canceled),
            Ending::Complete | Ending::Stopped => Ok(bytes),
        }
    }

    /// Stops the stream before its end.
    fn stop<T>(&self, ending: T) -> T {
        self.cancel();
        ending
    }
}

impl Ending {
    /// Why the file ends before it is complete, for the notes of its reader.
    pub fn broken(self) -> Option<String> {
        match self {
            Self::Interrupted(why @ StreamError::Transfer(_)) => {
                Some(format!("the transfer was interrupted there: {why}"))
            }
            Self::Interrupted(why) => Some(why.to_string()),
            Self::Complete | Self::Damaged(_) | Self::Stopped | Self::Canceled => None,
        }
    }

    /// What proves that the file is damaged, for the same.
    pub fn damage(&self) -> Option<String> {
        match self {
            Self::Damaged(why) => Some(format!("damaged: {why}")),
            _ => None,
        }
    }
}
