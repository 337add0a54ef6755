//! Keeping sessions on a store by the command line. Needs the built viewer in `dist/`.

mod check;
mod common;
mod export;
mod import;
mod list_and_remove;
mod requests;
#[path = "../support/mod.rs"]
mod support;
