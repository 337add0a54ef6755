//! Signs and sentences of the tab.

use presentation::console::LevelGroup;
use presentation::view_state::Group;
use session::encodings::one_line;
use session::model::{ConsoleLevel, Session};

/// More than the widest cell shows.
const MAX_PLACE_CHARS: usize = 80;
const MAX_TITLE_CHARS: usize = 1000;

/// The sign of a level, for those who see it; the word stands beside it.
pub(super) fn sign_of(level: ConsoleLevel) -> &'static str {
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
pub(super) fn sign_class(level: ConsoleLevel) -> String {
    format!("console-sign console-sign-{}", LevelGroup::of(level).key())
}

/// Why there is nothing that a filter could leave; `None` where there is something.
pub(super) fn nothing_recorded(session: &Session, is_loading: bool) -> Option<&'static str> {
    if !session.console.is_empty() {
        return None;
    }
    let was_told_not_to = session.capture.is_some_and(|capture| !capture.console);
    Some(match (is_loading, was_told_not_to) {
        (true, _) => "Reading the session…",
        (false, true) => "The recorder was told not to record the console",
        (false, false) => "No console entries were recorded in this session",
    })
}

/// A place in the page's sources, without the way to it: `app.js:19:33` of `https://a.test/app.js?v=1:19:33`.
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

/// The whole place.
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
    fn that_there_is_nothing_is_said_with_its_reason() {
        let mut session = Session::default();
        let words = |session: &Session, is_loading| nothing_recorded(session, is_loading).unwrap_or_default();
        assert!(words(&session, true).starts_with("Reading"));
        assert!(words(&session, false).starts_with("No console entries"));
        session.capture = Some(Capture { console: true, ..Capture::default() });
        assert!(words(&session, false).starts_with("No console entries"));
        session.capture = Some(Capture::default());
        assert!(words(&session, false).contains("told not to"));
        let source = Span { start: 0, len: 0 };
        session.console.push(ConsoleEntry { time: None, level: ConsoleLevel::Log, source });
        assert_eq!(nothing_recorded(&session, false), None);
    }
}
