//! The end of a file, complete or truncated.

use crate::model::Truncation;
use json_spans::ScanEnd;

/// Where reading a file ended.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) struct FileEnd<'a> {
    pub(in crate::formats) file: &'a str,
    /// Position of the file's first byte in the session's bytes, and the number of those bytes.
    pub(in crate::formats) start: u64,
    pub(in crate::formats) len: u64,
    pub(in crate::formats) scan: ScanEnd,
    /// The reason if the source stopped before the file's end.
    pub(in crate::formats) broken: Option<&'a str>,
}

impl FileEnd<'_> {
    /// Where the file was truncated; `None` if it is complete. `element` is the 1-based number of
    /// the incomplete element.
    pub(in crate::formats) fn truncation(
        self,
        element_name: &'static str,
        element: Option<u64>,
    ) -> Option<Truncation> {
        let (byte, reason) = match (self.scan, self.broken) {
            (ScanEnd::Complete, None) => return None,
            (ScanEnd::Broken { byte }, _) => (byte, "its JSON is broken there"),
            (_, Some(why)) => (self.len, why),
            (ScanEnd::Truncated, None) => (self.len, "the file ends there"),
        };
        let byte = byte.saturating_sub(self.start);
        Some(Truncation {
            file: self.file.to_owned(),
            byte,
            element,
            element_name,
            reason: reason.to_owned(),
        })
    }
}
