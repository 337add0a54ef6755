//! Recorded sessions on an object store.
