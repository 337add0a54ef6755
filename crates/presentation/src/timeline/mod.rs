//! The timeline above the tabs: the strip, its scale with idle gaps compressed, markers, ticks and the preview.

mod compressed_time_scale;
mod idle;
mod markers;
mod preview;
mod strip;
mod ticks;

pub use compressed_time_scale::{CompressedTimeScale, IdleGap};
pub use idle::inactive;
pub(crate) use markers::{RecordLandmark, TimelineMarker, landmarks, record_landmarks};
pub use preview::{PreviewLine, near};
pub use strip::{Mark, MarkKind, Strip, strip, strip_folded};
pub use ticks::Tick;
pub(crate) use ticks::ticks;
