//! Recognizes credentials and redacts them.
//!
//! A value is a credential by the name of its header, parameter or key (`names`), by its shape
//! (`shapes`), or as user and password before the host of a URL (`scanner`). The list of names is
//! data that the recorder shares. The payloads of messages have rules of their own (`payload`).
//!
//! Redaction is idempotent, and takes time and space linear in the length of the text.

mod bytes;
mod current_name;
mod mqtt;
mod names;
mod payload;
mod protocols;
mod report;
mod scanner;
mod shapes;
mod unit;

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Header;
use names::{credentials, is_code_context};
use protocols::{find_in_protocols, tokens_in};
use scanner::{Edit, Mode, find};
use shapes::{is_authorization_code, is_token};

pub use names::{is_credential_name, is_payload_credential_name};
pub use payload::{MASK, credential_ranges, has_credentials, is_credential_node, mask};
pub use report::{CredentialPlace, RedactionReport};

/// Replaces a credential.
pub const REDACTED: &str = "[REDACTED]";

/// Headers whose value is one URL. HTTP/2 sends the path as a header.
const URL_HEADERS: [&str; 10] = [
    "referer",
    "location",
    "content-location",
    "origin",
    ":path",
    "hx-current-url",
    "x-original-url",
    "x-rewrite-url",
    "x-forwarded-uri",
    "sourcemap",
];

/// Redacts credentials and counts them; one that is off changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    is_on: bool,
    count: u64,
    report: Option<Box<RedactionReport>>,
}

impl Redactor {
    /// A redactor that redacts if `is_on`, and otherwise returns everything unchanged.
    pub fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    /// Also counts by place and name.
    #[must_use]
    pub fn with_report(self) -> Self {
        Self { report: Some(Box::default()), ..self }
    }

    /// What was redacted so far; `None` unless [`Redactor::with_report`].
    pub fn report(&self) -> Option<&RedactionReport> {
        self.report.as_deref()
    }

    /// Whether it redacts.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Number of values redacted so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Redacts the values of headers that are named like credentials, and credentials within the
    /// other names and values.
    pub fn headers(&mut self, headers: &mut [Header]) {
        if !self.is_on {
            return;
        }
        for header in headers {
            if is_credential_name(&header.name) {
                self.redact(CredentialPlace::Header, &header.name, &mut header.value);
                continue;
            }
            replace(&mut header.value, |value| self.header_value(&header.name, value));
            replace(&mut header.name, |name| self.text(name));
        }
    }

    fn header_value<'a>(&mut self, name: &str, value: &'a str) -> Cow<'a, str> {
        if name.eq_ignore_ascii_case("sec-websocket-protocol") {
            return self.protocols(value);
        }
        if URL_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header)) {
            return self.url(value);
        }
        self.apply(CredentialPlace::Header, value, |value| match token_after_scheme(value) {
            Some(token) => vec![Edit { range: token, replacement: REDACTED }],
            None => find(value, Mode::Header),
        })
    }

    /// Redacts the values of parameters that are named like credentials, and credentials within the
    /// other names and values.
    pub fn parameters(&mut self, parameters: &mut [Header]) {
        if !self.is_on {
            return;
        }
        let has_code_context = parameters.iter().any(|parameter| is_code_context(parameter.name.as_bytes()));
        for parameter in parameters {
            let is_code = parameter.name.eq_ignore_ascii_case("code")
                && (has_code_context || is_authorization_code(parameter.value.as_bytes()));
            if is_code || is_credential_parameter(&parameter.name) {
                self.redact(CredentialPlace::Parameter, &parameter.name, &mut parameter.value);
                continue;
            }
            let is_url = is_url(&parameter.value);
            replace(&mut parameter.value, |value| if is_url { self.url(value) } else { self.text(value) });
            replace(&mut parameter.name, |name| self.text(name));
        }
    }

    /// Redacts a URL: user and password, and the values of parameters that are named like
    /// credentials, in its path, query and fragment, and in URLs that are values of parameters.
    /// Everything else is unchanged.
    pub fn url<'a>(&mut self, url: &'a str) -> Cow<'a, str> {
        // Browsers ignore these characters anywhere in a URL.
        if self.is_on && url.contains(['\t', '\r', '\n']) {
            let plain = url.replace(['\t', '\r', '\n'], "");
            return match self.apply(CredentialPlace::Url, &plain, |url| find(url, Mode::Url)) {
                Cow::Borrowed(_) => Cow::Borrowed(url),
                Cow::Owned(redacted) => Cow::Owned(redacted),
            };
        }
        self.apply(CredentialPlace::Url, url, |url| find(url, Mode::Url))
    }

    /// Redacts any other text: credentials in URLs, values after names, and tokens.
    pub fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        self.apply(CredentialPlace::Text, text, |text| find(text, Mode::Text))
    }

    /// Redacts the tokens in a comma-separated list of subprotocols.
    pub fn protocols<'a>(&mut self, list: &'a str) -> Cow<'a, str> {
        self.apply(CredentialPlace::Subprotocol, list, find_in_protocols)
    }

    /// Redacts the subprotocol that the server selected from the list `offered`, if it is a token
    /// there.
    pub fn agreed_protocol<'a>(&mut self, agreed: &'a str, offered: &str) -> Cow<'a, str> {
        if self.is_on && tokens_in(offered).any(|token| token == agreed.trim()) {
            return self.apply(CredentialPlace::Subprotocol, agreed, |agreed| match agreed {
                REDACTED => Vec::new(),
                _ => vec![Edit { range: 0..agreed.len(), replacement: REDACTED }],
            });
        }
        self.protocols(agreed)
    }

    /// Redacts a complete value. An empty value is kept: it says that there was none.
    fn redact(&mut self, place: CredentialPlace, name: &str, value: &mut String) {
        if !value.is_empty() && value != REDACTED {
            REDACTED.clone_into(value);
            self.add(place, name);
        }
    }

    /// Counts a value.
    fn add(&mut self, place: CredentialPlace, name: &str) {
        self.count += 1;
        if let Some(report) = &mut self.report {
            report.add(place, name);
        }
    }

    /// Redacts until nothing more is found: the rest of a hostile text can form another credential
    /// once the first one is removed.
    fn apply<'a>(
        &mut self,
        place: CredentialPlace,
        text: &'a str,
        find: impl Fn(&str) -> Vec<Edit>,
    ) -> Cow<'a, str> {
        /// One round to redact, one to check, and some for text that is made to resist.
        const MAX_ROUNDS: usize = 8;
        let mut redacted = Cow::Borrowed(text);
        for _ in 0..MAX_ROUNDS {
            let edits = if self.is_on { find(&redacted) } else { Vec::new() };
            let Some(replaced) = replaced(&redacted, &edits) else { break };
            self.count += edits.len() as u64;
            if let Some(report) = &mut self.report {
                for edit in &edits {
                    report.add_edit(place, &redacted, edit);
                }
            }
            redacted = Cow::Owned(replaced);
        }
        redacted
    }
}

/// The text with each range replaced; edits are in order. `None` if there are no edits.
fn replaced(text: &str, edits: &[Edit]) -> Option<String> {
    edits.first()?;
    let mut replaced = String::with_capacity(text.len());
    let mut copied = 0;
    for Edit { range, replacement } in edits {
        replaced.push_str(text.get(copied..range.start).unwrap_or_default());
        replaced.push_str(replacement);
        copied = range.end;
    }
    replaced.push_str(text.get(copied..).unwrap_or_default());
    Some(replaced)
}

fn replace(text: &mut String, redact: impl FnOnce(&str) -> Cow<'_, str>) {
    if let Cow::Owned(redacted) = redact(text) {
        *text = redacted;
    }
}

/// The range of the token in a header value that is `Bearer <token>` and nothing else, of any
/// length.
fn token_after_scheme(value: &str) -> Option<Range<usize>> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let token = rest.trim_start();
    let is_scheme = credentials().schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    // "Basic" is also an ordinary English word.
    let is_token = if scheme.eq_ignore_ascii_case("basic") {
        is_token(token.as_bytes())
    } else {
        !token.is_empty() && !token.contains([' ', '"', ',']) && !token.trim_end_matches('=').contains('=')
    };
    let end = value.trim_end().len();
    (is_scheme && is_token && token != REDACTED).then(|| end - token.len()..end)
}

/// Whether a parameter is named like a credential. Its name may be percent-encoded.
fn is_credential_parameter(name: &str) -> bool {
    let decoded: Vec<u8> = unit::units(name.as_bytes(), 0).map(|(_, unit)| unit.byte).collect();
    let start = decoded.len().saturating_sub(names::MAX_NAME);
    names::is_credential(decoded.get(start..).unwrap_or_default())
}

/// Whether the entire text is a URL.
fn is_url(text: &str) -> bool {
    let text = text.trim();
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    };
    text.starts_with(['/', '\\', '?', '#'])
        || text
            .split_once(':')
            .is_some_and(|(scheme, rest)| is_scheme(scheme) && rest.starts_with(['/', '\\']))
}
