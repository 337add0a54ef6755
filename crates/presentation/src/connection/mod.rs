//! What is known of the connection of a socket: its handshake, its traffic, its close, and the
//! sockets that it was reopened as.

mod close;
mod handshake;
mod reconnections;
mod traffic;

pub use close::close_facts;
pub use handshake::{handshake_facts, redacted_headers};
pub use reconnections::{Chain, Link, Reconnections, chain_label};
pub use traffic::{MessageRate, RateColumn, Silence, longest_silence, timing_facts, traffic_facts};

/// A property of a connection, with a value for people. One that was not recorded says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
    /// What the value means; empty if it explains itself.
    pub note: String,
}

impl Fact {
    fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), note: String::new() }
    }

    fn with_note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

const NOT_RECORDED: &str = "Not recorded";
