//! The names of what was touched, as rrweb records the page.

use std::sync::Arc;

use proptest::prelude::*;
use session::elements::{ElementName, ElementReader, PageElements, page_elements};
use session::model::Session;

use super::recordings::{event, read};

/// Small steps, so that a snapshot takes several.
const STEP_BYTES: usize = 50;

pub(super) fn element(id: u32, tag: &str, attributes: &str, children: &str) -> String {
    format!(
        r#"{{"type":2,"tagName":"{tag}","attributes":{{{attributes}}},"childNodes":[{children}],"id":{id}}}"#
    )
}

pub(super) fn text(id: u32, text: &str) -> String {
    format!(r#"{{"type":3,"textContent":"{text}","id":{id}}}"#)
}

pub(super) fn snapshot(ms: f64, body: &str) -> String {
    let html = element(2, "html", "", &element(3, "body", "", body));
    let document = format!(r#"{{"type":0,"childNodes":[{html}],"id":1}}"#);
    event(2, ms, &format!(r#"{{"node":{document},"initialOffset":{{"left":0,"top":0}}}}"#))
}

pub(super) fn mutation(ms: f64, lists: &str) -> String {
    event(3, ms, &format!(r#"{{"source":0,{lists}}}"#))
}

fn add(parent: u32, next: &str, node: &str) -> String {
    format!(r#"{{"parentId":{parent},"nextId":{next},"node":{node}}}"#)
}

pub(super) fn click(ms: f64, id: u32) -> String {
    click_at(ms, id, 10.0, 20.0)
}

pub(super) fn click_at(ms: f64, id: u32, x: f64, y: f64) -> String {
    event(3, ms, &format!(r#"{{"source":2,"type":2,"id":{id},"x":{x},"y":{y}}}"#))
}

pub(super) fn input(ms: f64, id: u32) -> String {
    event(3, ms, &format!(r#"{{"source":5,"text":"a","isChecked":false,"id":{id}}}"#))
}

pub(super) fn moved(ms: f64) -> String {
    event(3, ms, r#"{"source":1,"positions":[{"x":1,"y":1,"id":3,"timeOffset":0}]}"#)
}

/// A change of a text.
pub(super) fn change(ms: f64) -> String {
    mutation(ms, r#""texts":[{"id":13,"value":"Back"}],"attributes":[],"removes":[],"adds":[]"#)
}

pub(super) fn elements(events: &[String]) -> (Session, PageElements) {
    let session = read(events);
    let elements = page_elements(&session, STEP_BYTES);
    (session, elements)
}

/// The names of the targets, in the order of the events.
fn names(events: &[String]) -> Vec<Option<Arc<ElementName>>> {
    let (session, elements) = elements(events);
    let touched = session.page_events.iter().filter_map(|event| elements.get(event));
    touched.map(|touched| touched.name.clone()).collect()
}

fn labels(events: &[String]) -> Vec<String> {
    let label = |name: Option<Arc<ElementName>>| name.map_or("?".to_owned(), |name| name.label());
    names(events).into_iter().map(label).collect()
}

/// The labels of clicks on these nodes of a body.
fn labels_in(body: &str, ids: &[u32]) -> Vec<String> {
    let clicks = ids.iter().zip(1_u32..).map(|(id, nth)| click(f64::from(nth) * 2000.0, *id));
    labels(&std::iter::once(snapshot(0.0, body)).chain(clicks).collect::<Vec<_>>())
}

fn path_in(body: &str, id: u32) -> String {
    let names = names(&[snapshot(0.0, body), click(5.0, id)]);
    names[0].as_ref().expect("an element").path.to_string()
}

#[test]
fn a_control_is_named_by_its_content_also_from_within() {
    let icon = element(12, "span", "", &text(13, "Place"));
    let button = element(10, "button", "", &format!("{icon},{}", text(14, " \\n order")));
    assert_eq!(labels_in(&button, &[10, 12, 13]), [r#"button "Place order""#; 3]);
}

#[test]
fn the_accessible_name_comes_from_the_first_source_that_has_one() {
    let label = element(20, "label", r#""for":"mail""#, &text(21, "Email"));
    let body = [
        element(10, "button", r#""aria-label":"Close","title":"Closes it""#, &text(11, "x")),
        element(12, "button", r#""aria-labelledby":"mail-label other","id":"b""#, &text(13, "x")),
        element(14, "span", r#""id":"mail-label""#, &text(15, "Send")),
        label,
        element(22, "input", r#""id":"mail","type":"email","placeholder":"you@a.test""#, ""),
        element(
            23,
            "label",
            "",
            &format!("{},{}", text(24, "Agree "), element(25, "input", r#""type":"checkbox""#, "")),
        ),
        element(26, "input", r#""type":"submit","value":"Save""#, ""),
        element(27, "a", r##""href":"#""##, &element(28, "img", r#""alt":"Home""#, "")),
        element(29, "input", r#""placeholder":"Search","type":"search""#, ""),
        element(30, "div", r#""role":"tab","title":"Orders""#, ""),
        element(31, "select", r#""aria-label":"Country""#, &element(32, "option", "", &text(33, "Peru"))),
    ]
    .join(",");
    assert_eq!(
        labels_in(&body, &[10, 12, 22, 25, 26, 28, 29, 30, 31]),
        [
            r#"button "Close""#,
            r#"button "Send""#,
            r#"textbox "Email""#,
            r#"checkbox "Agree""#,
            r#"button "Save""#,
            r#"link "Home""#,
            r#"searchbox "Search""#,
            r#"tab "Orders""#,
            r#"combobox "Country""#,
        ]
    );
}

#[test]
fn an_element_without_a_name_is_named_by_a_selector() {
    let body = [
        element(10, "input", r#""id":"chat-text""#, ""),
        element(11, "div", r#""data-testid":"cart""#, ""),
        element(12, "div", r#""class":"md:w-4 card wide""#, &element(13, "canvas", "", "")),
        element(14, "h2", "", &text(15, "Orders")),
        element(16, "input", r#""name":"cvc","class":"field""#, ""),
    ]
    .join(",");
    assert_eq!(
        labels_in(&body, &[10, 11, 12, 13, 14, 16, 3]),
        [
            "#chat-text",
            r#"[data-testid="cart"]"#,
            ".card",
            "canvas",
            r#"h2 "Orders""#,
            r#"[name="cvc"]"#,
            "body"
        ]
    );
}

#[test]
fn a_masked_name_is_said_to_be_masked() {
    let body = element(10, "button", "", &text(11, "***** *****"));
    assert_eq!(labels_in(&body, &[10]), ["button (masked)"]);
}

#[test]
fn a_long_name_is_bounded() {
    let body = element(10, "button", "", &text(11, &"word ".repeat(1000)));
    let label = &labels_in(&body, &[10])[0];
    assert!(label.ends_with("…\"") && label.chars().count() < 100, "{label}");
}

#[test]
fn mutations_are_applied_in_the_order_of_events() {
    let body = element(10, "ul", "", &element(11, "li", "", &element(12, "button", "", &text(13, "One"))));
    let button = |id: u32, label: &str| element(id, "button", "", &text(id + 100, label));
    let events = [
        snapshot(0.0, &body),
        click(10.0, 12),
        mutation(2000.0, r#""texts":[{"id":13,"value":"First"}],"attributes":[],"removes":[],"adds":[]"#),
        click(2010.0, 12),
        mutation(
            4000.0,
            r#""texts":[],"attributes":[{"id":12,"attributes":{"aria-label":"Top"}}],"removes":[],"adds":[]"#,
        ),
        click(4010.0, 12),
        mutation(
            6000.0,
            r#""texts":[],"attributes":[{"id":12,"attributes":{"aria-label":null}}],"removes":[],"adds":[]"#,
        ),
        click(6010.0, 12),
        mutation(
            8000.0,
            &format!(
                r#""texts":[],"attributes":[],"removes":[{{"parentId":10,"id":11}}],"adds":[{},{}]"#,
                add(10, "21", &button(20, "Two")),
                add(10, "null", &button(21, "Three"))
            ),
        ),
        click(8010.0, 12),
        click(10010.0, 20),
        click(12010.0, 21),
    ];
    assert_eq!(
        labels(&events),
        [
            r#"button "One""#,
            r#"button "First""#,
            r#"button "Top""#,
            r#"button "First""#,
            "?",
            r#"button "Two""#,
            r#"button "Three""#
        ]
    );
}

#[test]
fn nodes_added_before_their_parent_or_next_sibling_are_placed() {
    let item = |id: u32, name: &str| element(id, "b", "", &text(id + 100, name));
    let events = [
        snapshot(0.0, &element(10, "button", "", &text(11, "z"))),
        mutation(
            5.0,
            &format!(
                r#""removes":[],"texts":[],"attributes":[],"adds":[{},{}]"#,
                add(20, "null", &item(21, "b")),
                add(10, "11", &item(20, "a"))
            ),
        ),
        click(10.0, 21),
    ];
    assert_eq!(labels(&events), [r#"button "abz""#]);
}

#[test]
fn shadow_roots_and_documents_of_frames_belong_to_their_host() {
    let shadow = r#"{"type":2,"tagName":"button","attributes":{"class":"go"},"childNodes":[{"type":3,"textContent":"Go","id":12}],"id":11,"isShadow":true}"#;
    let body = [element(10, "my-app", "", shadow), element(20, "iframe", "", "")].join(",");
    let frame = format!(
        r#"{{"type":0,"childNodes":[{}],"id":30}}"#,
        element(31, "html", "", &element(32, "a", "", &text(33, "Inside")))
    );
    let attached = format!(
        r#""isAttachIframe":true,"adds":[{}],"removes":[],"texts":[],"attributes":[]"#,
        add(20, "null", &frame)
    );
    let events = [
        snapshot(0.0, &body),
        mutation(5.0, &attached),
        click(10.0, 12),
        click(2010.0, 33),
        click(4000.0, 31),
    ];
    assert_eq!(labels(&events), [r#"button "Go""#, r#"link "Inside""#, "html"]);
    assert_eq!(names(&events)[0].as_ref().expect("an element").path.as_ref(), "button.go");
}

#[test]
fn another_full_snapshot_replaces_the_document() {
    let events = [
        snapshot(0.0, &element(10, "button", "", &text(11, "Old"))),
        click(10.0, 10),
        snapshot(2000.0, &element(12, "button", "", &text(13, "New"))),
        click(2010.0, 10),
        click(4010.0, 12),
    ];
    assert_eq!(labels(&events), [r#"button "Old""#, "?", r#"button "New""#]);
}

#[test]
fn without_a_snapshot_or_a_mutation_the_element_is_not_recorded() {
    assert_eq!(labels(&[click(10.0, 10), input(20.0, 10)]), ["?", "?"]);
    assert_eq!(labels(&[snapshot(0.0, ""), click(10.0, 99)]), ["?"]);
}

#[test]
fn a_path_begins_at_the_closest_id_and_tells_siblings_apart() {
    let rows: Vec<String> = (0..3)
        .map(|row| element(20 + row, "li", r#""class":"row""#, &element(30 + row, "button", "", "")))
        .collect();
    let body = element(10, "ul", r#""id":"list""#, &rows.join(","));
    assert_eq!(path_in(&body, 31), "#list > li.row:nth-of-type(2) > button");
    assert_eq!(path_in(&element(10, "p", r#""id":"2 \"x\"""#, ""), 10), r#"[id="2 \"x\""]"#);
    assert_eq!(path_in(&element(10, "p", r#""data-testid":"a""#, ""), 10), r#"[data-testid="a"]"#);
    assert_eq!(path_in(&element(10, "p", "", ""), 10), "html > body > p");
}

#[test]
fn steps_of_any_size_find_the_same() {
    let rows: Vec<String> =
        (0..50).map(|row| element(100 + row, "button", "", &text(200 + row, "Row"))).collect();
    let events = [snapshot(0.0, &rows.join(",")), click(5.0, 120), change(6.0), click(3000.0, 149)];
    let session = read(&events);
    let all = page_elements(&session, usize::MAX);
    assert_eq!(all.len(), 2);
    for step in [1, 7, 100, 5000] {
        assert_eq!(page_elements(&session, step), all, "steps of {step} bytes");
    }
}

#[test]
fn progress_ends_with_the_last_event() {
    let session = read(&[snapshot(0.0, ""), click(5.0, 3), moved(10.0)]);
    let mut reader = ElementReader::new(&session);
    assert_eq!(reader.progress(), (0, 3));
    while reader.step(&session, 1) {}
    assert_eq!(reader.progress(), (3, 3));
}

/// Any event: valid ones, and ones whose IDs, types and nesting make no sense.
fn any_event() -> impl Strategy<Value = String> {
    let id = || 0..12_u32;
    let node = prop_oneof![
        (
            id(),
            prop::sample::select(vec!["a", "button", "label", "input", "select", ""]),
            "[a-z*#\\\\\\\\\" ]{0,6}"
        )
            .prop_map(|(id, tag, value)| {
                let value = value.replace(['\\', '"'], "");
                element(id, tag, &format!(r#""id":"{value}","for":"{value}","class":"{value}""#), "")
            }),
        (id(), "[a-z*]{0,6}").prop_map(|(id, value)| text(id, &value)),
        id().prop_map(|id| format!(r#"{{"type":0,"childNodes":[],"id":{id}}}"#)),
        Just(r#"{"type":2}"#.to_owned()),
        Just("[[{}],3]".to_owned()),
    ];
    let nested = node.prop_recursive(4, 20, 4, move |inner| {
        (0..12_u32, prop::collection::vec(inner, 0..4))
            .prop_map(|(id, children)| element(id, "div", r#""role":"button""#, &children.join(",")))
    });
    let time = || (0..30_u32).prop_map(|ms| f64::from(ms) * 400.0);
    prop_oneof![
        (time(), nested.clone()).prop_map(|(ms, node)| event(2, ms, &format!(r#"{{"node":{node}}}"#))),
        (time(), prop::collection::vec((id(), id(), nested), 0..4), prop::collection::vec(id(), 0..3)).prop_map(
            |(ms, adds, removes)| {
                let adds: Vec<String> =
                    adds.iter().map(|(parent, next, node)| add(*parent, &next.to_string(), node)).collect();
                let removes: Vec<String> = removes.iter().map(|id| format!(r#"{{"id":{id}}}"#)).collect();
                mutation(ms, &format!(r#""adds":[{}],"removes":[{}]"#, adds.join(","), removes.join(",")))
            }
        ),
        (time(), id(), "[a-z*]{0,4}").prop_map(|(ms, id, value)| {
            mutation(
                ms,
                &format!(
                    r#""texts":[{{"id":{id},"value":"{value}"}}],"attributes":[{{"id":{id},"attributes":{{"for":"{value}","aria-labelledby":"{value}","class":null}}}}]"#
                ),
            )
        }),
        (time(), id()).prop_map(|(ms, id)| click(ms, id)),
        (time(), id()).prop_map(|(ms, id)| input(ms, id)),
        time().prop_map(moved),
    ]
}

proptest! {
    #[test]
    fn any_events_are_read_to_their_end_with_bounded_names(events in prop::collection::vec(any_event(), 1..30)) {
        let session = read(&events);
        let elements = page_elements(&session, 64);
        prop_assert_eq!(&elements, &page_elements(&session, usize::MAX));
        for event in &session.page_events {
            if let Some(name) = elements.get(event).and_then(|touched| touched.name.as_ref()) {
                prop_assert!(name.label().chars().count() < 200 && name.path.chars().count() < 2000);
            }
        }
    }
}
