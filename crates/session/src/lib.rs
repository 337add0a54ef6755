//! Recorded browser sessions without a browser: what they are, how they are read, and what to show of them.
//!
//! Bytes go in at [`read`], which turns them into the [`model`]; [`view`] says what to show of it. Nothing here knows
//! a browser, a clock or a screen, so all of it is tested, fuzzed and measured natively.

#![warn(unreachable_pub)]

pub mod archive;
pub mod decode;
pub mod filter;
pub mod join;
pub mod log;
pub mod model;
pub mod read;
pub mod redact;
pub mod scan;
pub mod view;
pub mod write;
