//! The list of the sessions on an object store.
