//! The values of fields that are a name with a value: `x-id=7`.

use super::values::{Item, TextPattern};

/// A name, and what its value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPattern {
    pub name: TextPattern,
    /// `None` if the value does not matter.
    pub value: Option<TextPattern>,
}

impl NamedPattern {
    /// The patterns of `name=value,name`. A name with a value is whole; alone it is a part, unless
    /// `is_whole`.
    pub(super) fn parse(value: &str, is_whole: bool) -> Vec<Self> {
        let pattern = |item: &str| {
            let (name, value) = match item.split_once('=') {
                Some((name, value)) => (name, Some(value).filter(|value| !value.is_empty())),
                None => (item, None),
            };
            let has_value = item.contains('=');
            let of = |text: &str, is_whole| {
                let is_quoted = text.starts_with('"');
                let text = if is_quoted { text.trim_matches('"') } else { text };
                TextPattern::new(Item { text, is_quoted, start: 0, len: text.len() }, is_whole)
            };
            Self { name: of(name, is_whole || has_value), value: value.map(|value| of(value, is_whole)) }
        };
        let mut is_quoted = false;
        let is_separator = |char: char| {
            is_quoted ^= char == '"';
            char == ',' && !is_quoted
        };
        value.split(is_separator).filter(|item| !item.is_empty()).map(pattern).collect()
    }

    /// Whether a name and its value match; ASCII case is ignored.
    pub fn matches(&self, name: &str, value: &str) -> bool {
        self.name.matches(name) && self.value.as_ref().is_none_or(|pattern| pattern.matches(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(text: &str, name: &str, value: &str) -> bool {
        NamedPattern::parse(text, false).iter().any(|pattern| pattern.matches(name, value))
    }

    #[test]
    fn a_name_with_a_value_is_whole_and_alone_a_part() {
        assert!(matches("x-id=7", "X-Id", "a7b") && !matches("x-id=7", "my-x-id", "7"));
        assert!(matches("id", "x-id", "") && matches("id=", "id", "any") && !matches("id=", "x-id", "any"));
        assert!(matches("a=1,b=2", "b", "2") && !matches("a=1,b=2", "b", "1"));
    }

    #[test]
    fn a_value_in_quotes_has_spaces_and_commas() {
        assert!(matches("accept=\"a, b\"", "accept", "x a, b y"));
        assert!(matches("etag=*x", "etag", "abx") && !matches("etag=\"*x\"", "etag", "abx"));
    }
}
