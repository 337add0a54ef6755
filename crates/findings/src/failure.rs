//! Why a request did not get a response that the page could read.

use session::model::{Http, Outcome, Record};

use crate::console::{ConsoleErrors, Refusal};
use crate::url::truncated;

/// Bytes of an error text that are searched.
const MAX_BYTES: usize = 1000;

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The page or its user ended it.
    Canceled,
    Blocked,
    Cors,
    MixedContent,
    /// For any other reason, or one that was not recorded.
    Other,
}

/// Why a request failed; `None` if it did not, whatever its status.
pub(crate) fn failure(record: &Record, http: &Http, console: &ConsoleErrors) -> Option<Failure> {
    let has_failed = match http.outcome {
        Outcome::Failed | Outcome::Canceled | Outcome::Blocked => true,
        Outcome::Done => record.status.is_none() && record.error.is_some(),
        Outcome::Pending => false,
    };
    if !has_failed {
        return None;
    }
    let error = error_text(record).to_ascii_lowercase();
    let has = |part: &str| error.contains(part);
    let is_cors = has("cors") || has("cross-origin request") || has("access-control-allow-origin");
    if is_cors || console.refusal(&record.url) == Some(Refusal::Cors) {
        Some(Failure::Cors)
    } else if has("mixed content") || has("mixed-content") || has("mixed_content") {
        Some(Failure::MixedContent)
    } else {
        Some(match http.outcome {
            Outcome::Canceled => Failure::Canceled,
            Outcome::Blocked => Failure::Blocked,
            Outcome::Failed | Outcome::Done | Outcome::Pending => Failure::Other,
        })
    }
}

/// The beginning of the producer's text about a failure; empty if there is none.
pub(crate) fn error_text(record: &Record) -> &str {
    record.error.as_deref().map_or("", |error| truncated(error, MAX_BYTES)).trim()
}
