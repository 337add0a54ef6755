use super::*;
use proptest::prelude::*;

const LANGUAGES: [Language; 5] =
    [Language::Html, Language::Xml, Language::Css, Language::JavaScript, Language::GraphQl];

fn pieces(language: Language, text: &str) -> Vec<Piece> {
    let mut lexer = Lexer::new(language);
    std::iter::from_fn(|| lexer.next_piece(text)).collect()
}

/// The tokens without whitespace.
fn tokens(language: Language, text: &str) -> Vec<(TokenKind, String)> {
    let mut tokens: Vec<(TokenKind, String)> = Vec::new();
    for piece in pieces(language, text) {
        let written = &text[piece.start..piece.end];
        match tokens.last_mut() {
            Some((_, token)) if !piece.is_first => token.push_str(written),
            _ => tokens.push((piece.kind, written.to_owned())),
        }
    }
    tokens.retain(|(kind, _)| *kind != TokenKind::Whitespace);
    tokens
}

fn kind_of(language: Language, text: &str, token: &str) -> TokenKind {
    let tokens = tokens(language, text);
    let found = tokens.iter().find(|(_, written)| written == token);
    found.unwrap_or_else(|| panic!("{token} is not a token of {tokens:?}")).0
}

fn format(language: Language, text: &str) -> String {
    Formatter::format(language, text).expect("a small text")
}

#[test]
fn javascript_has_keywords_strings_numbers_and_comments() {
    let source = "const total = 'a' + 1.5e-3; // sum\nreturn null";
    for (token, kind) in [
        ("const", TokenKind::Keyword),
        ("total", TokenKind::Name),
        ("'a'", TokenKind::String),
        ("1.5e-3", TokenKind::Number),
        ("// sum", TokenKind::Comment),
        ("null", TokenKind::Constant),
    ] {
        assert_eq!(kind_of(Language::JavaScript, source, token), kind, "{token}");
    }
}

#[test]
fn a_slash_begins_a_regular_expression_only_where_a_value_can() {
    let is_regex = |source: &str, regex: &str| {
        tokens(Language::JavaScript, source).contains(&(TokenKind::String, regex.to_owned()))
    };
    assert!(is_regex("a = /b\"[/]c/g.test(d)", "/b\"[/]c/g"));
    assert!(is_regex("return/x/", "/x/"));
    assert!(is_regex("if(a)/x/.test(b)", "/x/"));
    assert!(!is_regex("a/b/c", "/b/"));
    assert!(!is_regex("f(a)/b/c", "/b/"));
    assert!(!is_regex("x = a++ /b/ c", "/b/"));
    assert!(is_regex("(/ a\nb", "/ a"), "it takes the rest of its line");
}

#[test]
fn templates_contain_expressions() {
    let tokens = tokens(Language::JavaScript, "`a${b+`c${d}`}e`+f");
    let texts: Vec<_> = tokens.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["`a", "${", "b", "+", "`c", "${", "d", "}", "`", "}", "e`", "+", "f"]);
}

#[test]
fn css_tells_selectors_properties_and_values_apart() {
    let source = "@media (min-width:10px){.a:hover{color:#fff;margin:-1.5em auto!important}}";
    for (token, kind) in [
        ("@media", TokenKind::Keyword),
        (".a", TokenKind::Tag),
        ("hover", TokenKind::Tag),
        ("color", TokenKind::Attribute),
        ("#fff", TokenKind::Number),
        ("-1.5em", TokenKind::Number),
        ("auto", TokenKind::Name),
        ("!important", TokenKind::Keyword),
    ] {
        assert_eq!(kind_of(Language::Css, source, token), kind, "{token}");
    }
    assert_eq!(kind_of(Language::Css, "a{b:url(x;y)}", "url(x;y)"), TokenKind::String);
}

#[test]
fn html_contains_the_tokens_of_its_scripts_and_style_sheets() {
    let source =
        "<p class=x id='y'>a &amp; b</p><script>let a='</p>'</script><style>b{c:d}</style><!-- e -->";
    for (token, kind, language) in [
        ("<p", TokenKind::Tag, Language::Html),
        ("class", TokenKind::Attribute, Language::Html),
        ("x", TokenKind::String, Language::Html),
        ("'</p>'", TokenKind::String, Language::JavaScript),
        ("let", TokenKind::Keyword, Language::JavaScript),
        ("c", TokenKind::Attribute, Language::Css),
        ("</style", TokenKind::Tag, Language::Html),
        ("<!-- e -->", TokenKind::Comment, Language::Html),
    ] {
        let all = pieces(Language::Html, source);
        let piece = all.iter().find(|piece| &source[piece.start..piece.end] == token);
        assert_eq!(piece.map(|piece| (piece.kind, piece.language)), Some((kind, language)), "{token}");
    }
}

#[test]
fn xml_has_no_scripts() {
    let source = "<script>if (a) <b/></script>";
    assert_eq!(kind_of(Language::Xml, source, "if"), TokenKind::Name);
    assert_eq!(kind_of(Language::Xml, "<a><![CDATA[<b>]]></a>", "<![CDATA[<b>]]>"), TokenKind::String);
}

#[test]
fn graphql_has_variables_and_block_strings() {
    let source = "query Q($id: ID!) { a(b: \"\"\"x \"y\" \"\"\", c: $id) @include(if: true) }";
    for (token, kind) in [
        ("query", TokenKind::Keyword),
        ("$id", TokenKind::Attribute),
        ("\"\"\"x \"y\" \"\"\"", TokenKind::String),
        ("@include", TokenKind::Keyword),
        ("true", TokenKind::Constant),
    ] {
        assert_eq!(kind_of(Language::GraphQl, source, token), kind, "{token}");
    }
}

#[test]
fn minified_javascript_is_formatted() {
    let source =
        "\"use strict\";function f(a,b){if(a){for(let i=0;i<b;i++){g(i,{x:1,y:a?2:-3})}}else{return!a}}f();";
    let formatted = "\
\"use strict\";
function f(a, b) {
  if (a) {
    for (let i = 0; i < b; i++) {
      g(i, {
        x: 1,
        y: a ? 2 : -3
      })
    }
  } else {
    return !a
  }
}
f();";
    assert_eq!(format(Language::JavaScript, source), formatted);
}

#[test]
fn the_labels_of_a_switch_begin_lines() {
    let source = "switch(a){case 1:b();break;default:c()}do{d()}while(e);x={default:1}";
    let formatted = "\
switch (a) {
  case 1:
  b();
  break;
  default:
  c()
}
do {
  d()
} while (e);
x = {
  default: 1
}";
    assert_eq!(format(Language::JavaScript, source), formatted);
}

#[test]
fn line_breaks_of_written_javascript_are_kept() {
    let source = "call(\n    first,\n  second\n)\n\n\n\nlet a = b\n  .c()\nlet d";
    assert_eq!(
        format(Language::JavaScript, source),
        "call(\n  first,\n  second\n)\n\nlet a = b\n  .c()\nlet d"
    );
}

#[test]
fn minified_css_is_formatted() {
    let source = "@media (min-width:10px){.a>b,.c{color:red;background:url(data:x;y,z)}.d{}}e{f:g}";
    let formatted = "\
@media (min-width:10px) {
  .a>b, .c {
    color: red;
    background: url(data:x;y,z)
  }
  .d {}
}
e {
  f: g
}";
    assert_eq!(format(Language::Css, source), formatted);
}

#[test]
fn minified_html_is_formatted() {
    let source = "<!doctype html><html><head><title>T</title><style>a{b:c}</style></head><body><p>One <b>two</b> three</p><ul><li>x</li></ul><pre> a\n  b</pre><script>f();g()</script></body></html>";
    let formatted = "\
<!doctype html>
<html>
  <head>
    <title>T</title>
    <style>
      a {
        b: c
      }
    </style>
  </head>
  <body>
    <p>One <b>two</b> three</p>
    <ul>
      <li>x</li>
    </ul>
    <pre> a\n  b</pre>
    <script>
      f();
      g()
    </script>
  </body>
</html>";
    assert_eq!(format(Language::Html, source), formatted);
}

#[test]
fn soap_is_formatted() {
    let source = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"u\"><s:Body><m:Get><m:Id>7</m:Id><m:Empty/></m:Get></s:Body></s:Envelope>";
    let formatted = "\
<?xml version=\"1.0\"?>
<s:Envelope xmlns:s=\"u\">
  <s:Body>
    <m:Get>
      <m:Id>7</m:Id>
      <m:Empty/>
    </m:Get>
  </s:Body>
</s:Envelope>";
    assert_eq!(format(Language::Xml, source), formatted);
}

#[test]
fn graphql_is_formatted() {
    let source = "query Q($id:ID!,$n:[Int]=[1]){user(id:$id,f:{a:1}){name:fullName type ...F ... on Admin{rights}}}fragment F on User{id}";
    let formatted = "\
query Q($id: ID!, $n: [Int] = [1]) {
  user(id: $id, f: {a: 1}) {
    name: fullName
    type
    ...F
    ... on Admin {
      rights
    }
  }
}
fragment F on User {
  id
}";
    assert_eq!(format(Language::GraphQl, source), formatted);
}

#[test]
fn minified_text_has_long_lines() {
    assert!(is_minified(&"a=b;".repeat(40)));
    assert!(!is_minified("let a = 1;\nlet b = 2;\n"));
    assert!(!is_minified(""));
    assert!(!is_minified(&"let value = compute(1, 2);\n".repeat(5000)));
}

#[test]
fn types_that_are_source_are_recognized() {
    for (mime, language) in [
        ("text/html; charset=utf-8", Some(Language::Html)),
        ("image/svg+xml", Some(Language::Xml)),
        ("application/soap+xml", Some(Language::Xml)),
        ("Text/CSS", Some(Language::Css)),
        ("application/x-javascript", Some(Language::JavaScript)),
        ("application/json", None),
        ("text/plain", None),
        ("", None),
    ] {
        assert_eq!(Language::of_mime(mime), language, "{mime}");
    }
}

#[test]
fn a_text_that_is_too_large_is_not_formatted() {
    assert_eq!(Formatter::format(Language::Css, &" ".repeat(MAX_FORMATTED_BYTES + 1)), None);
    let nested = "{".repeat(100) + &";x".repeat(1_300_000);
    assert_eq!(Formatter::format(Language::JavaScript, &nested), None, "indentation multiplies it");
}

#[test]
fn a_text_is_colored_from_any_position_as_from_its_beginning() {
    let source =
        format!("let a=`{}`;/* {} */let b='c';\n", "x${y}".repeat(3000), "z".repeat(10_000)).repeat(3);
    let all = pieces(Language::JavaScript, &source);
    let mut highlighter = Highlighter::new(Language::JavaScript);
    assert!(highlighter.pieces(&source, 0..40).is_empty(), "nothing is read yet");
    while !highlighter.advance(&source, 1000) {}
    for start in (0..source.len()).step_by(997) {
        let end = (start + 200).min(source.len());
        let expected: Vec<_> =
            all.iter().filter(|piece| piece.end > start && piece.start < end).copied().collect();
        assert_eq!(highlighter.pieces(&source, start..end), expected, "at {start}");
    }
}

/// Texts of the characters that the lexers know.
fn source_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("<script>"),
        Just("</script>"),
        Just("<style>"),
        Just("</style>"),
        Just("<pre>"),
        Just("</pre>"),
        Just("<p a='b'>"),
        Just("</p>"),
        Just("<br/>"),
        Just("<!--"),
        Just("-->"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("<?"),
        Just("<"),
        Just(">"),
        Just("/"),
        Just("*"),
        Just("="),
        Just("//"),
        Just("/*"),
        Just("*/"),
        Just("`"),
        Just("${"),
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just(";"),
        Just(","),
        Just(":"),
        Just("?"),
        Just("."),
        Just("..."),
        Just("+"),
        Just("-"),
        Just("!"),
        Just("\""),
        Just("'"),
        Just("\\"),
        Just("#"),
        Just("@"),
        Just("$a"),
        Just("if"),
        Just("do"),
        Just("while"),
        Just("case"),
        Just("on"),
        Just("query"),
        Just("url("),
        Just("a"),
        Just("é"),
        Just("1"),
        Just(" "),
        Just("\n"),
        Just("\r"),
        Just("\r\n"),
        Just("\t"),
        Just("\u{c}"),
        Just("\"\"\""),
        Just("#!"),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn pieces_are_the_text(text in source_text(), any in ".{0,40}") {
        for text in [text, any] {
            for language in LANGUAGES {
                let mut at = 0;
                for piece in pieces(language, &text) {
                    prop_assert_eq!(piece.start, at);
                    prop_assert!(piece.end > at && text.is_char_boundary(piece.end));
                    at = piece.end;
                }
                prop_assert_eq!(at, text.len());
            }
        }
    }

    #[test]
    fn formatting_changes_only_whitespace_between_tokens(text in source_text()) {
        for language in LANGUAGES {
            let formatted = format(language, &text);
            prop_assert_eq!(tokens(language, &formatted), tokens(language, &text), "{:?}", language);
        }
    }

    #[test]
    fn formatting_a_formatted_text_changes_nothing(text in source_text()) {
        for language in LANGUAGES {
            let once = format(language, &text);
            prop_assert_eq!(format(language, &once), once, "{:?}", language);
        }
    }

    #[test]
    fn slices_of_any_size_give_the_same_text(text in source_text(), slice in 1_usize..20) {
        for language in LANGUAGES {
            let mut formatter = Formatter::new(language);
            while !formatter.advance(&text, slice) {}
            prop_assert_eq!(formatter.finish(), Formatter::format(language, &text));
        }
    }
}
