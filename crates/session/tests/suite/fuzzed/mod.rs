//! The rules that hold for any input. The targets in `fuzz/` run these functions on generated
//! inputs, the tests on the inputs in `fuzz/seeds/`. Functions with a parameter `V` also check how
//! the crate `presentation` shows what they load.

mod archive;
mod bodies;
mod encodings;
mod export;
mod filter;
mod messages;
mod parts;
mod payload;
mod protocols;
mod readers;
mod records;
mod schema;
mod views;

pub(crate) use archive::archive;
pub(crate) use bodies::bodies;
pub(crate) use encodings::encodings;
pub(crate) use export::export;
pub(crate) use filter::filter;
pub(crate) use messages::messages;
pub(crate) use protocols::protocols;
pub(crate) use readers::{har, highlight, native, playwright, rrweb};
pub(crate) use records::records;
pub(crate) use schema::schema;
pub(crate) use views::Views;
