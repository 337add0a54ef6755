use super::*;
use crate::filter::MESSAGE_FIELDS;
use proptest::prelude::*;

fn parsed(input: &str) -> Parsed {
    parse(input, MESSAGE_FIELDS).unwrap_or_else(|error| panic!("{input}: {error:?}"))
}

/// The tree in a form that shows its structure.
fn shape(expression: &Expression) -> String {
    let list = |terms: &[Expression]| terms.iter().map(shape).collect::<Vec<_>>().join(" ");
    match expression {
        Expression::All(terms) => format!("all[{}]", list(terms)),
        Expression::Any(terms) => format!("any[{}]", list(terms)),
        Expression::Not(inner) => format!("not {}", shape(inner)),
        Expression::Group(inner) => format!("({})", shape(inner)),
        Expression::Text { text, .. } => text.clone(),
        Expression::Regex(regex) => regex.to_string(),
        Expression::Field(term) => format!("{}={}", term.field.name, term.value),
    }
}

/// The place of the error, as typed, and the message.
fn error_of(input: &str) -> (String, String) {
    let error = parse(input, MESSAGE_FIELDS).expect_err(input);
    (input[error.span].to_owned(), error.message)
}

fn remarks(input: &str) -> Vec<String> {
    parsed(input).remarks.into_iter().map(|remark| remark.message).collect()
}

#[test]
fn a_space_binds_stronger_than_or() {
    let tree = |input| shape(&parsed(input).expression);
    assert_eq!(tree("a b OR c"), "any[all[a b] c]");
    assert_eq!(tree("a | b | c d"), "any[a b all[c d]]");
    assert_eq!(tree("a (b OR c)"), "all[a (any[b c])]");
    assert_eq!(tree("-(a OR -b) !c"), "all[not (any[a not b]) not c]");
    assert_eq!(tree("a or b"), "all[a or b]", "only in capitals");
    assert_eq!(tree("dir:sent | -event:chat*,\"a b\""), "any[dir=sent not event=chat*,\"a b\"]");
    assert_eq!(tree("(a)(b)\"c\"d"), "all[(a) (b) c d]");
}

#[test]
fn an_or_without_a_term_on_both_sides_is_text() {
    let tree = |input| shape(&parsed(input).expression);
    assert_eq!(tree("|"), "|");
    assert_eq!(tree("OR"), "OR");
    assert_eq!(tree("a |"), "all[a |]");
    assert_eq!(tree("| a"), "all[| a]");
    assert_eq!(tree("a | | b"), "any[all[a |] b]");
    assert_eq!(tree("(| a |) -|"), "all[(all[| a |]) not |]");
    assert_eq!(remarks("a OR"), ["OR is searched as text: it needs a term before and after it"]);
}

#[test]
fn text_that_engineers_paste_is_searched_as_text() {
    for input in [
        "http://x/a:b",
        "https://x.test:8080/a?b=c&d=(e)#f",
        "/api/orders",
        "/api/orders/{id}",
        r#"{"type":"x"}"#,
        r#"{"a":1,"b":[2]}"#,
        "12:30:05",
        "2026-11-28T12:30:05.123Z",
        "::1",
        "[::1]:8080",
        "2001:db8::ff00:42:8329",
        "foo()",
        "foo(a)",
        "()",
        "|",
        "-",
        "/",
        "!",
        "||",
        "a|b",
        "x=1",
        "a:b:c",
        "key:value",
        "std::vec::Vec",
        "C:\\x",
        "mailto:a@b.test",
        "user:pass@x",
        "data:text/plain,x",
        ":)",
        "a)",
        ")",
        "OR",
        "AND",
        "42[\"chat\"]",
        "@a/b",
        "#1",
        "$1",
        "%20",
        "&&",
        "*",
        "//x",
        "/*",
        "*/",
        "<a href=\"x\">",
    ] {
        let first_word = input.split(' ').next().unwrap_or_default();
        let tree = shape(&parsed(input).expression);
        let expected =
            if input.contains(' ') { format!("all[{first_word} href=\"x\">]") } else { input.to_owned() };
        assert_eq!(tree, expected, "{input}");
    }
}

#[test]
fn lines_of_code_and_of_json_are_no_errors() {
    for input in [
        r#"{"type": "x", "n": [1, 2]}"#,
        "if (a) { b(); }",
        "const f = (a, b) => a | b;",
        "a != b",
        "GET /api/x HTTP/1.1",
        "x - y",
        "a / b / c",
        r#""type":"x""#,
        "fn main() -> () {}",
        "-->",
        "a -b --c",
        "1 < 2 > 0",
        "event: update",
        "time: 12:30",
    ] {
        assert!(parse(input, MESSAGE_FIELDS).is_ok(), "{input}");
    }
}

#[test]
fn unknown_keys_are_text_and_remarked() {
    assert_eq!(remarks("status:404"), ["status: is not a key here, so status:404 is searched as text"]);
    assert_eq!(remarks("\"status:404\" http://x event:a 12:30"), [""; 0]);
    assert_eq!(remarks("a AND b"), ["AND is searched as text: a space already means that both must match"]);
    assert_eq!(remarks("dir:"), ["dir: is ignored until a value follows the colon"]);
    let remark = &parsed("a -colour:x").remarks[0];
    assert_eq!(remark.span, 3..11);
}

#[test]
fn an_error_names_its_place() {
    for (input, place) in [
        ("a (b", "("),
        ("-(a", "("),
        ("a ( ) b", "( )"),
        ("dir:up", "up"),
        ("dir:sent,up", "up"),
        ("length:>x", ">x"),
        ("is:=heart", "heart"),
        ("x time:90", "90"),
        ("path:/api/orders", "/api/orders"),
        ("path:$.a[x]=1", "[x]"),
        ("/(/ b", "/(/"),
        ("-/a**/", "-/a**/"),
        ("event:,", "event:,"),
        ("event:=", "event:="),
        ("length:>", ">"),
        ("after:1:2:3:4", "1:2:3:4"),
        ("rtt:5s..1s", "5s..1s"),
        ("path:$.a~/(/", "/(/"),
    ] {
        let (found, message) = error_of(input);
        assert_eq!(found, place, "{input}: {message}");
    }
    assert_eq!(
        error_of("dir:up").1,
        "up is not one of sent, received. To search for this as text, put it in quotes"
    );
    assert_eq!(
        error_of("a (b").1,
        "This ( is not closed. Add a ), or put the text in quotes to search for it"
    );
}

#[test]
fn the_size_of_a_filter_is_bounded() {
    let nested = |count: usize| format!("{}a{}", "(".repeat(count), ")".repeat(count));
    assert!(parse(&nested(MAX_DEPTH), MESSAGE_FIELDS).is_ok());
    assert!(parse(&nested(MAX_DEPTH + 1), MESSAGE_FIELDS).is_err());
    assert!(parse(&"(".repeat(100_000), MESSAGE_FIELDS).is_err());
    assert!(parse(&"/a/ ".repeat(MAX_REGEXES), MESSAGE_FIELDS).is_ok());
    assert!(parse(&"/a/ ".repeat(MAX_REGEXES + 1), MESSAGE_FIELDS).is_err());
    assert!(parse(&"a ".repeat(100_000), MESSAGE_FIELDS).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn the_text_of_an_expression_is_parsed_to_the_same_expression(
        input in "([-!(]{0,2}(a|foo\\(\\)|/a b|/x/|b/|\"p q\"|\"|\\||OR|event:a,\"b c\"|dir:sent|length:>1kB|path:\\$.a~/x y/|path:b=\"c d\"|key:v|=x|\\)|é|\u{3000}| ){1,2}[ )]{0,2}){0,8}"
    ) {
        if let Ok(parsed) = parse(&input, MESSAGE_FIELDS) {
            let text = parsed.expression.to_string();
            let again = parse(&text, MESSAGE_FIELDS);
            prop_assert_eq!(again.map(|again| again.expression), Ok(parsed.expression), "{} as {}", input, text);
        }
    }

    #[test]
    fn any_input_is_valid_or_has_an_error_at_a_place(input in "\\PC{0,40}|[-!()|/\"a=:,.$\\[\\]<>~*1 ]{0,24}|(event:|path:|time:|is:|dir:|length:)[-a$.=<>~/\"\\[\\]0-9:sB,*]{0,12}") {
        match parse(&input, MESSAGE_FIELDS) {
            Ok(parsed) => {
                prop_assert!(parsed.remarks.iter().all(|remark| input.get(remark.span.clone()).is_some_and(|text| !text.is_empty())));
                let text = parsed.expression.to_string();
                prop_assert_eq!(parse(&text, MESSAGE_FIELDS).map(|again| again.expression), Ok(parsed.expression), "{} as {}", input, text);
            }
            Err(error) => {
                prop_assert!(input.get(error.span.clone()).is_some_and(|text| !text.is_empty()), "{:?}", error);
                prop_assert!(!error.message.is_empty());
            }
        }
        let _ = as_text(&input);
    }
}
