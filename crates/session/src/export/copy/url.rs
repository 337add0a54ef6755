//! URLs as a command can send them: printable ASCII, without user and password.

use std::fmt::Write as _;

/// An HTTP or WebSocket URL in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CleanUrl {
    /// The URL without user and password, in printable ASCII without spaces.
    pub(super) url: String,
    /// `user:password`, not percent-encoded.
    pub(super) user_info: Option<Vec<u8>>,
    /// Host and port as they are in the URL.
    pub(super) authority: String,
    /// Where the path begins in `url`.
    path_start: usize,
    /// Whether characters were removed or percent-encoded.
    pub(super) is_changed: bool,
}

/// Whether the URL has the scheme `http` or `https` and a host.
pub(super) fn is_http(url: &str) -> bool {
    parts(trim(url)).is_some_and(|(scheme, _)| scheme == "http" || scheme == "https")
}

/// Whether the URL is one that a socket connects to. Some recordings have those of the handshake.
pub(super) fn is_socket(url: &str) -> bool {
    parts(trim(url)).is_some()
}

/// The scheme in lower case, and what follows `://`; `None` for any other scheme.
fn parts(url: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let known = ["http", "https", "ws", "wss"];
    let scheme = known.into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
    (!rest.is_empty() && !rest.starts_with(['/', '\\', '?', '#'])).then_some((scheme, rest))
}

/// The URL Standard ignores what is around a URL.
fn trim(url: &str) -> &str {
    url.trim_matches(|char: char| char <= ' ')
}

/// A URL on one line, for the clipboard: pasted into a terminal, a line break would end a command.
pub(super) fn on_one_line(url: &str) -> String {
    percent_encoded(trim(url), char::is_control)
}

impl CleanUrl {
    /// `None` if the URL is not one of HTTP or WebSocket.
    pub(super) fn parse(recorded: &str) -> Option<Self> {
        let trimmed = trim(recorded);
        // The URL Standard removes tabs and line breaks wherever they are.
        let text = if trimmed.contains(['\t', '\r', '\n']) {
            trimmed.replace(['\t', '\r', '\n'], "")
        } else {
            trimmed.to_owned()
        };
        let (scheme, rest) = parts(&text)?;
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        if host.is_empty() {
            return None;
        }
        let is_unsafe = |char: char| !char.is_ascii_graphic();
        let host = percent_encoded(host, is_unsafe);
        let path = percent_encoded(path, is_unsafe);
        let url = format!("{scheme}://{host}{path}");
        let user = user_info.map(|user_info| format!("{user_info}@")).unwrap_or_default();
        // The case of the scheme means nothing.
        let kept = recorded.split_once("://").is_some_and(|(_, rest)| rest == format!("{user}{host}{path}"));
        Some(Self {
            path_start: scheme.len() + "://".len() + host.len(),
            url,
            user_info: user_info.filter(|text| !text.is_empty() && *text != ":").map(credentials),
            authority: host,
            is_changed: !kept,
        })
    }

    /// From the path on.
    pub(super) fn path(&self) -> &str {
        self.url.get(self.path_start..).unwrap_or_default()
    }

    /// Whether the path has segments that URL parsers resolve: `.` and `..`, also percent-encoded.
    pub(super) fn has_dot_segments(&self) -> bool {
        let path = self.path().split(['?', '#']).next().unwrap_or_default();
        path.split('/').any(|segment| {
            let segment = segment.to_ascii_lowercase().replace("%2e", ".");
            segment == "." || segment == ".."
        })
    }

    /// Whether a parser of the URL Standard changes the URL: it resolves dot segments and
    /// percent-encodes more characters than HTTP demands.
    pub(super) fn is_changed_by_url_standard(&self) -> bool {
        let (path, query) = match self.path().split_once('?') {
            Some((path, query)) => (path, query),
            None => (self.path(), ""),
        };
        self.has_dot_segments()
            || path.contains(['"', '<', '>', '^', '`', '{', '}', '\\'])
            || query.contains(['"', '<', '>', '\''])
    }

    /// Whether .NET changes the URL: it resolves dot segments, and decodes percent-encoded letters,
    /// digits, `-`, `.`, `_` and `~`.
    pub(super) fn is_changed_by_dot_net(&self) -> bool {
        let is_decoded = |pair: &[u8]| {
            let digits = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
            digits.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        let path = self.path().as_bytes();
        let encoded = path.iter().enumerate().filter(|(_, byte)| **byte == b'%');
        self.has_dot_segments()
            || self.path().contains(['"', '<', '>', '^', '`', '{', '}', '\\'])
            || encoded.filter_map(|(at, _)| path.get(at + 1..at + 3)).any(is_decoded)
    }

    /// The host without its port.
    pub(super) fn host(&self) -> &str {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        match self.authority.rsplit_once(':') {
            Some((host, port)) if is_port(port) => host,
            _ => &self.authority,
        }
    }

    /// The URL without its fragment, with the scheme of a WebSocket.
    pub(super) fn of_socket(&self) -> String {
        let url = self.url.split('#').next().unwrap_or_default();
        match url.split_once("://") {
            Some(("http", rest)) => format!("ws://{rest}"),
            Some(("https", rest)) => format!("wss://{rest}"),
            _ => url.to_owned(),
        }
    }
}

/// Percent-decodes user and password.
fn credentials(user_info: &str) -> Vec<u8> {
    let bytes = user_info.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let digits = pair.filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let encoded = digits.filter(|_| *byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(encoded.unwrap_or(*byte));
        at += if encoded.is_some() { 3 } else { 1 };
    }
    if !decoded.contains(&b':') {
        decoded.push(b':');
    }
    decoded
}

fn percent_encoded(text: &str, is_unsafe: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for char in text.chars() {
        if is_unsafe(char) {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string never fails.
                let _ = write!(encoded, "%{byte:02X}");
            }
        } else {
            encoded.push(char);
        }
    }
    encoded
}
