//! Details of the console entries and actions of a trace, in the spelling of each version.

use crate::common;
use session::model::{ActionDetails, Argument, ConsoleDetails, Session};

const CONTEXT: &str = r#"{"version":8,"type":"context-options","wallTime":1795269720000,"monotonicTime":0}"#;

/// A trace of those lines.
fn open(lines: &[&str]) -> Session {
    let text = [&[CONTEXT], lines].concat().join("\n");
    common::open(("trace.trace", text.as_bytes()), &[], 50).expect("a trace")
}

fn entry(lines: &[&str]) -> ConsoleDetails {
    let session = open(lines);
    assert_eq!(session.console.len(), 1);
    session.console_details(&session.console[0])
}

fn action(lines: &[&str]) -> ActionDetails {
    let session = open(lines);
    assert_eq!(session.actions.len(), 1);
    session.action_details(&session.actions[0])
}

fn text(text: &str) -> Argument {
    Argument::Text(text.to_owned())
}

fn json(text: &str) -> Argument {
    Argument::Json(text.as_bytes().to_vec())
}

mod console {
    use super::*;

    #[test]
    fn arguments_are_plain_values_or_previews_of_objects() {
        let line = r#"{"type":"console","messageType":"log","text":"a 1 {b: 2}","time":3,
            "args":[{"preview":"a","value":"a"},{"preview":"1","value":1},{"preview":"{b: 2}"}]}"#
            .replace('\n', "");
        assert_eq!(entry(&[&line]).arguments, [text("a"), json("1"), text("{b: 2}")]);
    }

    #[test]
    fn an_entry_without_arguments_has_its_text() {
        let line = r#"{"type":"console","messageType":"error","text":"Failed to load","args":[],"time":3}"#;
        assert_eq!(entry(&[line]).arguments, [text("Failed to load")]);
        assert_eq!(entry(&[r#"{"type":"console","time":3}"#]), ConsoleDetails::default());
    }

    #[test]
    fn a_location_counts_from_1_and_a_lone_url_has_no_line() {
        let at = |location: &str| {
            entry(&[&format!(r#"{{"type":"console","time":3,"location":{location}}}"#)]).place
        };
        let line = r#"{"url":"https://a.test/x.js","lineNumber":18,"columnNumber":32}"#;
        assert_eq!(at(line).as_deref(), Some("https://a.test/x.js:19:33"));
        let alone = r#"{"url":"https://a.test/","lineNumber":0,"columnNumber":0}"#;
        assert_eq!(at(alone).as_deref(), Some("https://a.test/"));
        assert_eq!(at(r#"{"url":"","lineNumber":1,"columnNumber":1}"#), None);
    }

    #[test]
    fn an_uncaught_error_has_its_message_and_stack() {
        let error = r#"{"error":{"name":"TypeError","message":"no\nway","stack":"TypeError: no\nway\n    at f (https://a.test/x.js:1:2)\n    at g"}}"#;
        let line = |error: &str| {
            format!(
                r#"{{"type":"event","class":"BrowserContext","method":"pageError","params":{{"error":{error}}},"time":5}}"#
            )
        };
        let details = entry(&[&line(error)]);
        assert_eq!(details.arguments, [text("TypeError: no\nway")]);
        assert_eq!(details.stack, ["at f (https://a.test/x.js:1:2)", "at g"]);
        assert_eq!(details.place.as_deref(), Some("https://a.test/x.js:1:2"));
        assert_eq!(entry(&[&line(r#"{"value":{"n":7}}"#)]).arguments, [json(r#"{"n":7}"#)]);
        assert_eq!(entry(&[&line(r#"{"value":"thrown"}"#)]).arguments, [text("thrown")]);
    }

    #[test]
    fn arguments_up_to_version_5_are_those_of_the_message_s_creation() {
        let written = r#""class":"Page","method":"console","params":{"message":{"guid":"m"}}"#;
        let initializer = r#"{"type":"error","text":"old","args":[{"guid":"h"}],"location":{"url":"u","lineNumber":1,"columnNumber":0}}"#;
        let version_5 = [
            format!(r#"{{"type":"object","class":"ConsoleMessage","guid":"m","initializer":{initializer}}}"#),
            format!(r#"{{"type":"event",{written},"time":7}}"#),
        ];
        let version_3 = [
            format!(
                r#"{{"type":"event","metadata":{{"method":"__create__","params":{{"type":"ConsoleMessage","guid":"m","initializer":{initializer}}}}}}}"#
            ),
            format!(r#"{{"type":"event","metadata":{{"startTime":7,{written}}}}}"#),
        ];
        for [made, written] in [version_5, version_3] {
            let details = entry(&[&made, &written]);
            assert_eq!(
                (details.arguments, details.place.as_deref()),
                (vec![text("old")], Some("u:2:1")),
                "{made}"
            );
        }
    }
}

mod actions {
    use super::*;

    const BEFORE: &str = r##"{"type":"before","callId":"c","startTime":7,"class":"Frame","method":"click","params":{"selector":"#a \"b\"","strict":true,"x":{"y":[1]}}}"##;

    #[test]
    fn an_action_has_its_parameters() {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let details = action(&[BEFORE, r#"{"type":"after","callId":"c","endTime":9}"#]);
        assert_eq!(
            details.parameters,
            pairs(&[("selector", "#a \"b\""), ("strict", "true"), ("x", r#"{"y":[1]}"#)])
        );
        assert_eq!(details.error, None);
    }

    #[test]
    fn the_error_of_an_action_is_in_the_line_that_ended_it() {
        for error in [r#"{"name":"TimeoutError","message":"Timeout"}"#, r#"{"error":{"message":"Timeout"}}"#]
        {
            let after = format!(r#"{{"type":"after","callId":"c","endTime":9,"error":{error}}}"#);
            assert_eq!(action(&[BEFORE, &after]).error.as_deref(), Some("Timeout"), "{error}");
        }
    }

    #[test]
    fn an_action_that_never_ended_has_no_error() {
        assert_eq!(action(&[BEFORE]).error, None);
    }

    #[test]
    fn an_action_of_version_3_is_one_line() {
        let line = r#"{"type":"action","metadata":{"startTime":1,"endTime":2,"apiName":"page.goto","params":{"url":"https://a.test/"},"error":{"error":{"message":"m"}}}}"#;
        let details = action(&[line]);
        assert_eq!(details.parameters, [("url".to_owned(), "https://a.test/".to_owned())]);
        assert_eq!(details.error.as_deref(), Some("m"));
    }
}

#[test]
fn actions_of_a_real_trace_have_their_details() {
    let files =
        common::zip::unpack(include_bytes!("../../fixtures/playwright/trace.zip")).expect("an archive");
    let session = common::open_all(&files, 1000).expect("a trace");
    let details: Vec<_> = session.console.iter().map(|entry| session.console_details(entry)).collect();
    assert!(details.iter().all(|details| !details.arguments.is_empty()), "{details:?}");
    assert_eq!(details[0].arguments, [text("hello"), text("{a: 1}")]);
    assert_eq!(details[2].arguments, [text("Error: nobody catches this")]);
    assert!(details[3].place.as_deref().is_some_and(|place| place.ends_with("/api/missing")));
    let called = session.actions.iter().map(|action| session.action_details(action));
    assert!(called.flat_map(|action| action.parameters).any(|(name, _)| name == "url"));
}
