//! The conditions on text: words, phrases and regular expressions, prepared for a search.

use super::escaped::EscapedTerm;
use super::predicate::Cost;
use super::readings::Readings;
use super::regex::Regex;
use super::search::{ByteFrequencies, Needle};
use crate::encodings::base64;
use crate::model::MessageBody;

/// A text to search for in fields and in payloads.
#[derive(Clone, Debug)]
pub(super) struct TextTerm {
    pub(super) needle: Needle,
    pub(super) in_escaped: EscapedTerm,
    /// Whether the text may be meant as base64: a long one of its characters. A short one occurs in
    /// base64 by chance.
    pub(super) may_be_base64: bool,
}

/// Characters from which on a text may be base64.
const MIN_BASE64_CHARS: usize = 12;

impl TextTerm {
    pub(super) fn new(frequencies: &ByteFrequencies, text: &str) -> Self {
        Self {
            needle: Needle::with_frequencies(frequencies, text),
            in_escaped: EscapedTerm::new(frequencies, text),
            may_be_base64: text.len() >= MIN_BASE64_CHARS
                && text.bytes().all(|byte| base64::is_digit(byte) || byte == b'='),
        }
    }
}

/// A condition on text.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    Term(TextTerm),
    Regex {
        regex: Regex,
        /// A text that occurs wherever the regular expression matches, searched first.
        literal: Option<TextTerm>,
    },
}

impl TextTest {
    pub(super) fn of_regex(frequencies: &ByteFrequencies, regex: &Regex) -> Self {
        let literal = regex.required_literal().map(|literal| TextTerm::new(frequencies, literal));
        Self::Regex { regex: regex.clone(), literal }
    }

    /// Whether it matches in `field`.
    pub(super) fn matches(&self, field: &[u8]) -> bool {
        match self {
            Self::Term(term) => term.needle.find_in(field),
            Self::Regex { regex, literal } => {
                literal.as_ref().is_none_or(|literal| literal.needle.find_in(field)) && regex.is_match(field)
            }
        }
    }

    /// Whether it matches in a reading of a payload.
    pub(super) fn matches_payload(&self, readings: &mut Readings<'_>, body: MessageBody) -> bool {
        match self {
            Self::Term(term) => readings.match_term(term, body),
            Self::Regex { regex, literal } => {
                literal.as_ref().is_none_or(|literal| readings.match_term(literal, body))
                    && readings.any(&|text| regex.is_match(text))
            }
        }
    }
}

impl Cost for TextTest {
    fn cost(&self) -> u8 {
        match self {
            Self::Term(_) => 1,
            Self::Regex { literal: Some(_), .. } => 3,
            Self::Regex { .. } => 4,
        }
    }
}
