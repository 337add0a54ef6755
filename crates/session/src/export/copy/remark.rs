//! What a copy does not say as the recording does.

use std::fmt;

use super::form::CopyForm;
use crate::model::{format_bytes, format_count, plural};

/// A difference between the recorded row and what its copy does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Remark {
    /// The recording has no request headers.
    HeadersNotRecorded,
    HeadersOmitted {
        names: Names,
        reason: Omission,
    },
    /// Headers that occur repeatedly are sent as one, their values joined.
    HeadersJoined(Names),
    /// Header values with characters outside of ASCII, whose encoding was not recorded.
    HeadersAsUtf8(Names),
    /// Tabs in header values became spaces.
    TabsInHeaders(Names),
    /// Headers that the tool adds, and that the recording does not have.
    HeadersAdded {
        tool: &'static str,
        names: &'static [&'static str],
    },
    /// Cookies with characters that the tool refuses.
    CookiesOmitted(Names),
    /// A page cannot set cookies: the browser sends its own.
    BrowserCookies,
    /// Cookies that were recorded apart from the headers are sent as a header, behind the others.
    CookiesAsHeader,
    /// Number of credential values that were redacted.
    Redacted(u64),
    /// Credentials are redacted, but not in the body.
    BodyNotSearched,
    /// Only so many bytes at the beginning of the body were recorded.
    BodyTruncated(u64),
    /// The body has U+FFFD, which usually replaced bytes that are not text.
    BodyDamaged,
    /// The body was recorded as base64 or Latin-1 without a flag: the bytes behind it are sent.
    BodyDecoded,
    /// Why the body is not in the recording.
    BodyNotRecorded(String),
    /// The body is built from the recorded fields of the form.
    BodyFromFields,
    /// The tool sends no body with that method.
    BodyOmitted {
        tool: &'static str,
        method: String,
    },
    /// The URL had characters that no URL can have.
    UrlEncoded,
    /// The URL had a user and a password: they are sent as the header that a browser makes of them.
    UserInfoAsHeader,
    /// The tool changes the URL: it resolves dot segments, and encodes or decodes characters.
    UrlNormalized(&'static str),
    MethodNotRecorded,
    /// The method is not a token: the default is used.
    MethodInvalid,
    /// The tool refuses to send that method.
    MethodRefused {
        tool: &'static str,
        method: String,
    },
    /// The tool writes the method in capitals.
    MethodInCapitals(&'static str),
    /// Windows PowerShell 5.1 does not know a parameter of the command.
    NeedsPowerShell7,
    /// The body is written to a temporary file first.
    TemporaryFile,
    /// A batch file needs each `%` twice.
    NotForBatchFiles,
    /// The command is longer than what runs it accepts.
    TooLongFor {
        what: &'static str,
        limit: u64,
    },
    /// Subprotocols that no WebSocket client accepts.
    SubprotocolsOmitted(Names),
    /// Extensions that the client negotiates by itself.
    ExtensionsNegotiated,
    /// Messages that were recorded as a prefix.
    MessagesTruncated(u64),
    /// Messages of a socket that were not given.
    MessagesOmitted(u64),
    /// Number of further remarks.
    More(u64),
    /// Number of rows that cannot be copied in the form.
    RowsSkipped {
        count: u64,
        form: CopyForm,
    },
}

/// Number of remarks that are listed: each of many rows can have its own.
const MAX_REMARKS: usize = 50;

/// Remarks, each once.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    listed: Vec<Remark>,
    more: u64,
}

impl Remarks {
    pub(super) fn add(&mut self, remark: Remark) {
        if self.listed.contains(&remark) {
            return;
        }
        if self.listed.len() < MAX_REMARKS {
            self.listed.push(remark);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn into_list(mut self) -> Vec<Remark> {
        self.listed.extend((self.more > 0).then_some(Remark::More(self.more)));
        self.listed
    }
}

/// Why a header is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Omission {
    /// A pseudo-header of HTTP/2: it says what the URL and the method say.
    Pseudo,
    /// The length and the framing of the body, which the tool writes itself.
    Framing,
    /// The name is not a token.
    InvalidName,
    /// The value has control characters.
    InvalidValue,
    /// The tool sets it itself, or refuses it.
    SetByTool(&'static str),
    /// The value has characters that arguments of Windows programs do not carry safely.
    NotInCmd,
    /// The handshake of a WebSocket client sets it.
    Handshake,
    /// A page cannot set headers of a WebSocket.
    NotInPages,
}

/// Names in a remark: the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Names {
    listed: Vec<String>,
    count: u64,
}

impl Names {
    /// Number of names that are listed.
    const MAX_LISTED: usize = 6;
    /// Number of characters of a name.
    const MAX_CHARS: usize = 40;

    /// Adds a name, unless one of the listed is the same.
    pub(super) fn add(&mut self, name: &str) {
        let mut shown: String = name.chars().take(Self::MAX_CHARS).flat_map(char::escape_debug).collect();
        if name.chars().nth(Self::MAX_CHARS).is_some() {
            shown.push('…');
        }
        if self.listed.contains(&shown) {
            return;
        }
        self.count += 1;
        if self.listed.len() < Self::MAX_LISTED {
            self.listed.push(shown);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The names as a list, the first of them if there are many.
    pub fn listed(&self) -> &[String] {
        &self.listed
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let mut list = Self::default();
        for name in names {
            list.add(name);
        }
        list
    }
}

impl fmt::Display for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.listed.join(", "))?;
        match self.count.saturating_sub(self.listed.len() as u64) {
            0 => Ok(()),
            more => write!(formatter, " and {} more", format_count(more)),
        }
    }
}

impl Omission {
    fn reason(self) -> String {
        match self {
            Self::Pseudo => "HTTP/2 pseudo-headers, which the URL and the method replace".to_owned(),
            Self::Framing => "the tool computes them from the body".to_owned(),
            Self::InvalidName => "invalid header names".to_owned(),
            Self::InvalidValue => "values with control characters".to_owned(),
            Self::SetByTool(tool) => format!("{tool} sets or refuses them itself"),
            Self::NotInCmd => "values outside of ASCII, which cmd does not pass on safely".to_owned(),
            Self::Handshake => "the client's handshake sets them".to_owned(),
            Self::NotInPages => "a page cannot set headers of a WebSocket".to_owned(),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadersNotRecorded => formatter.write_str("The request headers were not recorded"),
            Self::HeadersOmitted { names, reason } => {
                write!(formatter, "Headers left out: {names} ({})", reason.reason())
            }
            Self::HeadersJoined(names) => write!(formatter, "Repeated headers are sent as one: {names}"),
            Self::HeadersAsUtf8(names) => {
                write!(formatter, "Header values outside of ASCII are sent as UTF-8: {names}")
            }
            Self::TabsInHeaders(names) => write!(formatter, "Tabs in headers became spaces: {names}"),
            Self::HeadersAdded { tool, names } => {
                write!(formatter, "{tool} adds headers that were not recorded: {}", names.join(", "))
            }
            Self::CookiesOmitted(names) => {
                write!(formatter, "Cookies left out, because PowerShell refuses their characters: {names}")
            }
            Self::BrowserCookies => {
                formatter.write_str("The browser sends its own cookies instead of the recorded ones")
            }
            Self::CookiesAsHeader => formatter
                .write_str("Cookies that were recorded apart from the headers are sent as the last one"),
            Self::Redacted(count) => write!(formatter, "{} redacted", plural(*count, "credential value")),
            Self::BodyNotSearched => formatter.write_str("The body is not searched for credentials"),
            Self::BodyTruncated(bytes) => {
                write!(formatter, "Only the first {} of the body were recorded", format_bytes(*bytes))
            }
            Self::BodyDamaged => {
                formatter.write_str("The body has replacement characters: bytes were lost in the recording")
            }
            Self::BodyDecoded => formatter.write_str(
                "The body was recorded as encoded text without a flag: the bytes behind it are sent",
            ),
            Self::BodyNotRecorded(why) => write!(formatter, "The body is missing: {why}"),
            Self::BodyFromFields => {
                formatter.write_str("The body is built from the recorded form fields: its bytes may differ")
            }
            Self::BodyOmitted { tool, method } => {
                write!(formatter, "{tool} sends no body with {method}: it is left out")
            }
            Self::UrlEncoded => {
                formatter.write_str("Characters that a URL cannot have are removed or percent-encoded")
            }
            Self::UserInfoAsHeader => {
                formatter.write_str("The URL's user and password are sent in the Authorization header")
            }
            Self::UrlNormalized(tool) => {
                write!(formatter, "{tool} normalizes the URL: dot segments and encoded characters change")
            }
            Self::MethodNotRecorded => formatter.write_str("The method was not recorded"),
            Self::MethodInvalid => formatter.write_str("The recorded method is invalid: it is left out"),
            Self::MethodRefused { tool, method } => write!(formatter, "{tool} refuses the method {method}"),
            Self::MethodInCapitals(tool) => write!(formatter, "{tool} sends the method in capitals"),
            Self::NeedsPowerShell7 => {
                formatter.write_str("The method needs PowerShell 7: 5.1 has no -CustomMethod")
            }
            Self::TemporaryFile => formatter
                .write_str("cmd cannot pass on this body: the command writes it to a temporary file first"),
            Self::NotForBatchFiles => {
                formatter.write_str("For the command prompt: in a batch file each % must be doubled")
            }
            Self::TooLongFor { what, limit } => {
                write!(formatter, "Too long for {what}, which accepts {}", format_bytes(*limit))
            }
            Self::SubprotocolsOmitted(names) => {
                write!(formatter, "Subprotocols left out, because they are invalid or repeated: {names}")
            }
            Self::ExtensionsNegotiated => {
                formatter.write_str("The client negotiates its own WebSocket extensions")
            }
            Self::MessagesTruncated(count) => {
                write!(formatter, "{} recorded only in part", plural(*count, "message"))
            }
            Self::MessagesOmitted(count) => {
                write!(formatter, "Messages of {} were not loaded", plural(*count, "row"))
            }
            Self::More(count) => write!(formatter, "{} not listed", plural(*count, "further remark")),
            Self::RowsSkipped { count, form } => {
                write!(formatter, "{} cannot be copied as {}", plural(*count, "row"), form.label())
            }
        }
    }
}
