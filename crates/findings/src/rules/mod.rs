//! The rules, one file each.

pub(crate) mod blocked_request;
pub(crate) mod clock_skew;
pub(crate) mod console_exception;
pub(crate) mod cors_error;
pub(crate) mod duplicate_request;
pub(crate) mod error_status;
pub(crate) mod expired_token;
pub(crate) mod failed_request;
pub(crate) mod large_transfer;
pub(crate) mod mixed_content;
pub(crate) mod redirect_chain;
pub(crate) mod request_chain;
pub(crate) mod secret_in_url;
pub(crate) mod slow_request;
pub(crate) mod socket_abnormal_close;
pub(crate) mod socket_never_opened;
pub(crate) mod socket_queue;
pub(crate) mod socket_reconnect_loop;
pub(crate) mod socket_silent;
pub(crate) mod socket_unanswered;
pub(crate) mod uncached_transfer;
pub(crate) mod uncompressed_transfer;

use session::encodings::visible_line;
use session::model::{Http, Record, RecordKind, ResourceType};

/// Characters of a recorded text in a sentence.
const MAX_TEXT_CHARS: usize = 160;

/// A recorded text as a sentence quotes it.
fn quoted(text: &str) -> Box<str> {
    visible_line(text.trim(), MAX_TEXT_CHARS).into()
}

/// The request, if the row is one.
fn request(record: &Record) -> Option<&Http> {
    match &record.kind {
        RecordKind::Http(http) => Some(http),
        RecordKind::Socket(_) => None,
    }
}

/// Whether the page's code made the request.
fn is_call(http: &Http) -> bool {
    matches!(http.resource_type, ResourceType::Fetch | ResourceType::Xhr)
}

/// `3 × ` before what occurred more than once.
fn times(count: u32) -> String {
    if count == 1 { String::new() } else { format!("{count} × ") }
}
