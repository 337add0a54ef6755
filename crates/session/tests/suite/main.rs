//! All integration tests of the crate in one binary, which links once; a folder for each subject.

mod cases;
mod common;
mod corpus;
mod edits;
mod export;
mod fixtures;
mod fuzzed;
mod har;
mod highlight;
mod hostile;
mod native;
mod playwright;
mod protocols;
mod redact;
mod registry;
mod rrweb;
mod seeds;
