//! The list of the sessions on an object store: rows in Parquet files that are never changed.
//!
//! Each row is a session as of one generation; readers keep the row of the highest. New rows are
//! written as small files ([`Catalog::append`]), which [`Catalog::merge`] puts together day by day,
//! and [`Catalog::query`] lists the newest that meet some conditions. Any number of processes may do
//! all of that on the same store at the same time: nothing is coordinated, and nothing needs more of
//! the store than atomic PUT, GET, LIST and DELETE.
//!
//! The files' layout and columns are documented in `docs/catalog.md`.

mod cache;
mod catalog;
mod column;
mod decode;
mod error;
mod file;
mod filter;
mod fold;
#[cfg(any(test, feature = "forged"))]
#[doc(hidden)]
pub mod forged;
mod hash;
mod haystack;
mod integrity;
mod json;
mod listing;
mod merge;
mod name;
mod page;
mod pages;
mod query;
mod read;
mod row;
mod schema;
mod supersede;
mod values;
mod write;

pub use catalog::{Catalog, Settings};
pub use error::Error;
pub use json::{ListedSession, SessionList};
pub use listing::MAX_FILES;
pub use merge::{MergeReport, MergeSettings};
pub use name::FOLDER;
pub use query::{DEFAULT_LIMIT, MAX_LIMIT, MAX_PROBLEMS, Page, Problem, Query, TimeBasis};
pub use row::{
    DELETED_GENERATION, MAX_LIST_ITEMS, MAX_NAME_BYTES, MAX_TEXT_BYTES, Row, State, is_valid_name,
};
