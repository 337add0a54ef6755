//! Recorded sessions on an object store.
//!
//! The store is the only truth: what a server acknowledges is in it, and servers hold nothing that
//! cannot be lost. Nothing that is acknowledged rests on more than atomic PUT, GET, LIST and DELETE;
//! any number of servers use a store at the same time without knowing of each other.
//!
//! - [`Batch::parse`] checks what a recorder posts, [`Store::put`] stores it.
//! - [`Store::session`] and [`Store::file`] read a session, with what arrived a moment ago.
//! - [`Store::compact`], each half minute, makes files of batches; [`Store::sweep`], each minute,
//!   deletes what is no longer needed; [`Store::expire`], each day, deletes old sessions. All take the
//!   time from [`Store::clock`].
//! - [`Store::delete`] deletes a session.
//! - [`Store::key_new`], [`Store::keys`], [`Store::key_revoke`] and [`KeySet`] are the ingest keys.
//!
//! An upload in parts that a killed server has begun stays on a bucket: the bucket needs a lifecycle
//! rule that ends incomplete uploads.

mod batch;
mod cache;
mod capacity;
mod compact;
mod delete;
mod error;
mod gzip;
mod hex;
mod inbox;
mod json;
mod keys;
mod layout;
mod local;
mod location;
mod manifest;
mod names;
mod probe;
mod sequences;
mod settings;
mod shared;
mod store;
mod summary;
mod unpack;
mod view;

pub use batch::{Batch, BatchError, BatchErrorKind, BatchSummary, Limits, Tally};
pub use capacity::Capacity;
pub use compact::{Compacted, Expired, InInbox, Pass, Swept};
pub use delete::Deleted;
pub use error::{Cause, StoreError, Unavailable};
pub use keys::{IngestKey, KeySet, Lookup, Quota};
pub use layout::SessionKey;
pub use manifest::Counts;
pub use names::{InvalidName, Project, SessionId};
pub use probe::Conditions;
pub use sequences::Sequences;
pub use settings::{Schedule, Settings};
pub use store::{Put, Store};
pub use summary::{MAX_PAGES, MAX_TAGS, SessionSummary};
pub use view::{Encoding, SessionView, StoredFile};
