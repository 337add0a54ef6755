//! Close codes of a socket.

/// The meaning of a close code, after RFC 6455 and the IANA registry; `None` for an undefined code.
pub(super) fn close_code_meaning(code: u16) -> Option<&'static str> {
    Some(match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
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
        3000 => "unauthorized",
        3003 => "forbidden",
        3008 => "timeout",
        3001 | 3002 | 3004..=3007 | 3009..=3999 => "library code",
        4000..=4999 => "application code",
        _ => return None,
    })
}
