//! The rules of native session folders.

mod details;
mod folder;
mod messages_file;
mod page;
mod sockets;
