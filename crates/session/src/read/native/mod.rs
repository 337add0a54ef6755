//! The native session folder, as `docs/session-format.md` describes it.

pub(super) mod catalogue;
mod details;
mod http;
pub(super) mod manifest;
mod record;
pub(super) mod resources;
mod shared_files;
mod sockets;

pub(super) use details::details;
