//! Lines of GraphQL: a field on each, selections indented.

use super::super::TokenKind;
use super::{Gap, Placement, Token};

/// The state between two tokens.
#[derive(Debug, Default)]
pub(super) struct GraphQlLayout {
    depth: usize,
    /// Parentheses and lists that are open: what is within them stays on its line.
    inline: usize,
    before: Before,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Start,
    Open,
    /// The end of a selection.
    Close,
    /// The end of a field: a name, its arguments, a directive, a type.
    Field,
    /// `...`
    Spread,
    /// `on` after `...`, `query`, `type`, a colon, an equals sign, a comma.
    Continued,
    InlineOpen,
}

impl GraphQlLayout {
    pub(super) fn place(&mut self, token: Token<'_>) -> Placement {
        let text = if token.kind == TokenKind::Punctuation { token.text } else { "" };
        if text == "}" && self.inline == 0 {
            self.depth = self.depth.saturating_sub(1);
        }
        let gap = self.gap(token, text);
        let depth = self.depth;
        match text {
            "{" if self.inline == 0 => self.depth += 1,
            "(" | "[" | "{" => self.inline += 1,
            ")" | "]" | "}" if self.inline > 0 => self.inline -= 1,
            _ => {}
        }
        self.before = match text {
            "{" if self.inline == 0 => Before::Open,
            "(" | "[" | "{" => Before::InlineOpen,
            "}" if self.inline == 0 => Before::Close,
            ":" | "=" | "," | "|" | "&" => Before::Continued,
            "..." => Before::Spread,
            _ if token.kind == TokenKind::Keyword && self.begins_definition(token) => Before::Continued,
            _ => Before::Field,
        };
        Placement { gap, depth }
    }

    /// Whether a keyword is one in its place: a field can have its name.
    fn begins_definition(&self, token: Token<'_>) -> bool {
        match token.text {
            "on" => self.depth == 0 || self.before == Before::Spread,
            text => self.depth == 0 && !text.starts_with('@'),
        }
    }

    #[expect(clippy::match_same_arms, reason = "the arms are in the order of their precedence")]
    fn gap(&self, token: Token<'_>, text: &str) -> Gap {
        match (self.before, text) {
            (Before::Start, _) => Gap::None,
            (Before::Open, "}") => Gap::None,
            (Before::Open, _) => Gap::Line,
            (_, "}") if self.inline == 0 => Gap::Line,
            (Before::Continued, "[" | "{") => Gap::Space,
            (_, "(" | ")" | "[" | "]" | ":" | "," | "!" | "}") => Gap::None,
            (Before::Close, _) => Gap::Line,
            (Before::InlineOpen, _) => Gap::None,
            (Before::Field, "{") => {
                if self.inline == 0 {
                    Gap::Space
                } else {
                    Gap::None
                }
            }
            (Before::Spread, _) => {
                if token.kind == TokenKind::Keyword {
                    Gap::Space
                } else {
                    Gap::None
                }
            }
            (Before::Continued, _) => Gap::Space,
            (_, "=" | "|" | "&") => Gap::Space,
            (Before::Field, _) if token.text.starts_with('@') => Gap::Space,
            // Names within a selection, one on each line.
            (Before::Field, "" | "...")
                if self.inline == 0 && self.depth > 0 && token.kind != TokenKind::Comment =>
            {
                Gap::Line
            }
            (Before::Field, "") => Gap::Space,
            (Before::Field, _) => Gap::None,
        }
    }
}
