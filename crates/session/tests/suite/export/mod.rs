//! Exports: the contents of the files, and that they round-trip.

pub(crate) mod comparable;
mod generated;
mod har;
pub(crate) mod importers;
mod messages;
mod native;
mod planted_secrets;
pub(crate) mod representable;
mod rules;
mod samples;
pub(crate) mod writing;
