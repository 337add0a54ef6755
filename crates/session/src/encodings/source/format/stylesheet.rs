//! Lines of CSS: a declaration on each, blocks indented.

use super::super::TokenKind;
use super::{Gap, Placement, Token};

/// The state between two tokens.
#[derive(Debug, Default)]
pub(super) struct CssLayout {
    depth: usize,
    /// Parentheses that are open: what is within them stays on its line.
    parentheses: usize,
    before: Before,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Start,
    Property,
    /// The colon after a property.
    Colon,
    Open,
    /// The end of a block or a declaration.
    End,
    Comma,
    Other,
}

impl CssLayout {
    #[expect(clippy::match_same_arms, reason = "the arms are in the order of their precedence")]
    pub(super) fn place(&mut self, token: Token<'_>) -> Placement {
        let is_punctuation = token.kind == TokenKind::Punctuation;
        let text = if is_punctuation { token.text } else { "" };
        let is_empty = self.before == Before::Open;
        if text == "}" {
            self.depth = self.depth.saturating_sub(1);
            self.parentheses = 0;
        }
        let gap = match (self.before, text) {
            (Before::Start, _) => Gap::None,
            (_, "}") => {
                if is_empty {
                    Gap::None
                } else {
                    Gap::Line
                }
            }
            (Before::Open | Before::End, ";") => Gap::None,
            (Before::Open | Before::End, _) => Gap::Line,
            (_, "{") => Gap::Space,
            (Before::Comma | Before::Colon, _) => Gap::Space,
            _ if token.kind == TokenKind::Keyword && token.text.starts_with('!') => Gap::Space,
            _ => Gap::None,
        };
        let depth = self.depth
            + usize::from(
                !matches!(self.before, Before::Open | Before::End)
                    && !matches!(text, "{" | "}")
                    && self.depth > 0,
            );
        match text {
            "{" => self.depth += 1,
            "(" => self.parentheses += 1,
            ")" => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        self.before = match text {
            "{" => Before::Open,
            "}" => Before::End,
            ";" if self.parentheses == 0 => Before::End,
            ":" if self.before == Before::Property => Before::Colon,
            "," => Before::Comma,
            _ if token.kind == TokenKind::Attribute => Before::Property,
            _ if token.kind == TokenKind::Comment && matches!(self.before, Before::End | Before::Open) => {
                Before::End
            }
            _ => Before::Other,
        };
        Placement { gap, depth }
    }
}
