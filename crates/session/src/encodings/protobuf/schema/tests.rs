use super::*;
use proptest::prelude::*;

const SHOP: &str = r#"
// A comment.
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
option (some.option) = { key: "}" value: [1, 2] };

/* Another
   comment. */
message Order {
  option deprecated = true;
  reserved 20 to 30, 40;
  reserved "old";
  string id = 1;
  repeated Line lines = 2 [(check).rule = "a;b"];
  Status status = 3;
  map<string, int32> stock = 4;
  oneof payment { string card = 5; sint64 balance = 6; }
  repeated sint32 deltas = 7;
  bytes signature = 8;
  double total = 9;
  optional bool is_gift = 10;
  google.protobuf.Timestamp placed = 11;
  fixed32 shop = 12;
  message Line { uint32 count = 1; .shop.v1.Order.Line parent = 2; float price = 3; }
}
enum Status { option allow_alias = true; UNKNOWN = 0; PAID = 1; SETTLED = 1; LOST = -1; }
message Tick { int64 sequence = 1; string symbol = 2; }
service Orders { rpc Place(Order) returns (stream Tick) { option x = 1; } }
extend Order { string note = 100; }
"#;

fn file(name: &str, text: &str) -> SchemaFile {
    SchemaFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

fn schema(text: &str) -> Schema {
    Schema::parse(&[file("a.proto", text)]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn fields_have_the_names_and_types_of_a_proto_file() {
    let schema = schema(SHOP);
    assert_eq!(schema.type_names(), ["shop.v1.Order", "shop.v1.Order.Line", "shop.v1.Tick"]);
    assert_eq!(schema.missing_types(), ["google.protobuf.Timestamp"]);
    let message = b"\x0a\x02o1\x12\x09\x08\x02\x1d\x00\x00\xc0\x3f\x20\x07\x12\x00\x18\x01\x22\x06\x0a\x02ab\x10\x05\x30\x03\
        \x3a\x02\x03\x04\x42\x02\xff\x00\x49\x00\x00\x00\x00\x00\x00\xf8\x3f\x50\x01\x5a\x02\x08\x07\x65\x07\0\0\0\xa0\x06\x05";
    let json = schema.to_json("shop.v1.Order", message).expect("a message");
    assert_eq!(
        json,
        r#"{"id":"o1","lines":[{"count":2,"price":1.5,"4":7},{}],"status":"PAID","stock":{"ab":5},"balance":-2,"deltas":[-2,2],"signature":"ff 00","total":1.5,"is_gift":true,"placed":{"1":7},"shop":7,"100":5}"#
    );
}

#[test]
fn values_of_another_type_are_kept_by_their_encoding() {
    let schema = schema(SHOP);
    assert_eq!(
        schema.to_json("shop.v1.Tick", b"\x0a\x05hello\x10\x01").as_deref(),
        Some(r#"{"sequence":"hello","symbol":1}"#)
    );
    let negative = b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x18\x09";
    assert_eq!(schema.to_json("shop.v1.Order", negative).as_deref(), Some(r#"{"status":["LOST",9]}"#));
    assert_eq!(schema.to_json("shop.v1.Order", b"\xff"), None);
    assert_eq!(schema.to_json("missing", b""), None);
}

#[test]
fn types_are_looked_up_from_the_inside_out_over_all_files() {
    let types = file("b.proto", "package p; message A { int32 x = 1; }");
    let users = file(
        "c.proto",
        "package p.q; message B { A a = 1; message A { int32 y = 1; } C c = 2; } message C { A a = 1; }",
    );
    let schema = Schema::parse(&[users, types]).expect("files");
    let json = schema.to_json("p.q.B", b"\x0a\x02\x08\x01\x12\x04\x0a\x02\x08\x02");
    assert_eq!(json.as_deref(), Some(r#"{"a":{"y":1},"c":{"a":{"x":2}}}"#));
    assert!(schema.missing_types().is_empty());
}

#[test]
fn proto2_groups_and_keywords_as_names_are_parsed() {
    let schema = schema(
        "syntax = \"proto2\"; message M { required string message = 1 [default = \"x\"]; optional group Result = 2 { optional int32 n = 1; } \
         repeated int32 repeated = 0x3; extensions 100 to max; optional .M map = 4; enum E { option = 0; } optional E oneof = 5; }",
    );
    let json = schema.to_json("M", b"\x0a\x01a\x13\x08\x05\x14\x18\x01\x22\x00\x28\x00");
    assert_eq!(
        json.as_deref(),
        Some(r#"{"message":"a","result":{"n":5},"repeated":[1],"map":{},"oneof":"option"}"#)
    );
}

#[test]
fn errors_have_the_line() {
    for (text, line, message) in [
        ("message A {\n  int32 x 1;\n}", 2, "= is missing before 1"),
        ("message A {\n  int32 x = 0;\n}", 2, "0 is not the number of a field"),
        ("message A {\n  int32 x = 1\n}", 3, "; is missing before }"),
        ("message A {", 1, "the end of the file does not begin a field"),
        ("/* open", 1, "this comment is not closed by */"),
        ("\n\nfoo", 3, "foo does not begin a definition"),
        ("option x = \"a\n\";", 1, "this text is not closed by a quotation mark"),
        ("service S { rpc", 1, "} is missing at the end of the file"),
    ] {
        let error = Schema::parse(&[file("a.proto", text)]).expect_err(text);
        assert_eq!((error.line, error.message.as_str()), (Some(line), message), "{text}");
        assert_eq!(error.to_string(), format!("a.proto, line {line}: {message}"));
    }
}

/// A descriptor set of `package p; message A { repeated B b = 1; map<string, int32> m = 2;
/// enum E { Z = 0; N = -1; } } message B { sint32 s = 1; E e = 2 }`.
fn descriptor_set() -> Vec<u8> {
    fn len(number: u8, content: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, content.len() as u8][..], content].concat()
    }
    let field = |name: &str, number: u8, label: u8, kind: u8, type_name: &str| {
        let mut field = [len(1, name.as_bytes()), vec![0x18, number, 0x20, label, 0x28, kind]].concat();
        if !type_name.is_empty() {
            field.extend(len(6, type_name.as_bytes()));
        }
        len(2, &field)
    };
    let value = |name: &str, number: &[u8]| len(2, &[&len(1, name.as_bytes())[..], &[0x10], number].concat());
    let minus_one = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    let entry =
        [len(1, b"MEntry"), field("key", 1, 1, 9, ""), field("value", 2, 1, 5, ""), len(7, b"\x38\x01")]
            .concat();
    let enumeration = [len(1, b"E"), value("Z", &[0]), value("N", minus_one)].concat();
    let a = [
        len(1, b"A"),
        field("b", 1, 3, 11, ".p.B"),
        field("m", 2, 3, 11, ".p.A.MEntry"),
        len(3, &entry),
        len(4, &enumeration),
    ]
    .concat();
    let b = [len(1, b"B"), field("s", 1, 1, 17, ""), field("e", 2, 1, 14, ".p.A.E")].concat();
    let file = [len(1, b"p.proto"), len(2, b"p"), len(4, &a), len(4, &b)].concat();
    [&[0x0a, file.len() as u8 | 0x80, (file.len() >> 7) as u8][..], &file].concat()
}

#[test]
fn a_descriptor_set_is_read_as_a_proto_file_is() {
    let files = [SchemaFile { name: "p.binpb".into(), bytes: descriptor_set() }];
    let schema = Schema::parse(&files).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(schema.type_names(), ["p.A", "p.B"]);
    let json = schema.to_json(
        "p.A",
        b"\x0a\x0d\x08\x03\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x12\x05\x0a\x01k\x10\x02",
    );
    assert_eq!(json.as_deref(), Some(r#"{"b":[{"s":-2,"e":"N"}],"m":{"k":2}}"#));
    let other = [SchemaFile { name: "x.bin".into(), bytes: b"\x00\x01\x02".to_vec() }];
    let error = Schema::parse(&other).expect_err("other bytes");
    assert_eq!(error.to_string(), "x.bin: this is not a .proto file or a descriptor set");
}

#[test]
fn the_type_that_the_messages_have_is_ranked_first() {
    let schema = schema(SHOP);
    let ticks = [&b"\x08\x01\x12\x03abc"[..], b"\x08\x02\x12\x03abc", b"\x08\x03"];
    let ranked = schema.ranked(&ticks);
    assert_eq!((ranked[0].0, ranked[0].1.fitting), ("shop.v1.Tick", 3));
    assert!(ranked[0].1.is_likely() && !ranked[1].1.is_likely());
    let other = [&b"\x72\x01a"[..]];
    assert!(schema.ranked(&other).iter().all(|(_, fit)| !fit.is_likely()));
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{}{}", "message M { ".repeat(100), "}".repeat(100));
    assert!(Schema::parse(&[file("a.proto", &deep)]).is_err());
    let schema = schema("message M { M m = 1; }");
    let mut bytes = Vec::new();
    for _ in 0..60 {
        let len = bytes.len() as u8;
        bytes = [if len < 0x80 { vec![0x0a, len] } else { vec![0x0a, len | 0x80, len >> 7] }, bytes].concat();
    }
    assert!(schema.to_json("M", &bytes).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn any_text_is_parsed_without_a_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["message", "enum", "A", "{", "}", "int32", "=", "1", ";", "oneof", "map", "<", ">", ",", "[", "]",
            "option", "(", ")", ".", "repeated", "group", "\"", "//", "\n", "/*", "*/", "-", "0x", "reserved", "\u{e9}", "extend", "service"]), 0..40)) {
        let _ = Schema::parse(&[file("a.proto", &words.join(" "))]);
    }

    #[test]
    fn any_descriptor_set_and_message_are_read_without_a_panic(at in 0_usize..300, byte: u8, message: Vec<u8>) {
        let mut bytes = descriptor_set();
        if let Some(changed) = bytes.get_mut(at) {
            *changed = byte;
        }
        if let Ok(schema) = Schema::parse(&[SchemaFile { name: "a".into(), bytes }]) {
            for name in schema.type_names() {
                if let Some(json) = schema.to_json(name, &message) {
                    prop_assert!(json_spans::is_json(json.as_bytes()), "{}", json);
                }
            }
            let _ = schema.ranked(&[message.as_slice(); 2]);
        }
    }
}
