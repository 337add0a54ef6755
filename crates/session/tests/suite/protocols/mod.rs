//! WebSocket protocols: conversations recorded with real clients and servers, and the documentation
//! of the registry.

mod descriptions;
mod documentation;
mod matrix;
mod properties;
mod recorded;
