//! What is fuzzed, and what holds of any input. The targets in `fuzz/` run these functions, and so do the tests on the
//! seeds that are kept there.

mod archive;
mod bodies;
mod by_bytes;
mod export;
mod messages;
mod parts;
mod readers;
mod scanner;
mod views;

pub(crate) use archive::archive;
pub(crate) use bodies::bodies;
pub(crate) use export::export;
pub(crate) use messages::messages;
pub(crate) use readers::{har, highlight, native, playwright, rrweb};
pub(crate) use scanner::scanner;
