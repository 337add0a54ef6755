//! What a selector of Playwright says of an element.
//!
//! Facts: a selector is a chain of parts, `engine=body` joined by `>>`; a part without an engine is
//! CSS, or a text if it is in quotes. `getByRole` and the like are recorded as engines whose names
//! begin with `internal:` (Playwright 1.27 and later). `i` after a quoted text means that case is
//! ignored, `s` that it must match exactly.

/// Maximum length of a selector that is read, in bytes.
const MAX_SELECTOR: usize = 4_000;

/// `button "Place order"` for `internal:role=button[name="Place order"i]` and for
/// `getByRole('button', { name: 'Place order' })`; `None` for a selector that says as much as is
/// known, such as CSS.
pub fn selector_label(selector: &str) -> Option<String> {
    if selector.len() > MAX_SELECTOR {
        return None;
    }
    if let Some((source, target)) = selector.split_once(" → ") {
        let either = |selector: &str| selector_label(selector).unwrap_or_else(|| selector.to_owned());
        let label = format!("{} → {}", either(source), either(target));
        return (label != selector).then_some(label);
    }
    locator_label(selector).or_else(|| chain_label(selector))
}

/// The label of a chain of parts: that of the last one which names an element, with what narrows it.
fn chain_label(selector: &str) -> Option<String> {
    let mut label = None;
    let mut suffix = String::new();
    for part in parts(selector) {
        match part_label(part) {
            Part::Element(element) => {
                label = Some(element);
                suffix.clear();
            }
            Part::Selector => {
                label = None;
                suffix.clear();
            }
            Part::Narrower(text) => suffix.push_str(&text),
            Part::Unnamed => {}
        }
    }
    label.map(|label| label + &suffix)
}

/// What a part of a chain says.
enum Part {
    /// An element by its role or its text.
    Element(String),
    /// An element by a selector that is shown as it is.
    Selector,
    /// Which of several elements.
    Narrower(String),
    /// Nothing that is shown.
    Unnamed,
}

fn part_label(part: &str) -> Part {
    let (engine, body) = match part.split_once('=') {
        Some((engine, body)) if is_engine(engine) => (engine, body),
        _ if quoted(part).is_some() => ("text", part),
        _ => ("css", part),
    };
    match engine {
        "internal:role" | "role" => Part::Element(role_label(body)),
        "internal:text" | "text" => Part::Element(format!("text {}", text_of(body))),
        "internal:label" => Part::Element(format!("label {}", text_of(body))),
        "internal:attr" => attribute_label(body),
        "internal:testid" => match attribute_of(body) {
            Some((name, value)) => Part::Element(format!("[{name}={}]", text_of(value))),
            None => Part::Selector,
        },
        "internal:has-text" => Part::Narrower(format!(" with text {}", text_of(body))),
        "nth" => Part::Narrower(match body.trim() {
            "0" => ", first".to_owned(),
            "-1" => ", last".to_owned(),
            nth => format!(", nth {nth}"),
        }),
        "css" | "xpath" => Part::Selector,
        _ => Part::Unnamed,
    }
}

/// Whether the text before `=` is the name of an engine, and not the beginning of CSS.
fn is_engine(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, ':' | '-' | '_'))
}

/// `button[name="Place order"i][disabled=true]`.
fn role_label(body: &str) -> String {
    let (role, attributes) = body.split_at(body.find('[').unwrap_or(body.len()));
    let role = role.trim();
    let name = attributes.find("name=").and_then(|at| attributes.get(at + "name=".len()..));
    match name.and_then(leading_text) {
        Some(name) => format!("{role} {name}"),
        None => role.to_owned(),
    }
}

/// `[placeholder="Search"i]`.
fn attribute_label(body: &str) -> Part {
    match attribute_of(body) {
        Some((name, value)) => Part::Element(format!("{name} {}", text_of(value))),
        None => Part::Selector,
    }
}

fn attribute_of(body: &str) -> Option<(&str, &str)> {
    let inside = body.trim().strip_prefix('[')?.strip_suffix(']')?;
    inside.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
}

/// A text in quotes, or as written.
fn text_of(text: &str) -> String {
    leading_text(text.trim()).unwrap_or_else(|| format!("\"{}\"", text.trim()))
}

/// The quoted text or the regular expression that `text` begins with.
fn leading_text(text: &str) -> Option<String> {
    if text.starts_with('/') {
        let end = text.rfind('/').filter(|end| *end > 0)?;
        let flags = text.get(end + 1..)?.chars().take_while(char::is_ascii_alphabetic).count();
        return text.get(..=end + flags).map(str::to_owned);
    }
    quoted(text).map(|text| format!("\"{text}\""))
}

/// The text in the quotes that `text` begins with.
fn quoted(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let quote = chars.next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let mut inside = String::new();
    while let Some(char) = chars.next() {
        match char {
            '\\' => inside.extend(chars.next()),
            _ if char == quote => return Some(inside),
            _ => inside.push(char),
        }
    }
    None
}

/// The parts of a chain, split at `>>` outside of quotes; those after the last frame.
fn parts(selector: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote, mut is_escaped) = (0, None, false);
    for (at, char) in selector.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match (char, quote) {
            ('\\', _) => is_escaped = true,
            (_, Some(open)) if char == open => quote = None,
            ('"' | '\'' | '`', None) => quote = Some(char),
            ('>', None) if selector.get(at..).is_some_and(|rest| rest.starts_with(">>")) && at >= start => {
                parts.push(selector.get(start..at).unwrap_or_default().trim());
                start = at + 2;
            }
            _ => {}
        }
    }
    parts.push(selector.get(start..).unwrap_or_default().trim());
    let frame = parts.iter().rposition(|part| *part == "internal:control=enter-frame");
    parts.split_off(frame.map_or(0, |frame| frame + 1))
}

/// The label of a locator as tests write it, by its last call.
fn locator_label(locator: &str) -> Option<String> {
    const CALLS: [(&str, &str); 6] = [
        ("getByText(", "text"),
        ("getByLabel(", "label"),
        ("getByPlaceholder(", "placeholder"),
        ("getByAltText(", "alt"),
        ("getByTitle(", "title"),
        ("getByTestId(", "test ID"),
    ];
    let role_at = locator.rfind("getByRole(");
    let last = CALLS.iter().filter_map(|(call, noun)| Some((locator.rfind(call)?, call.len(), *noun))).max();
    match (role_at, last) {
        (Some(at), last) if last.is_none_or(|(other, ..)| other < at) => {
            let arguments = locator.get(at + "getByRole(".len()..)?;
            let role = quoted(arguments)?;
            let call = arguments.get(..arguments.find(").").unwrap_or(arguments.len()))?;
            let name = call.find("name:").and_then(|at| call.get(at + "name:".len()..));
            Some(match name.and_then(|name| leading_text(name.trim_start())) {
                Some(name) => format!("{role} {name}"),
                None => role,
            })
        }
        (_, Some((at, len, noun))) => {
            let text = leading_text(locator.get(at + len..)?)?;
            Some(format!("{noun} {text}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_selectors_name_the_element() {
        for (selector, label) in [
            (r#"internal:role=button[name="Place order"i]"#, r#"button "Place order""#),
            (r#"internal:role=button[name="Place order"s][disabled=false]"#, r#"button "Place order""#),
            (r"internal:role=link[name=/order \d+/i]", r"link /order \d+/i"),
            ("internal:role=button", "button"),
            (r#"internal:text="Sold out"i"#, r#"text "Sold out""#),
            ("text=Sold out", r#"text "Sold out""#),
            (r#""Sold out""#, r#"text "Sold out""#),
            (r#"internal:label="Email"s"#, r#"label "Email""#),
            (r#"internal:attr=[placeholder="Search"i]"#, r#"placeholder "Search""#),
            (r#"internal:testid=[data-testid="cart"s]"#, r#"[data-testid="cart"]"#),
            (
                r#"#list >> internal:role=listitem >> internal:has-text="Lantern"i >> nth=0"#,
                r#"listitem with text "Lantern", first"#,
            ),
            (r#"iframe >> internal:control=enter-frame >> internal:text="a >> b"i"#, r#"text "a >> b""#),
            (r#"#a → internal:role=button[name="b \"c\""i]"#, r#"#a → button "b "c"""#),
        ] {
            assert_eq!(selector_label(selector).as_deref(), Some(label), "{selector}");
        }
    }

    #[test]
    fn locators_name_the_element() {
        for (locator, label) in [
            ("getByRole('button', { name: 'Place order' })", r#"button "Place order""#),
            ("getByRole('list').getByRole('button', { name: /buy/i }).first()", "button /buy/i"),
            ("getByRole('row').getByText('Lantern')", r#"text "Lantern""#),
            ("getByTestId('cart')", r#"test ID "cart""#),
        ] {
            assert_eq!(selector_label(locator).as_deref(), Some(label), "{locator}");
        }
    }

    #[test]
    fn other_selectors_are_shown_as_they_are() {
        for selector in [
            "#save",
            "css=#save",
            "a[href='/x=y']",
            "xpath=//a",
            "",
            "https://a.test/?q=1",
            "role",
            "#a → #b",
        ] {
            assert_eq!(selector_label(selector), None, "{selector}");
        }
        assert_eq!(selector_label(&"x".repeat(MAX_SELECTOR + 1)), None);
    }
}
