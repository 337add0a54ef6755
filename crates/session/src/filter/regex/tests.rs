use super::*;
use proptest::prelude::*;

fn compile(pattern: &str, is_case_sensitive: bool) -> Result<Regex, String> {
    let text = format!("/{pattern}/{}", if is_case_sensitive { "c" } else { "" });
    let text =
        super::super::lexer::complete_regex(&text).unwrap_or_else(|| panic!("{pattern} is between slashes"));
    Regex::new(text)
}

fn matches(pattern: &str, text: &str) -> bool {
    compile(pattern, false).unwrap_or_else(|reason| panic!("{pattern}: {reason}")).is_match(text.as_bytes())
}

#[test]
fn the_syntax_of_javascript_is_understood() {
    for (pattern, text) in [
        (r"order-\d+", "ORDER-42"),
        ("a|b", "xb"),
        ("^a.c$", "x\nabc\ny"),
        (r"\bcat\b", "a cat."),
        ("colou?r", "color"),
        ("a{2,3}b", "xaab"),
        ("[^a-c]$", "d"),
        (r"\u00e9\x41", "éA"),
        (r"\u{1f600}", "\u{1f600}"),
        ("(?:ab)+", "abab"),
        ("(?<n>x)", "x"),
        ("a{,2}", "a{,2}"),
        ("{a}", "{a}"),
        (r"\/", "/"),
        ("[а-я]+$", "Ура"),
        (r"[\w.]+@", "a.b@"),
        ("[]-a]|x", "x"),
        (r"\S\s\D\W", "a b-"),
        ("a.b", "aéb"),
        ("a.b", "a\u{1f600}b"),
        ("x*?$", ""),
        (r"[\d-]", "-"),
        (r"\Boo", "foo"),
        ("", "a"),
    ] {
        if !pattern.is_empty() {
            assert!(matches(pattern, text), "{pattern} in {text}");
        }
    }
    for (pattern, text) in [
        ("a.c", "a\nc"),
        (r"\bcat\b", "concat"),
        ("[^A]", "a"),
        ("a{3}", "aa"),
        ("^b", "ab"),
        ("É", "é"),
        (r"\d", "٣"),
        ("[b-d]x", "AX"),
        ("a$", "ab"),
    ] {
        assert!(!matches(pattern, text), "{pattern} in {text}");
    }
    let sensitive = compile("Ab", true).expect("a valid pattern");
    assert!(sensitive.is_match(b"xAb") && !sensitive.is_match(b"ab"));
}

#[test]
fn an_invalid_pattern_is_explained() {
    for pattern in [
        "(",
        ")",
        "a(b",
        "[a",
        "*a",
        "a**",
        r"\1",
        r"\p",
        "(?=a)",
        "(?<=a)b",
        "(?i)a",
        "[z-a]",
        "a{1001}",
        "a{2,1}",
        r"\u{110000}",
    ] {
        let reason = compile(pattern, false).expect_err(pattern);
        assert!(reason.contains("regular expression") || reason.contains("supported"), "{pattern}: {reason}");
    }
    assert!(compile("(.{0,100}){100}", false).is_err_and(|reason| reason.contains("too large")));
    assert!(compile(&"(".repeat(60), false).is_err_and(|reason| reason.contains("too deep")));
    assert!(compile(&"a".repeat(MAX_PATTERN_LEN + 1), false).is_err());
}

#[test]
fn the_longest_required_text_is_searched_first() {
    let literal = |pattern| compile(pattern, false).ok().and_then(|regex| regex.literal);
    assert_eq!(literal(r"order-\d+x"), Some("order-".into()));
    assert_eq!(literal(r"\d(?:price)+a?"), Some("price".into()));
    assert_eq!(literal("é"), Some("é".into()));
    for none in ["a", "ab|cd", "(ab)?", "(ab)*", r"[ab][cd]", r"a\db"] {
        assert_eq!(literal(none), None, "{none}");
    }
}

#[test]
fn time_is_linear_where_backtracking_is_exponential() {
    let text = "a".repeat(20_000);
    assert!(
        !matches("(a*)*b", &text) && !matches("(a|a)*b", &text) && !matches("(.*)(.*)(.*)(.*)[^a]$", &text)
    );
}

#[test]
fn the_cache_is_built_again_when_it_is_full() {
    // The state after a text is which of the last 60 characters were a.
    let text: String =
        (0..40_000_u32).map(|n| if n.wrapping_mul(2_654_435_761) >> 31 == 0 { 'a' } else { 'b' }).collect();
    assert!(!matches("a[ab]{60}c", &text));
    assert!(matches("a[ab]{60}c", &format!("{text}a{}c", "b".repeat(60))));
}

/// Patterns of a syntax that `regex-lite` understands in the same way.
fn pattern() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        4 => "[abAé1 _]".prop_map(|text| text),
        1 => proptest::sample::select(vec![".", r"\d", r"\w", r"\W", r"\D", "^", "$", r"\b", r"\B", "[^a]", "[a-cé]", "[^é1]", r"[\w-]", r"\n", "\u{1f600}"])
            .prop_map(str::to_owned),
    ];
    atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("(?:{one}|{other})")),
            (inner, proptest::sample::select(vec!["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]))
                .prop_map(|(inner, times)| format!("(?:{inner}){times}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn matches_are_those_of_another_implementation(pattern in pattern(), text in "[abAé1 _\n\u{1f600}b]{0,12}", is_case_sensitive: bool) {
        prop_assume!(!pattern.starts_with(' ') && !pattern.ends_with(' '));
        let expected = regex_lite::RegexBuilder::new(&pattern).case_insensitive(!is_case_sensitive).multi_line(true).build();
        let regex = compile(&pattern, is_case_sensitive);
        if let (Ok(expected), Ok(regex)) = (expected, regex) {
            prop_assert_eq!(regex.is_match(text.as_bytes()), expected.is_match(&text), "{} in {:?}", pattern, text);
            if let Some(literal) = regex.required_literal().filter(|_| regex.is_match(text.as_bytes())) {
                prop_assert!(text.to_ascii_lowercase().contains(&literal.to_ascii_lowercase()));
            }
        } else {
            prop_assert!(false, "{} is valid", pattern);
        }
    }

    #[test]
    fn any_pattern_and_text_are_processed_without_a_panic(pattern in "[a-c()\\[\\]{}*+?|^$.\\\\bdux0-9,é-]{0,16}", text: Vec<u8>) {
        if let Some(regex) = super::super::lexer::complete_regex(&format!("/{pattern}/")).and_then(|text| Regex::new(text).ok()) {
            let _ = regex.is_match(&text);
        }
    }
}
