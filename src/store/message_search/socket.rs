//! The search in one socket, by a worker.

use js_sys::Array;
use search_worker::SocketResult;
use session::model::EpochMs;

use super::transfer::Transfer;
use super::worker::SearchWorker;
use crate::source::TaskHandle;
use crate::store::{Messages, SessionStore};

/// Searches sockets by a worker.
pub(in crate::store) struct SocketSearch<'a> {
    pub(in crate::store) session: SessionStore,
    pub(in crate::store) messages: Messages,
    /// Whether wall clocks in a query are in UTC.
    pub(in crate::store) is_utc: bool,
    pub(in crate::store) worker: &'a SearchWorker,
    pub(in crate::store) task: &'a TaskHandle,
}

/// How the search of a socket ended.
pub(in crate::store) enum Searched {
    Done(SocketResult),
    Canceled,
    /// The worker's answer is not valid.
    Invalid,
}

impl SocketSearch<'_> {
    /// Searches the messages of a row with a filter of messages. `on_bytes` gets the number of bytes
    /// of each part that is read.
    pub(in crate::store) async fn run(&self, row: u32, query: &str, on_bytes: impl Fn(usize)) -> Searched {
        let Self { session, messages, worker, task, .. } = *self;
        if task.is_canceled() {
            return Searched::Canceled;
        }
        if !worker.has(row) {
            let sent = Transfer { session, messages, worker, row, task }.run(on_bytes).await;
            if task.is_canceled() {
                return Searched::Canceled;
            }
            if let Err(result) = sent {
                return Searched::Done(result);
            }
        }
        let start = session.with_untracked(|session| session.started_at).map_or(f64::NAN, EpochMs::ms);
        // Until the answer says so: another search sends the socket again.
        worker.set_kept(row, false);
        let values = Array::of3(&query.into(), &start.into(), &self.is_utc.into());
        let Some(result) = worker.call("search", row, &values).await else { return Searched::Canceled };
        let result = SocketResult::decode(&result);
        if task.is_canceled() {
            return Searched::Canceled;
        }
        let Some(result) = result else { return Searched::Invalid };
        worker.set_kept(row, result.is_kept);
        Searched::Done(result)
    }
}
