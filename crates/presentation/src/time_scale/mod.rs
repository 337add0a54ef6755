//! The scale of the timeline and the waterfall: idle periods, which it compresses, and its ticks.

mod compressed_time_scale;
mod idle;
mod ticks;

pub use compressed_time_scale::{CompressedTimeScale, IdleGap};
pub use idle::idle_periods;
pub use ticks::Tick;
pub(crate) use ticks::ticks;
