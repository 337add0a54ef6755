//! Decodes the details of rows, which is most of what the rules cost: at most a bounded number.

use session::model::{Details, Header, Record, Session};

/// Most rows whose details are decoded.
const MAX_ROWS: u32 = 3000;
/// Most bytes of recorded rows that are decoded.
const MAX_BYTES: u64 = 48 << 20;
/// Largest row that is decoded, in bytes.
const MAX_ROW_BYTES: u32 = 2 << 20;
/// Bytes that take about as long as the rules take for one row.
const BYTES_PER_ROW: u64 = 512;

/// Why details were not read, where they were recorded.
pub(crate) const NOT_READ: &str = "There are more requests than the rule reads";

/// Decodes details within a budget, and keeps those of one row.
#[derive(Debug, Default)]
pub(crate) struct DetailsReader {
    cached: Option<(u32, Details)>,
    rows: u32,
    bytes: u64,
    /// Since the last [`take_cost`](Self::take_cost).
    cost: u64,
}

impl DetailsReader {
    /// The details of a row; `None` if the budget is spent or the row is too large.
    pub(crate) fn of(&mut self, session: &Session, record: &Record) -> Option<&Details> {
        let is_cached = self.cached.as_ref().is_some_and(|(number, _)| *number == record.number);
        if !is_cached {
            let len = record.source.len;
            if self.rows >= MAX_ROWS || self.bytes >= MAX_BYTES || len > MAX_ROW_BYTES {
                return None;
            }
            self.rows += 1;
            self.bytes += u64::from(len);
            self.cost += 1 + u64::from(len) / BYTES_PER_ROW;
            self.cached = Some((record.number, session.details(record)));
        }
        self.cached.as_ref().map(|(_, details)| details)
    }

    /// What decoding has cost since the last call, in rows.
    pub(crate) fn take_cost(&mut self) -> u64 {
        std::mem::take(&mut self.cost)
    }
}

/// The value of the first header of that name, in lower case.
pub(crate) fn header<'a>(headers: Option<&'a Vec<Header>>, name: &str) -> Option<&'a str> {
    let found = headers?.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    Some(found.value.trim())
}

/// The MIME type of a response without its parameters, in lower case.
pub(crate) fn mime_type(details: &Details) -> String {
    use session::model::Body;
    let of_body = match &details.response_body {
        Body::Text { mime, .. } | Body::Binary { mime, .. } | Body::InFile { mime, .. } => {
            Some(mime.as_str())
        }
        Body::Empty | Body::NotRecorded(_) => None,
    };
    let recorded = header(details.response_headers.as_ref(), "content-type")
        .or(details.mime_type.as_deref())
        .or(details.body_mime_type.as_deref())
        .or(of_body);
    recorded.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
