//! The timeline above the tabs: the strip, markers and the preview.

mod markers;
mod preview;
mod strip;

pub(crate) use markers::{RecordMarker, TimelineMarker, record_markers, timeline_markers};
pub use preview::{PreviewLine, timeline_preview};
pub use strip::{Mark, MarkKind, Strip, compressed_strip, strip};
