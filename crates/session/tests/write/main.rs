//! Sessions that are written: what the files hold, and that they read back as what they were written from.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/corpus.rs"]
mod corpus;
mod export;
mod generated;
mod har;
mod holds;
mod importers;
mod made;
mod native;
mod planted;
mod rules;
mod told;
