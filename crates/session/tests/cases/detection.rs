//! Which files are recordings, and what is said of those that are not.
