//! Text patterns prepared for many short texts.

use session::filter::{ByteFrequencies, NamedPattern, Needle, TextPattern};

/// A text pattern, prepared.
#[derive(Clone, Debug)]
pub(super) enum TextMatch {
    Contains(Needle),
    Equals(String),
    Other(TextPattern),
}

impl TextMatch {
    pub(super) fn new(pattern: &TextPattern) -> Self {
        match pattern {
            TextPattern::Contains(text) => {
                Self::Contains(Needle::with_frequencies(&ByteFrequencies::default(), text))
            }
            TextPattern::Equals(text) => Self::Equals(text.clone()),
            pattern @ TextPattern::Wildcard(_) => Self::Other(pattern.clone()),
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Contains(needle) => needle.find_in(text.as_bytes()),
            Self::Equals(whole) => whole.eq_ignore_ascii_case(text),
            Self::Other(pattern) => pattern.matches(text),
        }
    }
}

/// Texts, of which one must match.
#[derive(Clone, Debug)]
pub(super) struct TextMatches(Vec<TextMatch>);

impl TextMatches {
    pub(super) fn new(patterns: &[TextPattern]) -> Self {
        Self(patterns.iter().map(TextMatch::new).collect())
    }

    pub(super) fn any(&self, text: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(text))
    }
}

/// Names with values, of which one must match.
#[derive(Clone, Debug)]
pub(super) struct NamedMatches(Vec<(TextMatch, Option<TextMatch>)>);

impl NamedMatches {
    pub(super) fn new(patterns: &[NamedPattern]) -> Self {
        let prepare = |pattern: &NamedPattern| {
            (TextMatch::new(&pattern.name), pattern.value.as_ref().map(TextMatch::new))
        };
        Self(patterns.iter().map(prepare).collect())
    }

    /// Names alone.
    pub(super) fn of_names(patterns: &[TextPattern]) -> Self {
        Self(patterns.iter().map(|pattern| (TextMatch::new(pattern), None)).collect())
    }

    pub(super) fn any(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(wanted, wanted_value)| {
            wanted.matches(name) && wanted_value.as_ref().is_none_or(|wanted| wanted.matches(value))
        })
    }
}
