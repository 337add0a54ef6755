//! Close codes of a socket: RFC 6455, section 7.4, the IANA registry, and the codes that a protocol
//! inside defines.

use session::protocols::Protocol;

/// The name of a close code, as the IANA registry has it in few words, or that of its range.
pub fn close_code_meaning(code: u16) -> &'static str {
    match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1004 => "reserved code",
        1005 => "no status received",
        1006 => "abnormal closure",
        1007 => "invalid payload data",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "mandatory extension missing",
        1011 => "internal error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        1015 => "TLS handshake failed",
        1016..=2999 => "unassigned code",
        3000 => "unauthorized",
        3003 => "forbidden",
        3008 => "timeout",
        3001 | 3002 | 3004..=3007 | 3009..=3999 => "library code",
        4000..=4999 => "application code",
        0..=999 | 5000.. => "invalid code",
    }
}

/// What a close code says about the connection, and which side can have sent it.
pub fn close_code_description(code: u16) -> &'static str {
    match code {
        1000 => "The connection fulfilled its purpose. Either side, and the page's code, can send it.",
        1001 => "The page was left, or the server stops. The page's code cannot send it.",
        1002 => "One side received something that the WebSocket protocol does not allow.",
        1003 => "One side received a kind of data, text or binary, that it cannot accept.",
        1004 => "Reserved, without a meaning. It must not be sent.",
        1005 => "Never sent: the close frame carried no code. A close without a code is sent that way.",
        1006 => {
            "Never sent: no close frame arrived. The connection was lost, cut off by a proxy or a timeout, or never established."
        }
        1007 => "One side received data that does not fit its type, such as text that is not UTF-8.",
        1008 => "One side, usually the server, refuses to go on: a policy was broken, or no other code fits.",
        1009 => "One side received a message that is too large for it.",
        1010 => {
            "Sent by the client only: the server did not grant an extension that the client needs. The reason lists it."
        }
        1011 => "The server met an unexpected condition.",
        1012 => "The server restarts. A client reconnects after a random delay.",
        1013 => "The server is overloaded. A client tries again later.",
        1014 => "A gateway received an invalid response from the server behind it, like HTTP 502.",
        1015 => "Never sent: the TLS handshake failed, for example because of the server's certificate.",
        1016..=1999 => "Reserved for later versions of the WebSocket protocol. No meaning is assigned.",
        2000..=2999 => "Reserved for extensions of the WebSocket protocol. No meaning is assigned.",
        3000 => "Registered: the client has to authenticate first, like HTTP 401.",
        3003 => "Registered: the client may not do this, like HTTP 403.",
        3008 => "Registered: it took too long, like HTTP 408.",
        3001 | 3002 | 3004..=3007 | 3009..=3999 => {
            "For libraries and frameworks. This code is not registered: its meaning depends on the library."
        }
        4000..=4999 => "Private to the application, which defines the meaning.",
        0..=999 | 5000.. => "Not a valid close code: receiving it is a protocol error.",
    }
}

/// Whether a close code is never sent: the browser reports it instead of a code that was received.
pub fn is_local_close_code(code: u16) -> bool {
    matches!(code, 1005 | 1006 | 1015)
}

/// What the protocol inside the socket defines for a close code:
/// `graphql-transport-ws: Unauthorized`.
pub fn protocol_close_code(protocol: &dyn Protocol, code: u16) -> Option<String> {
    protocol.close_code(code).map(|meaning| format!("{}: {meaning}", protocol.label()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::protocols::protocol;

    #[test]
    fn every_code_has_a_name_and_a_description() {
        for code in 0..=u16::MAX {
            assert!(!close_code_meaning(code).is_empty(), "{code}");
            assert!(close_code_description(code).ends_with('.'), "{code}");
        }
    }

    #[test]
    fn codes_without_an_assignment_are_named_by_their_range() {
        let cases = [
            (999, "invalid code"),
            (1004, "reserved code"),
            (1016, "unassigned code"),
            (2999, "unassigned code"),
            (3001, "library code"),
            (3999, "library code"),
            (4000, "application code"),
            (4999, "application code"),
            (5000, "invalid code"),
        ];
        for (code, name) in cases {
            assert_eq!(close_code_meaning(code), name, "{code}");
        }
        assert!(close_code_description(1016).contains("later versions"));
        assert!(close_code_description(2000).contains("extensions"));
    }

    #[test]
    fn codes_that_are_never_sent_are_described_as_such() {
        for code in 0..=u16::MAX {
            let is_local = close_code_description(code).starts_with("Never sent");
            assert_eq!(is_local_close_code(code), is_local, "{code}");
        }
    }

    #[test]
    fn a_protocol_adds_its_own_meaning() {
        let graphql = protocol("graphql-transport-ws").expect("a protocol");
        let meaning = protocol_close_code(graphql, 4401).expect("a meaning");
        assert!(meaning.starts_with(graphql.label()) && meaning.ends_with("Unauthorized"), "{meaning}");
        assert_eq!(protocol_close_code(graphql, 1000), None);
    }
}
