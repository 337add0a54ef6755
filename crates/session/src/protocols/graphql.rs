//! What the GraphQL protocols share: the name of an operation.

use crate::encodings::Value;

/// Tokens of a query that are searched for its name.
const MAX_TOKENS: u32 = 1000;

/// The name of an operation: as the request gives it, else as the query does, else the query's
/// first field.
pub(super) fn operation_name(request: Value<'_>) -> Option<String> {
    if let Some(name) = request.get_str("operationName").filter(|name| !name.is_empty()) {
        return Some(name.into_owned());
    }
    query_name(&request.get_str("query")?)
}

fn query_name(query: &str) -> Option<String> {
    let mut tokens = Tokens { rest: query, remaining: MAX_TOKENS };
    let mut previous = None;
    let mut parentheses = 0_u32;
    while let Some(token) = tokens.next() {
        match token {
            Token::Name(name) if matches!(previous, Some("query" | "mutation" | "subscription")) => {
                return Some(name.to_owned());
            }
            Token::Name(name) => previous = Some(name),
            Token::Other('(') => parentheses += 1,
            Token::Other(')') => parentheses = parentheses.saturating_sub(1),
            Token::Other('{') if parentheses == 0 => return first_field(&mut tokens),
            Token::Other(_) => previous = None,
        }
    }
    None
}

fn first_field(tokens: &mut Tokens<'_>) -> Option<String> {
    let Token::Name(name) = tokens.next()? else { return None };
    let after_alias = match (tokens.next(), tokens.next()) {
        (Some(Token::Other(':')), Some(Token::Name(field))) => Some(field),
        _ => None,
    };
    Some(after_alias.unwrap_or(name).to_owned())
}

enum Token<'q> {
    Name(&'q str),
    Other(char),
}

struct Tokens<'q> {
    rest: &'q str,
    remaining: u32,
}

impl<'q> Tokens<'q> {
    fn next(&mut self) -> Option<Token<'q>> {
        self.remaining = self.remaining.checked_sub(1)?;
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', ',', '\u{feff}']);
            let Some(comment) = self.rest.strip_prefix('#') else { break };
            self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        }
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let len = self.rest.find(|char| !is_name(char)).unwrap_or(self.rest.len());
        let first = self.rest.chars().next()?;
        let (token, rest) = self.rest.split_at(len.max(first.len_utf8()));
        self.rest = rest;
        Some(if len > 0 { Token::Name(token) } else { Token::Other(first) })
    }
}

#[cfg(test)]
mod tests {
    use super::query_name;

    #[test]
    fn a_query_is_named_by_its_operation_or_its_first_field() {
        let cases = [
            ("subscription OnMsg { msg }", Some("OnMsg")),
            ("# a comment {\n query Q($a: Int = {x: 1}) { b }", Some("Q")),
            ("subscription ($id: ID = {a: 1}) { orders: orderAdded(id: $id) { id } }", Some("orderAdded")),
            ("{ me { name } }", Some("me")),
            ("subscription", None),
            ("{ ...F }", None),
            ("", None),
            ("{é", None),
        ];
        for (query, name) in cases {
            assert_eq!(query_name(query).as_deref(), name, "{query}");
        }
    }
}
