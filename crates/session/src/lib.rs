//! Recorded browser sessions without a browser: the model, the file formats, WebSocket protocols,
//! payload encodings, filters and export.
//!
//! Bytes go in at [`formats`], which turn them into the [`model`]; [`export`] writes them again.
//! Nothing here knows a browser, a clock or a screen, so all of it is tested, fuzzed and measured
//! natively.

#![warn(unreachable_pub)]

pub mod archive;
pub mod elements;
pub mod encodings;
pub mod export;
pub mod filter;
pub mod formats;
pub mod model;
pub mod protocols;
pub mod redact;
