//! The timeline above the tabs: the strip, its scale with idle gaps compressed, markers, ticks and the preview.

mod compressed_time_scale;
mod idle;
mod markers;
mod preview;
mod strip;
mod ticks;

pub use compressed_time_scale::{CompressedTimeScale, IdleGap};
pub use idle::idle_periods;
pub(crate) use markers::{RecordMarker, TimelineMarker, record_markers, timeline_markers};
pub use preview::{PreviewLine, timeline_preview};
pub use strip::{Mark, MarkKind, Strip, compressed_strip, strip};
pub use ticks::Tick;
pub(crate) use ticks::ticks;
