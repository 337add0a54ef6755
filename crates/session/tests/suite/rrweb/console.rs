//! Details of console entries, as rrweb's plugin and Sentry's recorder write them.

use super::recordings::{event, read};
use session::model::{Argument, ConsoleDetails};

fn text(text: &str) -> Argument {
    Argument::Text(text.to_owned())
}

fn json(text: &str) -> Argument {
    Argument::Json(text.as_bytes().to_vec())
}

fn details(event: String) -> ConsoleDetails {
    let session = read(&[event]);
    assert_eq!(session.console.len(), 1);
    session.console_details(&session.console[0])
}

/// The details of an event of the console plugin with that payload.
fn plugin(payload: &str) -> ConsoleDetails {
    details(event(6, 1.0, &format!(r#"{{"plugin":"rrweb/console@1","payload":{payload}}}"#)))
}

/// The details of a breadcrumb with those fields.
fn breadcrumb(fields: &str) -> ConsoleDetails {
    details(event(5, 1.0, &format!(r#"{{"tag":"breadcrumb","payload":{{"category":"console",{fields}}}}}"#)))
}

#[test]
fn arguments_are_json_in_strings() {
    let details = plugin(r#"{"level":"log","payload":["\"a \\\"b\\\"\"","{\"c\":[1.50]}","true","7"]}"#);
    assert_eq!(details.arguments, [text("a \"b\""), json(r#"{"c":[1.50]}"#), json("true"), json("7")]);
}

#[test]
fn an_argument_that_is_not_json_is_text() {
    let details = plugin(r#"{"level":"log","payload":["A big deal","{\"cut\":\"of","[Function f]"]}"#);
    assert_eq!(details.arguments, [text("A big deal"), text("{\"cut\":\"of"), text("[Function f]")]);
    assert_eq!(plugin(r#"{"level":"log","payload":"alone"}"#).arguments, [text("alone")]);
}

#[test]
fn the_trace_is_the_stack_and_its_first_call_the_location() {
    let details =
        plugin(r#"{"level":"log","payload":[],"trace":["f (https://a.test/x.js:19:33)","g (native)",""]}"#);
    assert_eq!(details.stack, ["f (https://a.test/x.js:19:33)", "g (native)"]);
    assert_eq!(details.place.as_deref(), Some("https://a.test/x.js:19:33"));
}

#[test]
fn fields_that_were_not_recorded_are_empty() {
    for payload in ["null", "{}", "[]", r#"{"level":"log","payload":null,"trace":null}"#] {
        assert_eq!(plugin(payload), ConsoleDetails::default(), "{payload}");
    }
}

#[test]
fn a_breadcrumb_has_its_arguments_or_one_text_of_all() {
    let details =
        breadcrumb(r#""message":"a [object Object]","data":{"arguments":["a",{"b":1}],"logger":"console"}"#);
    assert_eq!(details.arguments, [text("a"), json(r#"{"b":1}"#)]);
    assert_eq!(breadcrumb(r#""message":"a b""#).arguments, [text("a b")]);
    assert_eq!(breadcrumb(r#""level":"log""#), ConsoleDetails::default());
}

#[test]
fn entries_of_the_real_plugin_are_decoded() {
    let recorded = String::from_utf8_lossy(include_bytes!("../../fixtures/rrweb/recorded.jsonl"));
    let session = super::recordings::open(&recorded);
    let details = session.console_details(&session.console[0]);
    assert_eq!(details.arguments, [text("loaded"), json(r#"{"items":3}"#)]);
    assert!(details.place.is_some_and(|place| place.ends_with("/rrweb.html:11:13")));
    let error = session.console_details(&session.console[1]);
    assert!(
        matches!(&error.arguments[0], Argument::Text(text) if text.starts_with("Error: no stock\n    at visit"))
    );
}
