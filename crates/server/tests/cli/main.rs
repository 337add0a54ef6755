//! What the command does, seen from outside.

mod commands;
mod common;
mod compare;
mod convert;
mod corpus;
mod fields;
mod mcp;
#[cfg(target_os = "linux")]
mod memory;
mod redact;
