//! The rules of rrweb recordings. Each is a fact about a producer, or a choice made where a recording says too little.

#[path = "../common/mod.rs"]
mod common;
mod console;
mod events;
mod network;
mod page_events;
mod player;
mod posthog;
mod recordings;
mod stored;
