//! The lines of a trace's actions in the Events tab.

use presentation::events::{EventFilter, EventRow, event_line, filtered_events};

use crate::common::trace::{VERSION_8, open};

/// The lines of the actions that a trace of those lines records.
fn action_lines(lines: &[&str]) -> Vec<String> {
    let trace = [&[VERSION_8], lines].concat().join("\n");
    let session = open(&[("trace.trace", &trace)]);
    let text = |row: &EventRow| event_line(&session, *row, None).expect("a row").text;
    filtered_events(&session, &EventFilter::default(), None).iter().map(text).collect()
}

#[test]
fn an_action_of_every_version_has_its_selector_or_url() {
    assert_eq!(
        action_lines(&[
            r##"{"type":"action","metadata":{"startTime":1,"endTime":2,"apiName":"Page.click","params":{"selector":"#a"}}}"##,
            r#"{"type":"before","callId":"b","startTime":3,"apiName":"locator.click","class":"Frame","method":"click","params":{"selector":"internal:role=button","strict":true}}"#,
            r#"{"type":"before","callId":"c","startTime":4,"class":"Frame","method":"goto","params":{"url":"https://a.test/"}}"#,
            r#"{"type":"before","callId":"d","startTime":5,"title":"Navigate to https://a.test/","params":{"url":"https://a.test/"}}"#,
            r##"{"type":"before","callId":"e","startTime":6,"apiName":"page.dragAndDrop","params":{"source":"#a","target":"#b"}}"##,
            r#"{"type":"before","callId":"f","startTime":7,"apiName":"page.waitForURL","params":{"url":{"regexp":"a"}}}"#,
            r#"{"type":"before","callId":"g","startTime":8,"apiName":"Before Hooks","params":{}}"#,
        ]),
        [
            "Page.click #a",
            "locator.click button",
            "Frame.goto https://a.test/",
            "Navigate to https://a.test/",
            "page.dragAndDrop #a → #b",
            r#"page.waitForURL {"regexp":"a"}"#,
            "Before Hooks",
        ]
    );
}

#[test]
fn a_long_selector_is_bounded() {
    let line = format!(
        r#"{{"type":"before","callId":"a","startTime":1,"apiName":"x","params":{{"selector":"{}"}}}}"#,
        "s".repeat(100_000)
    );
    assert!(action_lines(&[&line])[0].len() < 1000);
}
