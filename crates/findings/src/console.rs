//! The errors of the console, decoded once for all rules.

use rustc_hash::FxHashMap;
use session::model::{Argument, ConsoleDetails, ConsoleLevel, EpochMs, Session};

use crate::url::truncated;

/// Most entries that are decoded.
const MAX_ENTRIES: usize = 5000;
/// Bytes of an entry's text that are kept.
const MAX_TEXT_BYTES: usize = 1000;

/// Most URLs that are kept of requests that the browser refused.
const MAX_REFUSED: usize = 2000;

/// Why a browser refused a request or its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Cors,
    MixedContent,
}

/// An error or a warning in the console.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConsoleError {
    pub(crate) time: Option<EpochMs>,
    pub(crate) level: ConsoleLevel,
    /// The text of its arguments, its beginning if it is long.
    pub(crate) text: Box<str>,
}

/// The errors and warnings of the console, in the order of the recording.
#[derive(Debug, Default)]
pub(crate) struct ConsoleErrors {
    pub(crate) entries: Vec<ConsoleError>,
    refused: FxHashMap<Box<str>, Refusal>,
    next: usize,
    /// Errors that were not decoded, because there are too many.
    pub(crate) not_read: u32,
}

impl ConsoleErrors {
    /// Decodes further entries, of which `budget` is the number; whether there are more.
    pub(crate) fn step(&mut self, session: &Session, budget: usize) -> bool {
        let end = session.console.len().min(self.next.saturating_add(budget));
        for entry in session.console.get(self.next..end).unwrap_or_default() {
            let is_error = matches!(
                entry.level,
                ConsoleLevel::Warn | ConsoleLevel::Error | ConsoleLevel::Assert | ConsoleLevel::Exception
            );
            if !is_error {
                continue;
            }
            if self.entries.len() == MAX_ENTRIES {
                self.not_read += 1;
                continue;
            }
            let text = text_of(&session.console_details(entry));
            self.note_refusal(&text);
            self.entries.push(ConsoleError { time: entry.time, level: entry.level, text: text.into() });
        }
        self.next = end;
        end < session.console.len()
    }

    /// Why the browser refused a request to that URL, if it wrote so to the console.
    pub(crate) fn refusal(&self, url: &str) -> Option<Refusal> {
        // A `data:` URL can have megabytes, which would be hashed for nothing.
        if url.len() > MAX_TEXT_BYTES { None } else { self.refused.get(url).copied() }
    }

    fn note_refusal(&mut self, text: &str) {
        let Some((refusal, scheme)) = refusal_in(text) else { return };
        if self.refused.len() < MAX_REFUSED {
            self.refused.extend(url_in(text, scheme).map(|url| (url.into(), refusal)));
        }
    }
}

/// The text of an entry's arguments.
fn text_of(details: &ConsoleDetails) -> String {
    let mut text = String::new();
    for argument in &details.arguments {
        let remaining = MAX_TEXT_BYTES.saturating_sub(text.len());
        if remaining == 0 {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        match argument {
            Argument::Text(argument) => text.push_str(truncated(argument, remaining)),
            Argument::Json(json) => {
                let json = json.get(..remaining.min(json.len())).unwrap_or_default();
                text.push_str(&String::from_utf8_lossy(json));
            }
        }
    }
    text
}

/// What browsers write for a request that they refused, and the scheme of its URL there.
fn refusal_in(text: &str) -> Option<(Refusal, &'static str)> {
    if text.contains("blocked by CORS policy") || text.starts_with("Cross-Origin Request Blocked") {
        return Some((Refusal::Cors, "http"));
    }
    let is_mixed =
        text.starts_with("Mixed Content:") || text.starts_with("Blocked loading mixed active content");
    is_mixed.then_some((Refusal::MixedContent, "http:"))
}

/// The first URL with that scheme in a sentence.
fn url_in<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let url = text.get(text.find(scheme)?..)?;
    let end = url.find(|char: char| {
        char.is_whitespace() || matches!(char, '\'' | '"' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}')
    });
    let url = url.get(..end.unwrap_or(url.len()))?;
    url.contains("://").then(|| url.trim_end_matches(['.', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{error_entry, session, with_console};

    #[test]
    fn requests_that_the_browser_refused_are_read_from_its_messages() {
        let texts = [
            "Access to fetch at 'https://api.test/a' from origin 'https://app.test' has been blocked by CORS policy: …",
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.test/b. (Reason: …)",
            "Mixed Content: The page at 'https://app.test/' was loaded over HTTPS, but requested an insecure image 'http://img.test/c'.",
        ];
        let entries = texts.iter().map(|text| error_entry(ConsoleLevel::Error, 0.0, text)).collect();
        let mut errors = ConsoleErrors::default();
        assert!(!errors.step(&with_console(session(Vec::new()), entries), 100));
        assert_eq!(errors.refusal("https://api.test/a"), Some(Refusal::Cors));
        assert_eq!(errors.refusal("https://api.test/b"), Some(Refusal::Cors));
        assert_eq!(errors.refusal("http://img.test/c"), Some(Refusal::MixedContent));
        assert_eq!(errors.refusal("https://app.test"), None);
    }
}
