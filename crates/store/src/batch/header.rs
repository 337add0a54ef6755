//! The first line of a batch.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BatchError, BatchErrorKind, Limits};
use crate::json::{RawObject, Text, depth};
use crate::names::SessionId;

/// The only format that is known, as manifests name it.
const FORMAT: &str = "replayscope/1";
/// Maximum number of a batch.
const MAX_SEQUENCE: u64 = 1 << 31;

/// Keys of the first line that become part of the manifest.
const COPIED_KEYS: [&str; 4] = ["user", "release", "tags", SENT_AT];
/// When the recorder sent the batch, by its own clock: epoch milliseconds. The store compares it with
/// its clock, and does not keep it.
pub(crate) const SENT_AT: &str = "sentAt";
/// Keys of a manifest that only the store writes.
pub(crate) const RESERVED_KEYS: [&str; 3] = ["counts", "files", "received"];

#[derive(Deserialize)]
struct FirstLine<'a> {
    session: Option<Text>,
    #[serde(borrow)]
    sequence: Option<&'a RawValue>,
    manifest: Option<RawObject>,
    user: Option<Box<RawValue>>,
    release: Option<Box<RawValue>>,
    tags: Option<Box<RawValue>>,
    #[serde(rename = "sentAt")]
    sent_at: Option<Box<RawValue>>,
    #[serde(borrow, rename = "final")]
    is_final: Option<&'a RawValue>,
}

/// What the first line says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) session: SessionId,
    /// 1 to 2³¹.
    pub(super) sequence: u32,
    /// The manifest without what the store adds.
    pub(super) head: RawObject,
    pub(super) is_ended: bool,
}

impl Header {
    pub(super) fn parse(line: &str, limits: &Limits) -> Result<Self, BatchError> {
        let wrong = |message: &str| BatchError::malformed(1, message);
        if line.len() > limits.header {
            return Err(BatchError::too_large(1, format!("more than {} bytes", limits.header)));
        }
        let first: FirstLine<'_> =
            serde_json::from_str(line).map_err(|error| BatchError::invalid_json(1, &error))?;
        if depth(line) > limits.depth {
            return Err(wrong("its values are nested too deeply"));
        }
        let session = first.session.ok_or_else(|| wrong("“session” is missing"))?.0;
        let session: SessionId = session.parse().map_err(|error| wrong(&format!("“session” {error}")))?;
        let sequence = first.sequence.and_then(|number| number.get().parse::<u64>().ok());
        let sequence = sequence
            .filter(|number| (1..=MAX_SEQUENCE).contains(number))
            .ok_or_else(|| wrong("“sequence” is not a number from 1 to 2147483648"))?;
        let mut head = first.manifest.ok_or_else(|| wrong("“manifest” is missing"))?;
        check_manifest(&head, &session)?;
        head.remove(&RESERVED_KEYS);
        for (key, value) in
            COPIED_KEYS.into_iter().zip([first.user, first.release, first.tags, first.sent_at])
        {
            if let Some(value) = value {
                head.set(key, value);
            }
        }
        let is_final = first.is_final.is_some_and(|flag| flag.get() == "true");
        let is_ended = is_final || head.value::<f64>("endedAt").is_some();
        Ok(Self { session, sequence: sequence as u32, head, is_ended })
    }
}

fn check_manifest(head: &RawObject, session: &SessionId) -> Result<(), BatchError> {
    if head.text("id").as_deref() != Some(session.as_str()) {
        return Err(BatchError::malformed(1, "“manifest.id” is not the session's id"));
    }
    let format = head.text("format").unwrap_or_default();
    if format == FORMAT {
        return Ok(());
    }
    if format.starts_with("replayscope/") {
        let message = format!("“manifest.format” is not {FORMAT}, the only one that is supported");
        return Err(BatchError::new(BatchErrorKind::Unsupported, Some(1), message));
    }
    Err(BatchError::malformed(1, format!("“manifest.format” is not {FORMAT}")))
}
