//! Glyphs and sentences of the tab.

use presentation::console::LevelGroup;
use presentation::toggles::Group;
use session::encodings::one_line;
use session::model::{ConsoleLevel, Session};

/// Longer than the widest cell shows.
const MAX_PLACE_CHARS: usize = 80;
const MAX_TITLE_CHARS: usize = 1000;

/// The glyph of a level; its name is next to it.
pub(super) fn glyph_of(level: ConsoleLevel) -> &'static str {
    match level {
        ConsoleLevel::Debug => "·",
        ConsoleLevel::Log => "›",
        ConsoleLevel::Info => "i",
        ConsoleLevel::Warn => "!",
        ConsoleLevel::Error | ConsoleLevel::Exception => "✕",
        ConsoleLevel::Assert => "≠",
    }
}

/// The class of the element that shows it.
pub(super) fn glyph_class(level: ConsoleLevel) -> String {
    format!("console-glyph console-glyph-{}", LevelGroup::of(level).key())
}

/// Why there is nothing that a filter could leave; `None` where there is something.
pub(super) fn nothing_recorded(session: &Session, is_loading: bool) -> Option<&'static str> {
    if !session.console.is_empty() {
        return None;
    }
    let is_switched_off = session.capture.is_some_and(|capture| !capture.has_console);
    Some(match (is_loading, is_switched_off) {
        (true, _) => "Reading the session…",
        (false, true) => "Console recording was switched off in the recorder",
        (false, false) => "No console entries were recorded in this session",
    })
}

/// A place in the page's sources, without its path: `app.js:19:33` of
/// `https://a.test/app.js?v=1:19:33`.
pub(super) fn short_place(place: &str) -> String {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut source = place;
    let mut position = String::new();
    while let Some((before, number)) = source.rsplit_once(':').filter(|(_, number)| is_number(number)) {
        position.insert_str(0, &format!(":{number}"));
        source = before;
        // A line and a column: a third number would be a port.
        if position.matches(':').count() == 2 {
            break;
        }
    }
    one_line(&format!("{}{position}", last_segment(source)), MAX_PLACE_CHARS)
}

/// The last segment of an address's path, or its host where it has none.
fn last_segment(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(url)
}

/// The complete source position.
pub(super) fn place_title(place: &str) -> String {
    one_line(place, MAX_TITLE_CHARS)
}

#[cfg(test)]
mod tests {
    use session::model::{Capture, ConsoleEntry, Span};

    use super::*;

    #[test]
    fn a_place_is_named_by_its_file_line_and_column() {
        assert_eq!(short_place("https://a.test/scripts/app.js:19:33"), "app.js:19:33");
        assert_eq!(short_place("https://a.test/app.js?next=/x:1#y:19:33"), "app.js:19:33");
        assert_eq!(short_place("https://a.test:8443/:12:5"), "a.test:8443:12:5");
        assert_eq!(short_place("https://a.test/app.js"), "app.js");
        assert_eq!(short_place("<anonymous>:1:2"), "<anonymous>:1:2");
        assert_eq!(short_place(""), "");
        assert!(short_place(&"x".repeat(9999)).chars().count() <= MAX_PLACE_CHARS + 1);
    }

    #[test]
    fn an_empty_console_has_a_reason() {
        let mut session = Session::default();
        let sentence =
            |session: &Session, is_loading| nothing_recorded(session, is_loading).unwrap_or_default();
        assert!(sentence(&session, true).starts_with("Reading"));
        assert!(sentence(&session, false).starts_with("No console entries"));
        session.capture = Some(Capture { has_console: true, ..Capture::default() });
        assert!(sentence(&session, false).starts_with("No console entries"));
        session.capture = Some(Capture::default());
        assert!(sentence(&session, false).contains("switched off"));
        let source = Span { start: 0, len: 0 };
        session.console.push(ConsoleEntry { time: None, level: ConsoleLevel::Log, source });
        assert_eq!(nothing_recorded(&session, false), None);
    }
}
