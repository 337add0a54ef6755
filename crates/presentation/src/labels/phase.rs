//! The phases of a request.

use session::model::Phase;

/// The name of a phase on screen.
pub fn phase_label(phase: Phase) -> &'static str {
    match phase {
        Phase::Blocked => "Blocked",
        Phase::Dns => "DNS lookup",
        Phase::Connect => "Connect",
        Phase::Tls => "TLS",
        Phase::Send => "Send",
        Phase::Wait => "Wait (time to first byte)",
        Phase::Receive => "Receive",
    }
}

/// What a browser does in a phase, in a sentence.
pub fn phase_meaning(phase: Phase) -> &'static str {
    match phase {
        Phase::Blocked => {
            "Queued before anything was sent: for a free connection, behind requests of a higher priority, or in the cache. Also called queueing or stalled."
        }
        Phase::Dns => "Looking up the address of the host.",
        Phase::Connect => {
            "Establishing the connection (TCP or QUIC). Absent where an open connection was reused."
        }
        Phase::Tls => "The TLS handshake, the part of connecting that agrees on the encryption.",
        Phase::Send => "Sending the request: its headers and its body.",
        Phase::Wait => {
            "From the last byte sent to the first byte received: the way there and back, and the work of the server."
        }
        Phase::Receive => "Receiving the response, from its first byte to its last.",
    }
}

/// The key of a phase in the names of style classes.
pub fn phase_key(phase: Phase) -> &'static str {
    match phase {
        Phase::Blocked => "blocked",
        Phase::Dns => "dns",
        Phase::Connect => "connect",
        Phase::Tls => "tls",
        Phase::Send => "send",
        Phase::Wait => "wait",
        Phase::Receive => "receive",
    }
}
