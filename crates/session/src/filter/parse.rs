//! Parses a filter into an expression.

use super::expression::{Condition, Expression, FieldTerm, FilterError, Remark};
use super::fields::{Field, FieldKind, Fields};
use super::lexer::{Token, TokenKind, lex};
use super::named_pattern::NamedPattern;
use super::path::PathTest;
use super::regex::Regex;
use super::values::{self, TextPattern, ValueError, items};

/// Nested parentheses; parsing, evaluating and dropping an expression recur as deep.
const MAX_DEPTH: usize = 50;
/// Regular expressions in one filter: each has a cache of up to 2 MiB.
const MAX_REGEXES: usize = 16;

/// A filter that was parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    pub expression: Expression,
    /// What its author may not expect, in the order of the input.
    pub remarks: Vec<Remark>,
}

/// Parses `input` with the keys of `fields`. A key that is not among them is text, and remarked.
///
/// # Errors
/// If a parenthesis is not closed, or if a value or a regular expression is invalid.
pub fn parse(input: &str, fields: Fields) -> Result<Parsed, FilterError> {
    let tokens = lex(input, fields);
    let mut parser =
        Parser { input, fields, tokens: &tokens, at: 0, depth: 0, regexes: 0, remarks: Vec::new() };
    let expression = parser.alternatives()?;
    Ok(Parsed { expression, remarks: parser.remarks })
}

/// The words and phrases of `input`, whatever else it contains.
pub(super) fn as_text(input: &str) -> Expression {
    let term = |token: Token<'_>| {
        let (text, is_phrase) = match token.kind {
            TokenKind::Phrase(text) => (text, true),
            _ => (input.get(token.body_start()..token.span.end).unwrap_or_default(), false),
        };
        let text = Expression::Text { text: text.to_owned(), is_phrase };
        if token.is_excluded { Expression::Not(Box::new(text)) } else { text }
    };
    Expression::All(lex(input, Fields::NONE).into_iter().map(term).collect())
}

struct Parser<'a> {
    input: &'a str,
    fields: Fields,
    tokens: &'a [Token<'a>],
    at: usize,
    depth: usize,
    regexes: usize,
    remarks: Vec<Remark>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    /// Terms up to a closing parenthesis or the end.
    fn alternatives(&mut self) -> Result<Expression, FilterError> {
        let mut alternatives = Vec::new();
        let mut terms = Vec::new();
        while let Some(token) = self.peek().filter(|token| token.kind != TokenKind::Close) {
            self.at += 1;
            if token.kind == TokenKind::Or && !terms.is_empty() && self.has_operand() {
                alternatives.push(all_of(std::mem::take(&mut terms)));
            } else {
                terms.push(self.term(token)?);
            }
        }
        let last = all_of(terms);
        if alternatives.is_empty() {
            return Ok(last);
        }
        alternatives.push(last);
        Ok(Expression::Any(alternatives))
    }

    /// Whether a term follows `OR`.
    fn has_operand(&self) -> bool {
        self.peek().is_some_and(|token| !matches!(token.kind, TokenKind::Close | TokenKind::Or))
    }

    fn term(&mut self, token: &'a Token<'a>) -> Result<Expression, FilterError> {
        let text = |text: &str, is_phrase| Expression::Text { text: text.to_owned(), is_phrase };
        let term = match &token.kind {
            TokenKind::Word(word) => {
                if self.ignore_incomplete(word, token) {
                    text("", true)
                } else {
                    self.remark_word(word, token);
                    text(word, false)
                }
            }
            TokenKind::Phrase(phrase) => text(phrase, true),
            TokenKind::Or => {
                let word = self.input.get(token.span.clone()).unwrap_or_default();
                self.remark(
                    token,
                    format!("{word} is searched as text: it needs a term before and after it"),
                );
                text(word, false)
            }
            TokenKind::Regex(regex) => {
                self.count_regex(token)?;
                Expression::Regex(Regex::new(*regex).map_err(|message| error(token.span.clone(), message))?)
            }
            TokenKind::Field { field, value } => {
                if value.contains("~/") {
                    self.count_regex(token)?;
                }
                Expression::Field(field_term(field, value, token)?)
            }
            TokenKind::Open => self.group(token)?,
            // The caller ends at it.
            TokenKind::Close => Expression::default(),
        };
        Ok(if token.is_excluded { Expression::Not(Box::new(term)) } else { term })
    }

    fn group(&mut self, open: &Token<'_>) -> Result<Expression, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("This filter has more than {MAX_DEPTH} parentheses within each other");
            return Err(error(open.span.clone(), message));
        }
        let first = self.at;
        let inner = self.alternatives()?;
        self.depth -= 1;
        let parenthesis = open.body_start()..open.span.end;
        let Some(close) = self.peek() else {
            let message = "This ( is not closed. Add a ), or put the text in quotes to search for it";
            return Err(error(parenthesis, message.to_owned()));
        };
        if self.at == first {
            let message = "There is nothing between these parentheses. Put them in quotes to search for them";
            return Err(error(parenthesis.start..close.span.end, message.to_owned()));
        }
        self.at += 1;
        Ok(Expression::Group(Box::new(inner)))
    }

    fn count_regex(&mut self, token: &Token<'_>) -> Result<(), FilterError> {
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let message = format!("A filter can have at most {MAX_REGEXES} regular expressions");
            return Err(error(token.span.clone(), message));
        }
        Ok(())
    }

    /// Whether the word is a key that has no value yet: it matches everything, so that the list does
    /// not go empty while a condition is typed.
    fn ignore_incomplete(&mut self, word: &str, token: &Token<'_>) -> bool {
        let is_key = word.strip_suffix(':').is_some_and(|key| self.fields.get(key).is_some());
        if is_key {
            self.remark(token, format!("{word} is ignored until a value follows the colon"));
        }
        is_key
    }

    /// Remarks on a word that looks like syntax.
    fn remark_word(&mut self, word: &str, token: &Token<'_>) {
        if matches!(word, "AND" | "&&") {
            self.remark(
                token,
                format!("{word} is searched as text: a space already means that both must match"),
            );
        } else if word == "||" {
            self.remark(token, "|| is searched as text: write | or OR".to_owned());
        } else if let Some((key, value)) = word.split_once(':').filter(|_| !self.fields.is_empty()) {
            let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            if is_key && !value.is_empty() && !value.starts_with("//") {
                self.remark(token, format!("{key}: is not a key here, so {word} is searched as text"));
            }
        }
    }

    fn remark(&mut self, token: &Token<'_>, message: String) {
        self.remarks.push(Remark { span: token.body_start()..token.span.end, message });
    }
}

fn all_of(mut terms: Vec<Expression>) -> Expression {
    if terms.len() == 1 { terms.remove(0) } else { Expression::All(terms) }
}

fn error(span: std::ops::Range<usize>, message: String) -> FilterError {
    FilterError { span, message }
}

fn field_term(field: &'static Field, value: &str, token: &Token<'_>) -> Result<FieldTerm, FilterError> {
    let key_len = field.name.len() + 1;
    let takes_whole =
        matches!(field.kind, FieldKind::Text | FieldKind::Word | FieldKind::Named | FieldKind::Choice(_));
    let written = value.strip_prefix('=').filter(|_| takes_whole);
    let is_whole = written.is_some();
    let start = token.body_start() + key_len + usize::from(is_whole);
    let condition = condition(field, written.unwrap_or(value), is_whole).map_err(|(span, reason)| {
        let place = if span.is_empty() {
            token.body_start()..token.span.end
        } else {
            start + span.start..start + span.end
        };
        error(place, format!("{reason}. To search for this as text, put it in quotes"))
    })?;
    Ok(FieldTerm { field, value: value.to_owned(), condition })
}

fn condition(field: &Field, value: &str, is_whole: bool) -> Result<Condition, ValueError> {
    let condition = match field.kind {
        FieldKind::Text | FieldKind::Word => {
            let is_whole = is_whole || field.kind == FieldKind::Word;
            Condition::Text(items(value).into_iter().map(|item| TextPattern::new(item, is_whole)).collect())
        }
        FieldKind::Named => Condition::Named(NamedPattern::parse(value, is_whole)),
        FieldKind::NumberOrChoice(unit, choices) => {
            let (ranges, choices) = values::numbers_or_choices(value, unit, choices)?;
            Condition::NumberOrChoice { ranges, choices }
        }
        FieldKind::Choice(choices) => Condition::Choice(values::choices(value, choices)?),
        FieldKind::Number(unit, implied) => Condition::Number(values::numbers(value, unit, implied)?),
        FieldKind::Path => Condition::Path(PathTest::parse(value)?),
    };
    let is_empty = match &condition {
        Condition::Text(values) => values.is_empty(),
        Condition::Choice(values) => values.is_empty(),
        Condition::Number(values) => values.is_empty(),
        Condition::NumberOrChoice { ranges, choices } => ranges.is_empty() && choices.is_empty(),
        Condition::Named(values) => values.is_empty(),
        Condition::Path(_) => false,
    };
    if is_empty { Err((0..0, format!("Write a value after {}:", field.name))) } else { Ok(condition) }
}

#[cfg(test)]
mod tests;
