//! What was found in bodies and messages, by row.

use session::filter::{BodyTest, MessageFilter, Messages, TextPattern};
use session::model::{Body, Details, MessageLog};

/// Where a text is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentKind {
    /// In the request's and the response's body.
    Body,
    RequestBody,
    ResponseBody,
    /// In the messages of a socket.
    Message,
}

impl ContentKind {
    /// The kind of that key of the filter.
    pub(super) fn of(key: &str) -> Option<Self> {
        match key {
            "body" => Some(Self::Body),
            "request-body" => Some(Self::RequestBody),
            "response-body" => Some(Self::ResponseBody),
            "message" => Some(Self::Message),
            _ => None,
        }
    }

    /// The bodies in which it is searched.
    pub fn bodies(self, details: &Details) -> Vec<&Body> {
        match self {
            Self::Body => vec![&details.request_body, &details.response_body],
            Self::RequestBody => vec![&details.request_body],
            Self::ResponseBody => vec![&details.response_body],
            Self::Message => Vec::new(),
        }
    }
}

/// A text that is searched in bodies or messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentTerm {
    pub kind: ContentKind,
    pub pattern: TextPattern,
}

impl ContentTerm {
    /// The test of a body.
    pub fn body_test(&self) -> BodyTest {
        BodyTest::new(&self.pattern)
    }

    /// The text of a filter of messages.
    pub fn message_text(&self) -> String {
        match &self.pattern {
            TextPattern::Contains(text) | TextPattern::Equals(text) => text.clone(),
            TextPattern::Wildcard(parts) => {
                parts.iter().max_by_key(|part| part.len()).cloned().unwrap_or_default()
            }
        }
    }

    /// Whether one of the messages has the text.
    pub fn is_in_messages(&self, log: MessageLog<'_>) -> bool {
        let filter = MessageFilter::of_phrase(&self.message_text());
        let matches = filter.matching(Messages { log, analysis: None, start: None });
        (0..log.len()).any(matches)
    }
}

/// What was found so far, for each term and row.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    terms: Vec<(ContentTerm, Vec<Found>)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Found {
    #[default]
    Unknown,
    Absent,
    Present,
}

/// Terms whose results are kept: those typed last.
const MAX_TERMS: usize = 32;

impl Contents {
    /// Whether the row at `index` has the text; `None` if it was not searched.
    pub fn get(&self, term: &ContentTerm, index: usize) -> Option<bool> {
        let (_, found) = self.terms.iter().find(|(known, _)| known == term)?;
        match found.get(index).copied().unwrap_or_default() {
            Found::Unknown => None,
            Found::Absent => Some(false),
            Found::Present => Some(true),
        }
    }

    /// Notes whether the row at `index` has the text.
    pub fn set(&mut self, term: &ContentTerm, index: usize, is_present: bool) {
        let at = self.terms.iter().position(|(known, _)| known == term).unwrap_or_else(|| {
            if self.terms.len() == MAX_TERMS {
                self.terms.remove(0);
            }
            self.terms.push((term.clone(), Vec::new()));
            self.terms.len() - 1
        });
        let Some((_, found)) = self.terms.get_mut(at) else { return };
        if found.len() <= index {
            found.resize(index + 1, Found::Unknown);
        }
        if let Some(found) = found.get_mut(index) {
            *found = if is_present { Found::Present } else { Found::Absent };
        }
    }
}
