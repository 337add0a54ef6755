//! What the command does, seen from outside.

mod commands;
mod common;
mod convert;
mod corpus;
mod mcp;
mod redact;
