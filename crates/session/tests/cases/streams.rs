//! Event streams and stored bodies.
