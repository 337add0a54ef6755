//! Any file as message types of Protocol Buffers, and any bytes as a message of them.

use session::encodings::{Schema, SchemaFile, SpanTree, Syntax};

/// Types that are tried. More of them reach no other code.
const MAX_TYPES: usize = 20;

/// Reads what precedes the first line `---` as a `.proto` file or a descriptor set, and what
/// follows it as a message.
pub(crate) fn schema(input: &[u8]) {
    const SEPARATOR: &[u8] = b"\n---\n";
    let at = input.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
    let (file, message) = match at {
        Some(at) => (&input[..at], &input[at + SEPARATOR.len()..]),
        None => (input, input),
    };
    let file = SchemaFile { name: "fuzzed.proto".to_owned(), bytes: file.to_vec() };
    let schema = match Schema::parse(&[file]) {
        Ok(schema) => schema,
        Err(error) => {
            assert!(error.to_string().starts_with("fuzzed.proto"), "an error names its file");
            return;
        }
    };
    for name in schema.type_names().into_iter().take(MAX_TYPES) {
        if let Some(json) = schema.to_json(name, message) {
            assert!(json_spans::is_json(json.as_bytes()), "{json}");
        }
    }
    for (_, fit) in schema.ranked(&[message, message]) {
        assert!(fit.fitting <= fit.messages && fit.messages == 2);
    }
    if let Some(tree) = SpanTree::parse(Syntax::Protobuf, message) {
        for index in 0..tree.nodes().len().min(MAX_TYPES) as u32 {
            let _ = tree.readings(message, index);
        }
    }
}
