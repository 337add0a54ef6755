//! What can be typed at a place of a filter: keys, and the values of a key.

use std::ops::Range;

use super::fields::{Field, FieldKind, Fields};
use super::lexer::phrase;
use crate::model::MessageLog;
use crate::protocols::Analysis;

/// Suggestions that are shown at once.
const MAX_SUGGESTIONS: usize = 50;

/// A completion of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The text that replaces the span; a key ends with its colon.
    pub text: String,
    /// The bytes of the input that it replaces; the cursor is put after the text.
    pub span: Range<usize>,
    /// What it means, for a key.
    pub description: &'static str,
    /// How many messages have the value, where that is known.
    pub count: Option<u64>,
}

/// A value that occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedValue {
    pub text: String,
    pub count: Option<u64>,
}

/// What can be typed at `cursor`, a byte of `input`. `values` are those of a text field that occur;
/// the words of other fields are known. Texts that begin like what is typed come before texts that
/// contain it.
pub fn suggestions(
    input: &str,
    cursor: usize,
    fields: Fields,
    values: &dyn Fn(&'static Field) -> Vec<SuggestedValue>,
) -> Vec<Suggestion> {
    let Some(before) = input.get(..cursor) else { return Vec::new() };
    let Some(start) = token_start(before) else { return Vec::new() };
    let rest = input.get(cursor..).unwrap_or_default();
    let typed = before.get(start..).unwrap_or_default();
    let field = typed.split_once(':').and_then(|(key, value)| Some((fields.get(key)?, value)));
    if let Some((field, value)) = field {
        let item = last_item(value);
        let is_end = |char: char| char.is_whitespace() || matches!(char, ',' | ')');
        let end = cursor + rest.find(is_end).unwrap_or(rest.len());
        return values_like(item, &(cursor - item.len()..end), &known_values(field, values));
    }
    let is_key = |char: char| char.is_ascii_lowercase() || char == '-';
    if !typed.chars().all(is_key) {
        return Vec::new();
    }
    let key_len = rest.find(|char| !is_key(char)).unwrap_or(rest.len());
    let colon = usize::from(rest.get(key_len..).is_some_and(|rest| rest.starts_with(':')));
    keys_like(typed, &(start..cursor + key_len + colon), fields)
}

/// Where the last token of `before` begins, after a `-` or a parenthesis; `None` within a phrase.
fn token_start(before: &str) -> Option<usize> {
    let mut start = 0;
    let mut at = 0;
    while let Some(char) = before.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = before.get(at..).unwrap_or_default();
        if char == '"'
            && (at == start || before.get(..at).is_some_and(|text| text.ends_with([':', '=', ','])))
        {
            let is_value = at > start;
            at += phrase(rest).1;
            let is_open = at >= before.len() && (rest.len() == 1 || !rest.ends_with('"'));
            if !is_value {
                if is_open {
                    return None;
                }
                start = at;
            }
            continue;
        }
        at += char.len_utf8();
        if char.is_whitespace() || (at == start + 1 && matches!(char, '-' | '!' | '(')) {
            start = at;
        }
    }
    Some(start)
}

/// The part of a value after the last comma outside of quotes.
fn last_item(value: &str) -> &str {
    let mut item = value.strip_prefix('=').unwrap_or(value);
    loop {
        let quoted = if item.starts_with('"') { phrase(item).1 } else { 0 };
        match item.get(quoted..).and_then(|rest| rest.split_once(',')) {
            Some((_, next)) => item = next,
            None => return item,
        }
    }
}

fn known_values(
    field: &'static Field,
    values: &dyn Fn(&'static Field) -> Vec<SuggestedValue>,
) -> Vec<SuggestedValue> {
    match field.kind {
        FieldKind::Choice(choices) | FieldKind::NumberOrChoice(_, choices) => {
            choices.iter().map(|choice| SuggestedValue { text: (*choice).to_owned(), count: None }).collect()
        }
        FieldKind::Text | FieldKind::Word | FieldKind::Named => values(field),
        FieldKind::Number(..) | FieldKind::Path => Vec::new(),
    }
}

fn keys_like(typed: &str, span: &Range<usize>, fields: Fields) -> Vec<Suggestion> {
    let ranked =
        |is_wanted: fn(&str, &str) -> bool| fields.iter().filter(move |field| is_wanted(field.name, typed));
    let begins = ranked(|name, typed| name.starts_with(typed));
    let contains = ranked(|name, typed| !name.starts_with(typed) && name.contains(typed));
    let suggestion = |field: &Field| Suggestion {
        text: format!("{}:", field.name),
        span: span.clone(),
        description: field.description,
        count: None,
    };
    begins.chain(contains).map(suggestion).collect()
}

fn values_like(item: &str, span: &Range<usize>, values: &[SuggestedValue]) -> Vec<Suggestion> {
    let typed = item.trim_start_matches('"').trim_end_matches('"').to_ascii_lowercase();
    let rank = |value: &SuggestedValue| value.text.to_ascii_lowercase().find(&typed).map(|at| at > 0);
    let mut ranked: Vec<_> = values.iter().filter_map(|value| Some((rank(value)?, value))).collect();
    // Stable: within each part, the order given.
    ranked.sort_by_key(|(contains, _)| *contains);
    let suggestion = |(_, value): (bool, &SuggestedValue)| Suggestion {
        text: written(&value.text),
        span: span.clone(),
        description: "",
        count: value.count,
    };
    ranked.into_iter().take(MAX_SUGGESTIONS).map(suggestion).collect()
}

/// A value as it is written in a filter.
fn written(value: &str) -> String {
    let needs_quotes = |char: char| char.is_whitespace() || matches!(char, ',' | '*' | '(' | ')');
    if !value.contains(needs_quotes) && !value.starts_with(['"', '=']) && !value.is_empty() {
        return value.to_owned();
    }
    // A phrase cannot contain a quote: the text around it is left.
    format!("\"{}\"", value.split('"').max_by_key(|part| part.len()).unwrap_or_default())
}

/// The values of the fields of messages: event names with how many messages have them, most
/// frequent first.
pub fn message_values(log: MessageLog<'_>, analysis: &Analysis, field: &Field) -> Vec<SuggestedValue> {
    if field.name != "event" {
        return Vec::new();
    }
    let mut counts = vec![0_u64; analysis.names().iter().count() + 1];
    for index in 0..analysis.len().min(log.len()) {
        if let Some(count) = counts.get_mut(analysis.event_id(index as u32).number()) {
            *count += 1;
        }
    }
    let value = |(id, name): (crate::protocols::EventId, &str)| SuggestedValue {
        text: name.to_owned(),
        count: counts.get(id.number()).copied(),
    };
    let mut values: Vec<_> = analysis.names().iter().map(value).collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.count));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{MESSAGE_FIELDS, MessageFilter};
    use proptest::prelude::*;

    fn events(field: &'static Field) -> Vec<SuggestedValue> {
        let names = ["chat:new", "new chat", "a,b", "foo*", "say \"hi\" there"];
        let value = |name: &&str| SuggestedValue { text: (*name).to_owned(), count: Some(2) };
        if field.name == "event" { names.iter().map(value).collect() } else { Vec::new() }
    }

    /// The input after each suggestion at `|`.
    fn completed(input: &str) -> Vec<String> {
        let cursor = input.find('|').unwrap_or(input.len());
        let input = input.replace('|', "");
        let complete = |suggestion: Suggestion| {
            let mut text = input.clone();
            text.replace_range(suggestion.span, &suggestion.text);
            text
        };
        suggestions(&input, cursor, MESSAGE_FIELDS, &events).into_iter().map(complete).collect()
    }

    #[test]
    fn keys_are_completed_with_their_colon() {
        assert_eq!(completed("ev"), ["event:"]);
        assert_eq!(completed("paid -(len"), ["paid -(length:"]);
        assert_eq!(completed("di|r:sent"), ["dir:sent"]);
        assert_eq!(completed("than"), ["larger-than:", "smaller-than:"]);
        assert_eq!(completed("").len(), MESSAGE_FIELDS.iter().count());
        assert_eq!(completed("\"ev"), [""; 0]);
        assert_eq!(completed("Ev"), [""; 0]);
        assert_eq!(completed("\"a b\" di"), ["\"a b\" dir:"]);
    }

    #[test]
    fn values_are_completed_after_a_key_and_after_each_comma() {
        assert_eq!(completed("dir:"), ["dir:sent", "dir:received"]);
        assert_eq!(completed("-is:pa"), ["-is:paired"]);
        assert_eq!(completed("dir:sent,r| x"), ["dir:sent,received x"]);
        assert_eq!(completed("event:new"), ["event:\"new chat\"", "event:chat:new"]);
        assert_eq!(completed("event:\"new c"), ["event:\"new chat\""]);
        assert_eq!(completed("event:=fo"), ["event:=\"foo*\""]);
        assert_eq!(
            completed("event:x,a,"),
            ["chat:new", "\"new chat\"", "\"a,b\"", "\"foo*\"", "\" there\""]
                .map(|name| format!("event:x,a,{name}"))
        );
        assert_eq!(completed("length:>"), [""; 0]);
    }

    proptest! {
        #[test]
        fn every_completion_of_a_value_is_a_valid_filter(input in "event:(=|\"|new|c|,){0,4}|-?(is|dir):e?") {
            for text in completed(&input) {
                prop_assert!(MessageFilter::parse(&text).is_ok(), "{}", text);
            }
        }

        #[test]
        fn spans_are_within_any_input(input in "[a-z:,\"\\-() é=]{0,12}", cursor in 0_usize..14) {
            for suggestion in suggestions(&input, cursor, MESSAGE_FIELDS, &events) {
                let is_at_cursor = suggestion.span.start <= cursor && cursor <= suggestion.span.end;
                prop_assert!(is_at_cursor && input.get(suggestion.span).is_some());
            }
        }
    }
}
