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
