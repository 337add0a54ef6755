//! What counts as a credential, and its removal.
//!
//! Credentials are recognized by the name of a header, a parameter or a key (`names`), by their shape (`shapes`), and
//! by their place before the host of a URL (`scanner`). The list of names is data that the recorder shares.
//!
//! Redacting is idempotent, and takes time and space in proportion to the text.

mod bytes;
mod current_name;
mod names;
mod protocols;
mod scanner;
mod shapes;
mod unit;

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Header;
use names::{credentials, is_beside_code};
use protocols::{find_in_protocols, tokens_in};
use scanner::{Edit, Mode, find};
use shapes::{is_authorization_code, is_token};

pub use names::is_credential_name;

/// Takes the place of a credential.
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

/// Redacts credentials and counts them; or leaves everything as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Redactor {
    is_on: bool,
    count: u64,
}

impl Redactor {
    /// One that redacts, where `is_on`.
    pub fn new(is_on: bool) -> Self {
        Self { is_on, count: 0 }
    }

    /// Number of values redacted so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Redacts the values of headers that are called after credentials, and what is one in the others.
    pub fn headers(&mut self, headers: &mut [Header]) {
        if !self.is_on {
            return;
        }
        for header in headers {
            if is_credential_name(&header.name) {
                self.redact(&mut header.value);
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
        self.apply(value, |value| match token_after_scheme(value) {
            Some(token) => vec![Edit { range: token, replacement: REDACTED }],
            None => find(value, Mode::Header),
        })
    }

    /// Redacts the values of parameters that are called after credentials, and what is one in the others.
    pub fn parameters(&mut self, parameters: &mut [Header]) {
        if !self.is_on {
            return;
        }
        let has_code_context = parameters.iter().any(|parameter| is_beside_code(parameter.name.as_bytes()));
        for parameter in parameters {
            let is_code = parameter.name.eq_ignore_ascii_case("code")
                && (has_code_context || is_authorization_code(parameter.value.as_bytes()));
            if is_code || is_credential_parameter(&parameter.name) {
                self.redact(&mut parameter.value);
                continue;
            }
            let is_url = is_url(&parameter.value);
            replace(&mut parameter.value, |value| if is_url { self.url(value) } else { self.text(value) });
            replace(&mut parameter.name, |name| self.text(name));
        }
    }

    /// A URL without user and password, and without the values of parameters that are called after credentials: in
    /// its path, its query and its fragment, and in URLs that are values of parameters. Everything else stays as it is.
    pub fn url<'a>(&mut self, url: &'a str) -> Cow<'a, str> {
        // Browsers take no notice of these characters, wherever they are.
        if self.is_on && url.contains(['\t', '\r', '\n']) {
            let plain = url.replace(['\t', '\r', '\n'], "");
            return match self.apply(&plain, |url| find(url, Mode::Url)) {
                Cow::Borrowed(_) => Cow::Borrowed(url),
                Cow::Owned(redacted) => Cow::Owned(redacted),
            };
        }
        self.apply(url, |url| find(url, Mode::Url))
    }

    /// Any other text without the URLs' credentials in it, without values behind names, and without tokens.
    pub fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        self.apply(text, |text| find(text, Mode::Text))
    }

    /// Subprotocols with commas between them, without the tokens among them.
    pub fn protocols<'a>(&mut self, list: &'a str) -> Cow<'a, str> {
        self.apply(list, find_in_protocols)
    }

    /// The subprotocol that was agreed on, where `offered` were those to choose from.
    pub fn agreed_protocol<'a>(&mut self, agreed: &'a str, offered: &str) -> Cow<'a, str> {
        if self.is_on && tokens_in(offered).any(|token| token == agreed.trim()) {
            return self.apply(agreed, |agreed| match agreed {
                REDACTED => Vec::new(),
                _ => vec![Edit { range: 0..agreed.len(), replacement: REDACTED }],
            });
        }
        self.protocols(agreed)
    }

    /// An empty value says that there was none.
    fn redact(&mut self, value: &mut String) {
        if !value.is_empty() && value != REDACTED {
            REDACTED.clone_into(value);
            self.count += 1;
        }
    }

    /// Redacts what is found until nothing more is: what is left of a hostile text can spell another credential once
    /// the first one is gone.
    fn apply<'a>(&mut self, text: &'a str, find: impl Fn(&str) -> Vec<Edit>) -> Cow<'a, str> {
        /// One round for what is there, one to see that there is no more, and some for what is made to resist.
        const MAX_ROUNDS: usize = 8;
        let mut redacted = Cow::Borrowed(text);
        for _ in 0..MAX_ROUNDS {
            let edits = if self.is_on { find(&redacted) } else { Vec::new() };
            let Some(replaced) = replaced(&redacted, &edits) else { break };
            self.count += edits.len() as u64;
            redacted = Cow::Owned(replaced);
        }
        redacted
    }
}

/// The text with each replacement in the place of its range; edits come in order. `None` where there is none.
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

/// The token of a header's value that is `Bearer <token>` and nothing else, however short it is.
fn token_after_scheme(value: &str) -> Option<Range<usize>> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let token = rest.trim_start();
    let is_scheme = credentials().schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    // "Basic" is a word too.
    let is_token = if scheme.eq_ignore_ascii_case("basic") {
        is_token(token.as_bytes())
    } else {
        !token.is_empty() && !token.contains([' ', '"', ',']) && !token.trim_end_matches('=').contains('=')
    };
    let end = value.trim_end().len();
    (is_scheme && is_token && token != REDACTED).then(|| end - token.len()..end)
}

/// Names of parameters may be encoded.
fn is_credential_parameter(name: &str) -> bool {
    let decoded: Vec<u8> = unit::units(name.as_bytes(), 0).map(|(_, unit)| unit.byte).collect();
    let start = decoded.len().saturating_sub(names::MAX_NAME);
    names::is_credential(decoded.get(start..).unwrap_or_default())
}

/// Whether the text is one URL.
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
