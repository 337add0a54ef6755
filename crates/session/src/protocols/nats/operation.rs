//! The operations of NATS: a line, and for messages a payload of the length at the end of the line.

use super::super::byte_stream::Measure;

/// Bytes of the longest line of an operation other than INFO and CONNECT; servers allow 4096 unless
/// configured.
const MAX_LINE_BYTES: usize = 32 << 10;
/// Bytes of the longest line of INFO and CONNECT, which have JSON.
const MAX_JSON_LINE_BYTES: usize = 1 << 20;

/// The kind of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Info,
    Connect,
    Pub,
    HPub,
    Sub,
    Unsub,
    Msg,
    HMsg,
    Ping,
    Pong,
    Ok,
    Err,
}

static VERBS: &[(Verb, &str)] = &[
    (Verb::Msg, "MSG"),
    (Verb::HMsg, "HMSG"),
    (Verb::Pub, "PUB"),
    (Verb::HPub, "HPUB"),
    (Verb::Ping, "PING"),
    (Verb::Pong, "PONG"),
    (Verb::Sub, "SUB"),
    (Verb::Unsub, "UNSUB"),
    (Verb::Info, "INFO"),
    (Verb::Connect, "CONNECT"),
    (Verb::Ok, "+OK"),
    (Verb::Err, "-ERR"),
];

impl Verb {
    /// The verb that begins a line.
    fn of(line: &[u8]) -> Option<(Self, &'static str)> {
        VERBS.iter().copied().find(|(_, name)| {
            let (written, rest) = line.split_at_checked(name.len()).unwrap_or_default();
            let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
            ends && written.eq_ignore_ascii_case(name.as_bytes())
        })
    }

    /// Whether bytes without a line break can become a line.
    fn can_begin(bytes: &[u8]) -> bool {
        Self::of(bytes).is_some()
            || VERBS.iter().any(|(_, name)| {
                name.as_bytes().get(..bytes.len()).is_some_and(|start| start.eq_ignore_ascii_case(bytes))
            })
    }

    fn has_payload(self) -> bool {
        matches!(self, Self::Pub | Self::HPub | Self::Msg | Self::HMsg)
    }

    /// Whether headers come before the payload.
    fn has_headers(self) -> bool {
        matches!(self, Self::HPub | Self::HMsg)
    }
}

/// Length of the operation at the beginning of `bytes`; the first `scanned` bytes of an incomplete
/// one are known.
pub(super) fn measure(bytes: &[u8], scanned: usize) -> Measure {
    const INVALID: &str = "Not a NATS operation";
    let line = bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes);
    let begins_json = || matches!(Verb::of(bytes), Some((Verb::Info | Verb::Connect, _)));
    let end = memchr::memchr(b'\n', line).or_else(|| {
        let from = scanned.max(MAX_LINE_BYTES);
        let rest = bytes.get(from..).filter(|_| begins_json())?;
        Some(from + memchr::memchr(b'\n', rest)?)
    });
    let Some(end) = end else {
        let limit = if begins_json() { MAX_JSON_LINE_BYTES } else { MAX_LINE_BYTES };
        let is_possible = bytes.len() < limit && Verb::can_begin(bytes);
        return if is_possible {
            Measure::Incomplete(bytes.len() + 1)
        } else {
            Measure::Invalid(bytes.len(), INVALID)
        };
    };
    let line = bytes.get(..end).unwrap_or_default();
    let Some((verb, _)) = Verb::of(line) else { return Measure::Invalid(end + 1, INVALID) };
    if !verb.has_payload() {
        return Measure::Unit(end + 1);
    }
    let len =
        std::str::from_utf8(line).ok().and_then(|line| line.split_ascii_whitespace().last()?.parse().ok());
    let total = len.and_then(|len: usize| len.checked_add(end + 3));
    let Some(total) = total else {
        return Measure::Invalid(end + 1, "The length of the payload is not valid");
    };
    match bytes.get(total - 2..total) {
        None => Measure::Incomplete(total),
        Some(b"\r\n") => Measure::Unit(total),
        Some(_) => Measure::Invalid(bytes.len(), "The payload does not end where its length says"),
    }
}

/// An operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'b> {
    pub(super) verb: Verb,
    pub(super) label: &'static str,
    /// The subject of a message or of a subscription.
    pub(super) subject: Option<&'b str>,
    pub(super) reply: Option<&'b str>,
    pub(super) subscription: Option<&'b str>,
    /// The queue group of a subscription.
    pub(super) queue: Option<&'b str>,
    /// What else the line has: JSON, the text of an error, the number of messages after which a
    /// subscription ends.
    pub(super) argument: &'b str,
    pub(super) headers: &'b str,
    pub(super) payload: &'b [u8],
}

impl<'b> Operation<'b> {
    /// A complete operation; `None` if it is not valid.
    pub(super) fn of(bytes: &'b [u8]) -> Option<Self> {
        let end = memchr::memchr(b'\n', bytes)?;
        let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let (verb, label) = Verb::of(line.as_bytes())?;
        let argument = line.get(label.len()..)?.trim();
        let mut operation = Self {
            verb,
            label,
            subject: None,
            reply: None,
            subscription: None,
            queue: None,
            argument,
            headers: "",
            payload: &[],
        };
        let mut elements = argument.split_ascii_whitespace();
        match verb {
            Verb::Sub => {
                operation.subject = Some(elements.next()?);
                operation.subscription = Some(elements.next_back()?);
                operation.queue = elements.next();
                operation.argument = "";
            }
            Verb::Unsub => {
                operation.subscription = Some(elements.next()?);
                operation.argument = elements.next().unwrap_or_default();
            }
            _ if verb.has_payload() => {
                operation.message(elements, bytes.get(end + 1..)?.strip_suffix(b"\r\n")?)?;
            }
            _ => return Some(operation),
        }
        Some(operation)
    }

    fn message(
        &mut self,
        mut elements: impl DoubleEndedIterator<Item = &'b str>,
        content: &'b [u8],
    ) -> Option<()> {
        self.argument = "";
        self.subject = Some(elements.next()?);
        elements.next_back()?;
        self.payload = content;
        if self.verb.has_headers() {
            let (headers, payload) = content.split_at_checked(elements.next_back()?.parse().ok()?)?;
            (self.headers, self.payload) = (std::str::from_utf8(headers).ok()?, payload);
        }
        if matches!(self.verb, Verb::Msg | Verb::HMsg) {
            self.subscription = Some(elements.next()?);
        }
        self.reply = elements.next();
        elements.next().is_none().then_some(())
    }
}
