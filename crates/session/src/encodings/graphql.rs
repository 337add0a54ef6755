//! Requests and errors of GraphQL over HTTP, recognized by their content.

use std::borrow::Cow;

use super::source::{Language, Lexer, TokenKind};
use super::span_tree::{SpanTree, Syntax, Value};

/// Operations of a batch that are read.
const MAX_OPERATIONS: usize = 100;
/// Errors of a response that are read.
const MAX_ERRORS: usize = 50;
/// Pieces of a document that are read for the name of its operation.
const MAX_PIECES: usize = 20_000;

/// An operation that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphQlOperation {
    /// `query`, `mutation`, `subscription`; `None` if the document was not sent.
    pub kind: Option<&'static str>,
    pub name: Option<String>,
    /// The document as sent; `None` for a persisted query without one.
    pub document: Option<String>,
    /// JSON.
    pub variables: Option<String>,
    /// JSON.
    pub extensions: Option<String>,
    /// The SHA-256 hash of a persisted query.
    pub persisted_hash: Option<String>,
}

/// An error of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphQlError {
    pub message: String,
    /// The place in the response: `user.friends[0].name`.
    pub path: Option<String>,
    /// The code in its extensions.
    pub code: Option<String>,
}

/// The operations that the JSON of a request body is: one, or several in a batch; `None` if it is
/// something else.
pub fn graphql_operations(json: &SpanTree, source: &[u8]) -> Option<Vec<GraphQlOperation>> {
    let root = json.root(source).filter(|root| root.syntax() == Syntax::Json)?;
    let operations: Option<Vec<_>> = if root.is_array() {
        root.children().take(MAX_OPERATIONS).map(operation).collect()
    } else {
        operation(root).map(|operation| vec![operation])
    };
    operations.filter(|operations| !operations.is_empty())
}

/// The operation in the parameters of a GET request.
pub fn graphql_of_query<'q>(
    parameters: impl IntoIterator<Item = (&'q str, &'q str)>,
) -> Option<GraphQlOperation> {
    let mut found = GraphQlOperation::default();
    let filled = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
    for (name, value) in parameters {
        match name {
            "query" => found.document = filled(value),
            "operationName" => found.name = filled(value),
            "variables" => found.variables = filled(value),
            "extensions" => found.extensions = filled(value),
            _ => {}
        }
    }
    if let Some(text) = &found.extensions {
        let tree = SpanTree::parse(Syntax::Json, text.as_bytes());
        let root = tree.as_ref().and_then(|tree| tree.root(text.as_bytes()));
        found.persisted_hash = root.and_then(persisted_hash);
    }
    complete(found)
}

/// The operation that a body of the type `application/graphql` is.
pub fn graphql_of_document(document: &str) -> Option<GraphQlOperation> {
    complete(GraphQlOperation { document: Some(document.to_owned()), ..GraphQlOperation::default() })
}

fn operation(value: Value<'_>) -> Option<GraphQlOperation> {
    if !value.is_object() {
        return None;
    }
    let raw = |key: &str| {
        let value = value.get(key).filter(|value| !value.is_null())?;
        Some(String::from_utf8_lossy(value.raw()).into_owned())
    };
    complete(GraphQlOperation {
        kind: None,
        name: value.get_str("operationName").map(Cow::into_owned).filter(|name| !name.is_empty()),
        document: value.get_str("query").map(Cow::into_owned),
        variables: raw("variables"),
        extensions: raw("extensions"),
        persisted_hash: value.get("extensions").and_then(persisted_hash),
    })
}

fn persisted_hash(extensions: Value<'_>) -> Option<String> {
    let query = extensions.get("persistedQuery")?;
    query.get_str("sha256Hash").map(Cow::into_owned)
}

/// The operation with its kind and name; `None` if it has neither a document of GraphQL nor a hash.
fn complete(operation: GraphQlOperation) -> Option<GraphQlOperation> {
    let Some(document) = &operation.document else {
        return operation.persisted_hash.is_some().then_some(operation);
    };
    let definitions = definitions(document)?;
    let selected = definitions.iter().find(|(_, name)| *name == operation.name).or(definitions.first());
    let (kind, name) = selected.cloned().map_or((None, None), |(kind, name)| (Some(kind), name));
    Some(GraphQlOperation { kind, name: operation.name.or(name), ..operation })
}

/// The kinds and names of the operations that a document defines; `None` for other text.
fn definitions(document: &str) -> Option<Vec<(&'static str, Option<String>)>> {
    let mut lexer = Lexer::new(Language::GraphQl);
    let mut found: Vec<(&'static str, Option<String>)> = Vec::new();
    let (mut depth, mut has_fragment, mut has_braces) = (0_u32, false, false);
    // Whether the last token was the keyword of an operation.
    let mut is_named_next = false;
    // Whether a definition has begun, so that braces belong to it.
    let mut is_defined = false;
    for _ in 0..MAX_PIECES {
        let Some(piece) = lexer.next_piece(document) else { break };
        let text = document.get(piece.start..piece.end).unwrap_or_default();
        if matches!(piece.kind, TokenKind::Whitespace | TokenKind::Comment) {
            continue;
        }
        match (depth, piece.kind, text) {
            (_, _, "{") => {
                if depth == 0 && !std::mem::take(&mut is_defined) {
                    found.push(("query", None));
                }
                has_braces = true;
                depth = depth.saturating_add(1);
            }
            (_, _, "(") => depth = depth.saturating_add(1),
            (_, _, "}" | ")") => depth = depth.saturating_sub(1),
            (0, TokenKind::Keyword, "query") if !is_defined => found.push(("query", None)),
            (0, TokenKind::Keyword, "mutation") if !is_defined => found.push(("mutation", None)),
            (0, TokenKind::Keyword, "subscription") if !is_defined => found.push(("subscription", None)),
            (0, TokenKind::Keyword, "fragment") if !is_defined => has_fragment = true,
            (0, TokenKind::Name | TokenKind::Keyword, name) if is_named_next => {
                if let Some((_, known)) = found.last_mut() {
                    *known = Some(name.to_owned());
                }
            }
            // A definition begins with a keyword or a brace.
            (0, _, _) if !is_defined => return None,
            _ => {}
        }
        is_named_next = depth == 0
            && piece.kind == TokenKind::Keyword
            && !is_defined
            && matches!(text, "query" | "mutation" | "subscription");
        is_defined |= depth == 0 && piece.kind == TokenKind::Keyword && text != "}";
    }
    (has_braces && (!found.is_empty() || has_fragment)).then_some(found)
}

/// The errors in the JSON of a response; empty if it is not a response of GraphQL, or has none.
pub fn graphql_errors(json: &SpanTree, source: &[u8]) -> Vec<GraphQlError> {
    let Some(root) = json.root(source).filter(|root| root.syntax() == Syntax::Json) else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    if root.is_array() {
        for response in root.children().take(MAX_OPERATIONS) {
            errors.extend(errors_of(response));
        }
    } else {
        errors.extend(errors_of(root));
    }
    errors.truncate(MAX_ERRORS);
    errors
}

/// The keys of a response (GraphQL specification, section 7, and incremental delivery).
const RESPONSE_KEYS: [&str; 8] =
    ["data", "errors", "extensions", "hasNext", "incremental", "pending", "path", "label"];

fn errors_of(response: Value<'_>) -> Vec<GraphQlError> {
    let is_response = response.is_object()
        && response
            .children()
            .all(|member| member.key().is_some_and(|key| RESPONSE_KEYS.contains(&key.as_ref())));
    let errors = response.get("errors").filter(|errors| is_response && errors.is_array());
    errors.map(|errors| errors.children().take(MAX_ERRORS).filter_map(error).collect()).unwrap_or_default()
}

fn error(value: Value<'_>) -> Option<GraphQlError> {
    let message = value.get_str("message")?.into_owned();
    let path = value.get("path").filter(|path| path.is_array() && !path.is_empty()).map(|path| {
        let mut text = String::new();
        for step in path.children() {
            match step.str() {
                Some(name) if text.is_empty() => text.push_str(&name),
                Some(name) => text.extend([".", &name]),
                None => text.extend(["[", &step.text(), "]"]),
            }
        }
        text
    });
    let code = value.path(&["extensions", "code"]).map(|code| code.text().into_owned());
    Some(GraphQlError { message, path, code })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn operations(json: &str) -> Option<Vec<GraphQlOperation>> {
        let tree = SpanTree::parse(Syntax::Json, json.as_bytes())?;
        graphql_operations(&tree, json.as_bytes())
    }

    fn names(json: &str) -> Vec<(Option<&'static str>, Option<String>)> {
        operations(json).unwrap_or_default().into_iter().map(|found| (found.kind, found.name)).collect()
    }

    #[test]
    fn an_operation_has_its_name_and_kind() {
        let json = r#"{"operationName":"Books","variables":{"n":2},"query":"fragment F on Book { id }\nquery Books($n: Int) { books(first: $n) { ...F } }"}"#;
        assert_eq!(names(json), [(Some("query"), Some("Books".to_owned()))]);
        assert_eq!(operations(json).expect("an operation")[0].variables.as_deref(), Some(r#"{"n":2}"#));
        assert_eq!(
            names(r#"{"query":"mutation Add{add(x:{y:1}){id}}"}"#),
            [(Some("mutation"), Some("Add".to_owned()))]
        );
        assert_eq!(names(r##"{"query":"# all\n{ books { type query } }"}"##), [(Some("query"), None)]);
    }

    #[test]
    fn a_batch_has_several_operations() {
        let json = r#"[{"query":"query A{a}"},{"query":"subscription B{b}"}]"#;
        let expected = [(Some("query"), Some("A".to_owned())), (Some("subscription"), Some("B".to_owned()))];
        assert_eq!(names(json), expected);
    }

    #[test]
    fn a_persisted_query_has_its_hash() {
        let json =
            r#"{"operationName":"Books","extensions":{"persistedQuery":{"version":1,"sha256Hash":"ab12"}}}"#;
        let operation = &operations(json).expect("an operation")[0];
        assert_eq!((operation.kind, operation.persisted_hash.as_deref()), (None, Some("ab12")));
        let parameters =
            [("operationName", "Books"), ("extensions", r#"{"persistedQuery":{"sha256Hash":"ab12"}}"#)];
        assert_eq!(
            graphql_of_query(parameters).and_then(|found| found.persisted_hash),
            Some("ab12".to_owned())
        );
    }

    #[test]
    fn other_json_is_no_operation() {
        for json in [
            r#"{"query":"white whale"}"#,
            r#"{"query":"query optimizers"}"#,
            r#"{"query":"a { b }"}"#,
            r#"{"query":{"match":{}}}"#,
            r#"{"operationName":"x"}"#,
            "[]",
            "[1]",
            "7",
        ] {
            assert_eq!(operations(json), None, "{json}");
        }
        assert_eq!(graphql_of_query([("query", "white whale")]), None);
        assert!(graphql_of_document("{ a }").is_some());
    }

    #[test]
    fn errors_have_their_message_path_and_code() {
        let json = r#"{"errors":[{"message":"Not found","path":["user","friends",0,"name"],"extensions":{"code":"NOT_FOUND"}}],"data":null}"#;
        let tree = SpanTree::parse(Syntax::Json, json.as_bytes()).expect("JSON");
        let expected = GraphQlError {
            message: "Not found".to_owned(),
            path: Some("user.friends[0].name".to_owned()),
            code: Some("NOT_FOUND".to_owned()),
        };
        assert_eq!(graphql_errors(&tree, json.as_bytes()), [expected]);
    }

    #[test]
    fn errors_of_other_interfaces_are_not_those_of_graphql() {
        let json = r#"{"errors":[{"message":"x"}],"status":400}"#;
        let tree = SpanTree::parse(Syntax::Json, json.as_bytes()).expect("JSON");
        assert!(graphql_errors(&tree, json.as_bytes()).is_empty());
    }

    proptest! {
        #[test]
        fn any_document_is_read_without_a_panic(document in "[{}()a# \nquery\":$.]{0,40}") {
            let _ = graphql_of_document(&document);
        }
    }
}
