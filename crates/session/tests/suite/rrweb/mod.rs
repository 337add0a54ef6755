//! The rules of rrweb recordings. Each is a fact about a producer, or a choice made where a
//! recording says too little.

mod clicks;
mod console;
mod elements;
mod events;
mod hostile;
mod network;
mod page_events;
mod player;
mod posthog;
mod recordings;
mod stored;
