//! What goes wrong around a server: the disk, the store, clocks, and batches that nothing can be made of. Whatever it is,
//! recorders are asked to come back, and what was acknowledged is there afterwards, once. Needs the built viewer in
//! `dist/`.

#[path = "../support/mod.rs"]
mod support;

mod batches;
mod clocks;
mod common;
mod disk;
mod store;
