//! Parses the value of `path:`.

use std::cmp::Ordering;

use super::{Comparison, Operand, PathTest, Step};
use crate::filter::decimal::Number;
use crate::filter::lexer::complete_regex;
use crate::filter::regex::Regex;
use crate::filter::values::{Item, ValueError, items};

/// Number of steps; the work of evaluating a path grows with it.
const MAX_STEPS: usize = 32;

/// Operators, the longer ones before those they begin with.
const OPERATORS: [&str; 8] = ["!=", "<=", ">=", "==", "=", "<", ">", "~"];

impl PathTest {
    /// Parses `$.a.b`, `$.a.b=value` and the like.
    pub(in crate::filter) fn parse(text: &str) -> Result<Self, ValueError> {
        let mut parser = Parser { text, at: 0, steps: Vec::new() };
        parser.steps()?;
        if parser.steps.is_empty() {
            let message = format!("{text} is not a path such as $.a.b or $..b");
            return Err((0..text.len(), message));
        }
        let rest = parser.rest();
        let Some(operator) = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)) else {
            return Ok(Self { steps: parser.steps, comparison: Comparison::Exists });
        };
        let start = parser.at + operator.len();
        let value = text.get(start..).unwrap_or_default();
        if value.is_empty() {
            return Err((parser.at..text.len(), format!("Write a value after {operator}")));
        }
        let comparison = comparison(operator, value)
            .map_err(|(span, message)| (span.start + start..span.end + start, message))?;
        Ok(Self { steps: parser.steps, comparison })
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    steps: Vec<Step>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn steps(&mut self) -> Result<(), ValueError> {
        if self.rest().starts_with('$') && !self.rest().starts_with("$$") {
            self.at += 1;
        } else if !self.rest().starts_with(['.', '[']) {
            // The root may be omitted: `price`.
            self.name(Step::Key)?;
        }
        loop {
            if self.steps.len() > MAX_STEPS {
                return Err((0..self.text.len(), format!("This path has more than {MAX_STEPS} steps")));
            }
            let rest = self.rest();
            if rest.starts_with("..") {
                self.at += 2;
                self.name(Step::Descendants)?;
            } else if rest.starts_with(".*") {
                self.at += 2;
                self.steps.push(Step::Any);
            } else if rest.starts_with('.') {
                self.at += 1;
                self.name(Step::Key)?;
            } else if rest.starts_with('[') {
                self.bracket()?;
            } else if rest.is_empty() || OPERATORS.iter().any(|operator| rest.starts_with(operator)) {
                return Ok(());
            } else {
                return Err((
                    self.at..self.text.len(),
                    format!("{rest} does not continue a path: write . or [ or a comparison"),
                ));
            }
        }
    }

    fn name(&mut self, step: fn(String) -> Step) -> Result<(), ValueError> {
        let rest = self.rest();
        let is_end = |char: char| matches!(char, '.' | '[' | ']' | '=' | '<' | '>' | '~' | '/' | '"');
        let end = rest.find(is_end).unwrap_or(rest.len());
        // `!` ends a name only before `=`.
        let end = rest.find("!=").map_or(end, |at| at.min(end));
        let name = rest.get(..end).filter(|name| !name.is_empty()).ok_or_else(|| {
            let message = if rest.is_empty() { "Write a key after the dot" } else { "A key is missing here" };
            (self.at.saturating_sub(1)..self.text.len(), message.to_owned())
        })?;
        self.steps.push(step(name.to_owned()));
        self.at += end;
        Ok(())
    }

    /// `[3]`, `[*]`, `["key"]`, `['key']`.
    fn bracket(&mut self) -> Result<(), ValueError> {
        let start = self.at;
        let inner = self.rest().get(1..).unwrap_or_default();
        let open = |text: &Self| (start..text.text.len(), "This [ is not closed by ]".to_owned());
        let quote = inner.chars().next().filter(|char| matches!(char, '"' | '\''));
        let (step, len) = if let Some(quote) = quote {
            let (key, _) =
                inner.get(1..).and_then(|rest| rest.split_once(quote)).ok_or_else(|| open(self))?;
            (Some(Step::Key(key.to_owned())), key.len() + 2)
        } else {
            let (index, _) = inner.split_once(']').ok_or_else(|| open(self))?;
            let step = if index == "*" { Some(Step::Any) } else { index.parse().ok().map(Step::Index) };
            (step, index.len())
        };
        let end = start + 1 + len;
        if !self.text.get(end..).is_some_and(|rest| rest.starts_with(']')) {
            return Err(open(self));
        }
        let step = step.ok_or_else(|| {
            let written = self.text.get(start..=end).unwrap_or_default();
            (
                start..end + 1,
                format!("{written} is not a position such as [0], [*] or a key such as [\"a b\"]"),
            )
        })?;
        self.steps.push(step);
        self.at = end + 1;
        Ok(())
    }
}

fn comparison(operator: &str, value: &str) -> Result<Comparison, ValueError> {
    let all = 0..value.len();
    if operator == "~" {
        return match complete_regex(value) {
            Some(text) => Regex::new(text).map(Comparison::Matches).map_err(|reason| (all, reason)),
            None => Ok(Comparison::Contains(unquoted(value).text.to_ascii_lowercase())),
        };
    }
    let orders: &'static [Ordering] = match operator {
        ">" => &[Ordering::Greater],
        ">=" => &[Ordering::Greater, Ordering::Equal],
        "<" => &[Ordering::Less],
        "<=" => &[Ordering::Less, Ordering::Equal],
        _ => return equality(operator, value),
    };
    Ok(Comparison::Ordered(orders, Operand::new(unquoted(value))))
}

fn equality(operator: &str, value: &str) -> Result<Comparison, ValueError> {
    let bounds =
        value.split_once("..").and_then(|(min, max)| Some((min, Number::new(min)?, Number::new(max)?)));
    if let Some((written, min, max)) = bounds.filter(|_| operator != "!=") {
        if max.order_of(written).is_some_and(Ordering::is_gt) {
            let message = "This range is empty: its first number is the larger one".to_owned();
            return Err((0..value.len(), message));
        }
        return Ok(Comparison::Between(min, max));
    }
    let operands: Vec<_> = items(value).into_iter().map(Operand::new).collect();
    Ok(if operator == "!=" { Comparison::NotEqual(operands) } else { Comparison::Equal(operands) })
}

/// A value that is not a list.
fn unquoted(value: &str) -> Item<'_> {
    let quoted = value.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest));
    Item { text: quoted.unwrap_or(value), is_quoted: quoted.is_some(), start: 0, len: value.len() }
}

impl Operand {
    fn new(item: Item<'_>) -> Self {
        let number = if item.is_quoted { None } else { Number::new(item.text) };
        Self { text: item.text.to_owned(), number, is_quoted: item.is_quoted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        PathTest::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")).steps
    }

    #[test]
    fn paths_are_those_of_json_path_and_the_root_may_be_omitted() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(steps("$.a.b"), [key("a"), key("b")]);
        assert_eq!(steps("a.b"), [key("a"), key("b")]);
        assert_eq!(steps(".a"), [key("a")]);
        assert_eq!(steps("$..b"), [Step::Descendants("b".into())]);
        assert_eq!(steps("$[3][*].*"), [Step::Index(3), Step::Any, Step::Any]);
        assert_eq!(steps(r#"$["a b"]['c.d']=1"#), [key("a b"), key("c.d")]);
        assert_eq!(steps("$.a-b!=1"), [key("a-b")]);
        assert_eq!(steps("$.@type>=2"), [key("@type")]);
    }

    #[test]
    fn a_path_that_is_not_one_is_explained_at_its_place() {
        let error = |text: &str| PathTest::parse(text).expect_err(text);
        assert_eq!(error("$.a[x]").0, 3..6);
        assert_eq!(error("$.a[1").0, 3..5);
        assert_eq!(error("$.a=").0, 3..4);
        assert_eq!(error("$.a.").0, 3..4);
        assert_eq!(error("$.a=9..1").0, 4..8);
        for text in ["$", "", "$.", "$..", "/api/orders", "$.a]", "$[\"a", "$.a~/(/", "=1", "$x", "$.a/b"] {
            assert!(PathTest::parse(text).is_err(), "{text}");
        }
        assert!(PathTest::parse(&"[0]".repeat(MAX_STEPS + 1)).is_err());
    }
}
