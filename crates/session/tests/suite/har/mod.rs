//! The rules of HAR files.

mod known;
mod rules;
mod sockets;
