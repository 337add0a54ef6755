//! The grammar of STOMP frames: `COMMAND`, lines `name:value`, an empty line, the body, and the
//! byte 0.

use std::borrow::Cow;

use super::super::byte_stream::Measure;

/// Bytes of the command and the headers of a frame.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// The commands of clients and of servers.
const COMMANDS: &[&str] = &[
    "CONNECT",
    "STOMP",
    "SEND",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "ACK",
    "NACK",
    "BEGIN",
    "COMMIT",
    "ABORT",
    "DISCONNECT",
    "CONNECTED",
    "MESSAGE",
    "RECEIPT",
    "ERROR",
];
const MAX_COMMAND_LEN: usize = "UNSUBSCRIBE\r".len();

/// The version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V10,
    V11,
    V12,
}

impl Version {
    /// The version that a header names.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "1.0" => Some(Self::V10),
            "1.1" => Some(Self::V11),
            "1.2" => Some(Self::V12),
            _ => None,
        }
    }

    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::V10 => "STOMP 1.0",
            Self::V11 => "STOMP 1.1",
            Self::V12 => "STOMP 1.2",
        }
    }
}

/// Whether the unit is a line break between frames.
pub(super) fn is_line_break(bytes: &[u8]) -> bool {
    matches!(bytes, b"\n" | b"\r\n")
}

/// Length of the frame, or of the line break, at the beginning of `bytes`; the first `scanned`
/// bytes of an incomplete one are known.
pub(super) fn measure(bytes: &[u8], scanned: usize) -> Measure {
    match bytes {
        [b'\n', ..] => return Measure::Unit(1),
        [b'\r', b'\n', ..] => return Measure::Unit(2),
        [b'\r'] => return Measure::Incomplete(2),
        _ => {}
    }
    if let Some(invalid) = check_command(bytes) {
        return invalid;
    }
    let head = match head_len(bytes) {
        Ok(head) => head,
        Err(measure) => return measure,
    };
    let written = bytes.get(..head).unwrap_or_default();
    let Some(content_len) = content_length(written) else {
        return match end_of_body(bytes, head.max(scanned)) {
            Some(end) => Measure::Unit(end),
            None => Measure::Incomplete(bytes.len() + 1),
        };
    };
    let Some(len) = content_len.checked_add(head + 1) else {
        return Measure::Invalid(bytes.len(), "The content-length is not valid");
    };
    match bytes.get(len - 1) {
        None => Measure::Incomplete(len),
        Some(0) => Measure::Unit(len),
        Some(_) => {
            let end = end_of_body(bytes, head).unwrap_or(bytes.len());
            Measure::Invalid(end, "The body is longer than its content-length")
        }
    }
}

/// What is wrong with the command at the beginning; `None` if it is or can become one.
fn check_command(bytes: &[u8]) -> Option<Measure> {
    let line = bytes.get(..=MAX_COMMAND_LEN).unwrap_or(bytes);
    let is_known = if let Some(end) = memchr::memchr(b'\n', line) {
        command(line.get(..end).unwrap_or_default()).is_some()
    } else {
        let begun = line.strip_suffix(b"\r").unwrap_or(line);
        COMMANDS.iter().any(|command| command.as_bytes().starts_with(begun))
    };
    let end = || end_of_body(bytes, 0).unwrap_or(bytes.len());
    (!is_known).then(|| Measure::Invalid(end(), "Not a STOMP command"))
}

fn command(line: &[u8]) -> Option<&'static str> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    COMMANDS.iter().copied().find(|command| command.as_bytes() == line)
}

/// Length of the command and the headers, with the empty line after them.
fn head_len(bytes: &[u8]) -> Result<usize, Measure> {
    let searched = bytes.get(..MAX_HEAD_BYTES).unwrap_or(bytes);
    for at in memchr::memchr2_iter(b'\n', 0, searched) {
        match bytes.get(at..).unwrap_or_default() {
            [0, ..] => return Err(Measure::Invalid(at + 1, "No empty line after the headers")),
            [_, b'\n', ..] => return Ok(at + 2),
            [_, b'\r', b'\n', ..] => return Ok(at + 3),
            _ => {}
        }
    }
    if bytes.len() >= MAX_HEAD_BYTES {
        return Err(Measure::Invalid(bytes.len(), "The headers are longer than 16 KiB"));
    }
    Err(Measure::Incomplete(bytes.len() + 1))
}

fn end_of_body(bytes: &[u8], from: usize) -> Option<usize> {
    Some(from + memchr::memchr(0, bytes.get(from..)?)? + 1)
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let line = head.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(NAME))?;
    std::str::from_utf8(line).ok()?.trim().parse().ok()
}

/// A complete frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct StompFrame<'b> {
    pub(super) command: &'static str,
    /// The lines of the headers.
    headers: &'b str,
    pub(super) body: &'b [u8],
    version: Version,
}

impl<'b> StompFrame<'b> {
    /// A frame as measured; the error says what is wrong. Escapes are those of `version`.
    pub(super) fn of(bytes: &'b [u8], version: Version) -> Result<Self, &'static str> {
        let head = head_len(bytes).unwrap_or(bytes.len());
        let written = bytes.get(..head).and_then(|head| std::str::from_utf8(head).ok());
        let written = written.ok_or("The headers are not UTF-8")?;
        let (line, headers) = written.split_once('\n').ok_or("A frame without a command")?;
        let command = command(line.as_bytes()).ok_or("Not a STOMP command")?;
        let body = bytes.get(head..).and_then(|body| body.strip_suffix(&[0])).unwrap_or_default();
        Ok(Self { command, headers, body, version })
    }

    /// The headers in their order. Repeated names are kept.
    pub(super) fn headers(&self) -> impl Iterator<Item = (Cow<'b, str>, Cow<'b, str>)> {
        let unescapes =
            self.version != Version::V10 && !matches!(self.command, "CONNECT" | "STOMP" | "CONNECTED");
        let is_first_version = self.version == Version::V10;
        self.headers.split('\n').filter_map(move |line| {
            let (name, value) = line.strip_suffix('\r').unwrap_or(line).split_once(':')?;
            let text = |text| if unescapes { unescape(text) } else { Cow::Borrowed(text) };
            Some((text(name), if is_first_version { Cow::Borrowed(value.trim()) } else { text(value) }))
        })
    }

    /// The first header with that name.
    pub(super) fn get(&self, wanted: &str) -> Option<Cow<'b, str>> {
        self.headers().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }
}

/// Resolves escapes in one pass; one that is not defined stays as written.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut resolved = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, chars.clone().next()) {
            ('\\', Some(escape @ ('n' | 'r' | 'c' | '\\'))) => {
                chars.next();
                resolved.push(match escape {
                    'n' => '\n',
                    'r' => '\r',
                    'c' => ':',
                    _ => '\\',
                });
            }
            _ => resolved.push(char),
        }
    }
    Cow::Owned(resolved)
}
