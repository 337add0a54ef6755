//! Sessions that are written: what the files hold, and that they read back as what they were written from.

mod generated;
mod har;
pub(crate) mod holds;
pub(crate) mod importers;
mod made;
mod native;
mod planted;
mod rules;
pub(crate) mod told;
pub(crate) mod written;
