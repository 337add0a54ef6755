//! The search over the messages of all sockets of a session.
//!
//! The app sends each socket to a worker: a [`SocketSource`], then its messages, as the bytes of its
//! messages file or as [packed](pack) messages of the session. The worker's [`Searcher`] keeps the
//! sockets, so that another query needs no transfer, and answers a query with a [`SocketResult`].
//! Both sides are this crate: the app uses the types, the module of `main.rs` the searcher.

#![warn(unreachable_pub)]

mod packed;
mod result;
mod searcher;
mod snippet;
mod source;
mod wire;

pub use packed::pack;
pub use result::{Hit, Readability, SocketResult};
pub use searcher::{MAX_HITS, Searcher};
pub use snippet::Snippet;
pub use source::SocketSource;
