//! Decodes payloads for display: base64, JSON as a tree, bytes in hexadecimal, images, event streams, and one-line
//! previews.
//!
//! Each encoding is a file of its own.

pub mod base64;
mod event_stream;
pub mod hex;
mod image;
pub mod json;
mod payload;
mod visible;

pub use event_stream::{EventStreamParser, StreamEvent, StreamRest};
pub use image::{Image, ImageCheck, ImageFormat, MAX_PIXELS};
pub use payload::{Payload, Shape, View, preview};
pub use visible::{one_line, visible_line, visible_lines, visible_url};
