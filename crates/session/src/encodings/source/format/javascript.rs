//! Lines of JavaScript: a statement or a property on each, blocks indented.

use super::super::TokenKind;
use super::{Gap, Placement, Token};

/// Brackets within one another that are remembered.
const MAX_OPEN: usize = 500;

/// The state between two tokens.
#[derive(Debug, Default)]
pub(super) struct JavaScriptLayout {
    open: Vec<Level>,
    /// Levels of the open brackets that are indented.
    depth: usize,
    /// Brackets that are open beyond [`MAX_OPEN`].
    uncounted: usize,
    /// Conditions `?` and labels of `case` whose colons are outstanding outside of brackets.
    outer: Colons,
    before: Before,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
struct Level {
    kind: LevelKind,
    /// Whether what is within it is indented: that of a block is, and that of another bracket if a
    /// line break follows it.
    is_indented: bool,
    /// Whether it is the block of a `do`, whose `while` stays on the line.
    is_do: bool,
    colons: Colons,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LevelKind {
    Brace,
    Bracket,
    /// `${` of a template.
    Substitution,
}

#[derive(Clone, Copy, Debug, Default)]
struct Colons {
    conditions: u32,
    has_case: bool,
}

/// The token before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    #[default]
    Start,
    OpenBrace,
    OpenBracket,
    Substitution,
    /// The end of a block; whether that was of a `do`.
    CloseBrace {
        is_do: bool,
    },
    Semicolon,
    Comma,
    /// The colon of a label, after which a statement begins.
    CaseColon,
    Colon,
    /// An operator with a space on both sides.
    Binary,
    /// One that belongs to what follows.
    Unary,
    Dot,
    Keyword {
        is_do: bool,
        is_function: bool,
    },
    /// A word, a number, a string: the end of a value.
    Value,
    /// A closing bracket: the end of a value, or of a condition.
    CloseBracket,
    Comment,
}

/// Operators that always have two operands; also the arrow.
const BINARY: &[&str] = &[
    "=", "==", "===", "!=", "!==", "<", ">", "<=", ">=", "&&", "||", "??", "=>", "&", "|", "^", "%", "**",
    "<<", ">>", ">>>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**=", "<<=", ">>=", ">>>=", "&&=",
    "||=", "??=", "*", "/",
];

/// Words that continue a statement after a block.
const CONTINUATIONS: &[&str] = &["else", "catch", "finally", "instanceof", "in", "of", "as", "from"];

impl JavaScriptLayout {
    /// Where a token goes, by itself and by what precedes it.
    pub(super) fn place(&mut self, token: Token<'_>) -> Placement {
        let text = if token.kind == TokenKind::Punctuation { token.text } else { "" };
        self.indent_bracket(token.gap);
        let closed = if matches!(text, "}" | ")" | "]") { self.close() } else { None };
        let is_colon_of = if text == ":" { self.take_colon() } else { ColonOf::Property };
        let is_binary = self.is_binary(text);
        let gap = self.gap(token, text, closed, is_binary, is_colon_of);
        let is_continued = is_binary || matches!(text, "." | "?.") || self.before == Before::Binary;
        let depth = self.depth + usize::from(is_continued);
        self.remember(token, text, closed, is_binary, is_colon_of);
        Placement { gap, depth }
    }

    /// A bracket that is followed by a line break indents its content.
    fn indent_bracket(&mut self, gap: Gap) {
        if self.before == Before::OpenBracket
            && gap >= Gap::Line
            && let Some(level) = self.open.last_mut()
            && !level.is_indented
            && self.uncounted == 0
        {
            level.is_indented = true;
            self.depth += 1;
        }
    }

    #[expect(clippy::match_same_arms, reason = "the arms are in the order of their precedence")]
    fn gap(
        &self,
        token: Token<'_>,
        text: &str,
        closed: Option<Level>,
        is_binary: bool,
        colon: ColonOf,
    ) -> Gap {
        let closes_block = closed.is_some_and(|level| level.kind == LevelKind::Brace);
        let is_comment = token.kind == TokenKind::Comment;
        match (self.before, text) {
            _ if token.kind == TokenKind::Template || text == "${" => Gap::None,
            (Before::Start | Before::Substitution, _) => Gap::None,
            (Before::OpenBrace, "}") => Gap::None,
            (_, "}") => {
                if closes_block {
                    Gap::Line
                } else {
                    Gap::None
                }
            }
            (Before::OpenBrace, _) => Gap::Line,
            (Before::OpenBracket | Before::Unary | Before::Dot | Before::Comment, _) => Gap::None,
            (Before::CloseBrace { is_do }, _) => after_block(token, text, is_do, is_binary),
            (Before::Semicolon, ";" | ")") => Gap::None,
            (Before::Semicolon, _) if is_comment => Gap::Space,
            (Before::Semicolon, _) => {
                if self.is_statement() {
                    Gap::Line
                } else {
                    Gap::Space
                }
            }
            (Before::Comma, "]" | ")") => Gap::None,
            (Before::Comma, _) => {
                if self.is_in_block() && !is_comment {
                    Gap::Line
                } else {
                    Gap::Space
                }
            }
            (Before::CaseColon, _) => Gap::Line,
            (Before::Colon | Before::Binary, _) => Gap::Space,
            (_, ";" | "," | ")" | "]" | "." | "?.") => Gap::None,
            (_, ":") => {
                if colon == ColonOf::Condition {
                    Gap::Space
                } else {
                    Gap::None
                }
            }
            _ if is_binary => Gap::Space,
            (Before::Keyword { is_function: true, .. }, "(" | "*") => Gap::None,
            (Before::Keyword { .. }, "*") => Gap::None,
            (Before::Keyword { .. }, _) => Gap::Space,
            (Before::Value | Before::CloseBracket, "{") => Gap::Space,
            // The text of a template follows its name.
            (Before::Value | Before::CloseBracket, "") if !token.text.starts_with('`') => Gap::Space,
            (Before::Value | Before::CloseBracket, _) => Gap::None,
        }
    }

    fn remember(
        &mut self,
        token: Token<'_>,
        text: &str,
        closed: Option<Level>,
        is_binary: bool,
        colon: ColonOf,
    ) {
        let is_do = matches!(self.before, Before::Keyword { is_do: true, .. });
        let follows_value = self.ends_value();
        self.before = match (token.kind, text) {
            (TokenKind::Comment, _) if matches!(self.before, Before::Value | Before::CloseBracket) => {
                self.before
            }
            (TokenKind::Comment, _) => self.after_comment(),
            (TokenKind::Keyword, _) => {
                // A property can be named `default`.
                let is_statement =
                    matches!(self.before, Before::Semicolon | Before::CloseBrace { .. } | Before::CaseColon);
                if token.text == "case" || token.text == "default" && is_statement {
                    self.colons().has_case = true;
                }
                Before::Keyword {
                    is_do: token.text == "do",
                    is_function: matches!(token.text, "function" | "import" | "super"),
                }
            }
            (_, "{") => {
                self.push(LevelKind::Brace, is_do);
                Before::OpenBrace
            }
            (_, "${") => {
                self.push(LevelKind::Substitution, false);
                Before::Substitution
            }
            (_, "(" | "[") => {
                self.push(LevelKind::Bracket, false);
                Before::OpenBracket
            }
            (_, "}") => match closed {
                Some(level) if level.kind == LevelKind::Substitution => Before::Substitution,
                Some(level) => Before::CloseBrace { is_do: level.is_do },
                None => Before::CloseBrace { is_do: false },
            },
            (_, ")" | "]") => Before::CloseBracket,
            (_, ";") => Before::Semicolon,
            (_, ",") => Before::Comma,
            (_, ":") if colon == ColonOf::Case => Before::CaseColon,
            (_, ":") => Before::Colon,
            (_, "." | "?.") => Before::Dot,
            (_, "++" | "--") if follows_value => Before::Value,
            (_, "") => Before::Value,
            (_, "?") => {
                let colons = self.colons();
                colons.conditions = colons.conditions.saturating_add(1);
                Before::Binary
            }
            _ if is_binary => Before::Binary,
            _ => Before::Unary,
        };
    }

    /// What the token after a comment has before it: a comment between statements changes nothing.
    fn after_comment(&self) -> Before {
        match self.before {
            Before::Start | Before::OpenBrace | Before::Semicolon | Before::CloseBrace { .. } => {
                Before::Semicolon
            }
            _ => Before::Comment,
        }
    }

    /// Whether an operator has a value on its left.
    fn is_binary(&self, text: &str) -> bool {
        match text {
            "?" => true,
            "+" | "-" => self.ends_value(),
            "*" => !matches!(self.before, Before::Keyword { .. }),
            _ => BINARY.contains(&text),
        }
    }

    fn ends_value(&self) -> bool {
        matches!(self.before, Before::Value | Before::CloseBracket | Before::CloseBrace { .. })
    }

    /// Whether statements are directly within the current bracket.
    fn is_statement(&self) -> bool {
        self.uncounted == 0 && self.open.last().is_none_or(|level| level.kind == LevelKind::Brace)
    }

    fn is_in_block(&self) -> bool {
        self.uncounted == 0 && self.open.last().is_some_and(|level| level.kind == LevelKind::Brace)
    }

    fn colons(&mut self) -> &mut Colons {
        match self.open.last_mut() {
            Some(level) => &mut level.colons,
            None => &mut self.outer,
        }
    }

    fn take_colon(&mut self) -> ColonOf {
        let colons = self.colons();
        if colons.conditions > 0 {
            colons.conditions -= 1;
            return ColonOf::Condition;
        }
        if std::mem::take(&mut colons.has_case) { ColonOf::Case } else { ColonOf::Property }
    }

    fn push(&mut self, kind: LevelKind, is_do: bool) {
        if self.uncounted > 0 || self.open.len() >= MAX_OPEN {
            self.uncounted += 1;
            return;
        }
        let is_indented = kind == LevelKind::Brace;
        self.depth += usize::from(is_indented);
        self.open.push(Level { kind, is_indented, is_do, colons: Colons::default() });
    }

    fn close(&mut self) -> Option<Level> {
        if self.uncounted > 0 {
            self.uncounted -= 1;
            return None;
        }
        let level = self.open.pop()?;
        self.depth -= usize::from(level.is_indented);
        Some(level)
    }
}

/// What a colon ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColonOf {
    Property,
    Condition,
    Case,
}

/// The gap after a block: a line, unless the statement continues.
fn after_block(token: Token<'_>, text: &str, is_do: bool, is_binary: bool) -> Gap {
    match text {
        ")" | "]" | "," | ";" | "." | "?." | "(" | "[" | ":" | "++" | "--" => Gap::None,
        _ if is_binary => Gap::Space,
        "" if token.text.starts_with('`') => Gap::None,
        "" if CONTINUATIONS.contains(&token.text) || is_do && token.text == "while" => Gap::Space,
        "" if token.kind == TokenKind::Comment => Gap::Space,
        _ => Gap::Line,
    }
}
