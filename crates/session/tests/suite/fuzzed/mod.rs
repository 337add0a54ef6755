//! What is fuzzed of the crate, and the rules that hold for any input. The targets in `fuzz/` run these functions,
//! and so do the tests on the seeds in `fuzz/seeds/`.

mod archive;
mod bodies;
mod export;
mod messages;
mod parts;
mod readers;
mod records;
mod views;

pub(crate) use archive::archive;
pub(crate) use bodies::bodies;
pub(crate) use export::export;
pub(crate) use messages::messages;
pub(crate) use readers::{har, highlight, native, playwright, rrweb};
pub(crate) use records::records;
