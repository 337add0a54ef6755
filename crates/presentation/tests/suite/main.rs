//! All integration tests of the crate in one binary: what is shown of recordings that the session
//! crate reads.

mod actions;
mod cases;
mod recordings;
mod request_filter;
mod seeds;
mod views;

/// Loads recordings, as the tests of the session crate do.
#[path = "../../../session/tests/suite/common/mod.rs"]
mod common;

/// A format that records requests only.
#[path = "../../../session/tests/suite/registry/access_log/mod.rs"]
mod access_log;

/// The rules for inputs that load as a session or a part of one.
#[path = "../../../session/tests/suite/fuzzed"]
mod fuzzed {
    mod bodies;
    mod messages;
    mod parts;
    mod payload;
    mod readers;
    mod views;

    pub(crate) use bodies::bodies;
    pub(crate) use messages::messages;
    pub(crate) use readers::{har, highlight, native, playwright, rrweb};
    pub(crate) use views::Views;
}
