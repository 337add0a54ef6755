//! A file that is still written: what is appended is sent as it arrives.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::unfold;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// A file that was changed within this time may still be written.
const RECENT: Duration = Duration::from_secs(10);
/// How often a file is read again.
const INTERVAL: Duration = Duration::from_millis(250);
/// How long a recently changed file is watched for its first addition.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// A file that has not grown for this time is complete.
const IDLE: Duration = Duration::from_secs(60);
const PIECE_BYTES: usize = 256 << 10;

/// Until when a file is watched.
#[derive(Clone, Debug)]
pub(super) enum Until {
    /// It is being written by this process, which says when it is complete.
    Complete(watch::Receiver<bool>),
    /// It has not grown for a while.
    Idle,
}

/// Whether a file may still be written.
pub(super) async fn is_recent(path: &Path) -> bool {
    let modified = tokio::fs::metadata(path).await.and_then(|file| file.modified());
    modified.is_ok_and(|modified| SystemTime::now().duration_since(modified).is_ok_and(|age| age < RECENT))
}

/// Sends a file from its beginning, and what is appended to it meanwhile.
///
/// # Errors
/// If it cannot be opened.
pub(super) async fn respond(path: PathBuf, until: Until) -> io::Result<Response> {
    let file = File::open(path).await?;
    let tail = Tail { file, until, has_grown: false, read_end: None };
    Ok(Body::from_stream(unfold(tail, |mut tail| async {
        let piece = tail.next().await.transpose()?;
        Some((piece, tail))
    }))
    .into_response())
}

struct Tail {
    file: File,
    until: Until,
    /// Whether something was appended since the file was first read to its end.
    has_grown: bool,
    /// When the end was reached, of which nothing was appended since.
    read_end: Option<Instant>,
}

impl Tail {
    /// The next bytes, as soon as there are any; `None` where the file is complete.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            // Read before the end is looked at: what was written before it is complete belongs to it.
            let is_complete = self.is_complete();
            let len = self.file.read(&mut buffer).await?;
            if len > 0 {
                self.has_grown |= self.read_end.take().is_some();
                buffer.truncate(len);
                return Ok(Some(buffer.into()));
            }
            if is_complete {
                return Ok(None);
            }
            self.read_end.get_or_insert_with(Instant::now);
            sleep(INTERVAL).await;
        }
    }

    fn is_complete(&self) -> bool {
        match &self.until {
            Until::Complete(complete) => *complete.borrow(),
            Until::Idle => {
                let wait = if self.has_grown { IDLE } else { FIRST_WAIT };
                self.read_end.is_some_and(|end| end.elapsed() > wait)
            }
        }
    }
}
