//! WebSocket subprotocols: pages pass a token as one, because they cannot set a header of the
//! handshake.

use super::REDACTED;
use super::names::{MAX_NAME, credentials, is_credential};
use super::scanner::{Edit, Mode, find};

/// Prefixes of the token after `bearer.`, of Kubernetes and Phoenix.
const BEFORE_TOKEN: [&str; 2] = ["authorization.k8s.io.", "phx."];

/// Number of characters from which on a subprotocol with a digit is a token, whatever precedes it.
const MIN_OPAQUE: usize = 32;

/// The credentials in a value of `Sec-WebSocket-Protocol`, a comma-separated list: in
/// `bearer, <token>`, `bearer.<token>`, `jwt-<token>` and the like.
pub(super) fn find_in_protocols(list: &str) -> Vec<Edit> {
    let mut found = Vec::new();
    let mut before = "";
    let mut start = 0;
    for part in list.split(',') {
        let item = part.trim();
        let at = start + (part.len() - part.trim_start().len());
        start += part.len() + 1;
        let credentials = if is_name(before) && is_token_name(before) || is_opaque(item) {
            vec![Edit { range: 0..item.len(), replacement: REDACTED }]
        } else {
            credentials_in(item)
        };
        // A subprotocol that has a token itself does not announce the next one.
        before = if credentials.is_empty() && !item.contains(REDACTED) { item } else { "" };
        let is_new = |edit: &Edit| !matches!(item.get(edit.range.clone()), None | Some("" | REDACTED));
        found.extend(credentials.into_iter().filter(is_new).map(|edit| {
            let Edit { range, replacement } = edit;
            Edit { range: at + range.start..at + range.end, replacement }
        }));
    }
    found
}

/// The credentials in one subprotocol: the token after a name, and credentials by shape before it.
fn credentials_in(item: &str) -> Vec<Edit> {
    let mut found = find(item, Mode::Header);
    if let Some(mut token) = token_in(item) {
        while let Some(last) = found.pop_if(|last| last.range.end > token) {
            token = token.min(last.range.start);
        }
        found.push(Edit { range: token..item.len(), replacement: REDACTED });
    }
    found
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Whether the last word of a subprotocol says that a token follows: `bearer`, `access_token`.
fn is_token_name(name: &str) -> bool {
    let last = name.rsplit(is_separator).next().unwrap_or_default();
    let is_scheme = credentials().schemes.iter().any(|scheme| last.eq_ignore_ascii_case(scheme));
    is_scheme || is_credential(last.as_bytes())
}

fn is_separator(char: char) -> bool {
    matches!(char, '.' | ':' | '=' | '_' | '-')
}

/// The offset of the token in `bearer.<token>`.
fn token_in(item: &str) -> Option<usize> {
    if item.ends_with(REDACTED) {
        return None;
    }
    item.match_indices(is_separator).take_while(|(at, _)| *at <= MAX_NAME).find_map(|(at, separator)| {
        let (name, rest) = (item.get(..at)?, item.get(at + separator.len()..)?);
        let token = BEFORE_TOKEN.iter().find_map(|known| rest.strip_prefix(known)).unwrap_or(rest);
        (is_token_name(name) && is_token(token)).then_some(item.len() - token.len())
    })
}

/// Whether the text is a token rather than a word or a version, as in `auth-required` and
/// `bearer.v1`. Redacted parts do not count.
fn is_token(text: &str) -> bool {
    const MIN: usize = 6;
    const MIN_WORD: usize = 12;
    let text = text.replace(REDACTED, "");
    text.len() >= MIN && (text.len() >= MIN_WORD || text.bytes().any(|byte| byte.is_ascii_digit()))
}

fn is_opaque(item: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    item.len() >= MIN_OPAQUE && item.bytes().all(is_part) && item.bytes().any(|byte| byte.is_ascii_digit())
}

/// The subprotocols in a list that are credentials from end to end. A server may select one of
/// them.
pub(super) fn tokens_in(list: &str) -> impl Iterator<Item = &str> {
    find_in_protocols(list).into_iter().filter_map(|Edit { range, .. }| {
        let is_entire = list.get(..range.start)?.trim_end().ends_with(',') || range.start == 0;
        list.get(range).filter(|_| is_entire)
    })
}
