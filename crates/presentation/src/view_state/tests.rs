use super::codec::{is_known, to_micros};
use super::*;
use crate::console::LevelGroup;
use crate::events::EventRow;
use crate::messages::MessageColumn;
use crate::network::{Column, TypeSet};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn parsed(query: &str) -> ViewState {
    let (state, warnings) = ViewState::parse(query);
    assert_eq!(warnings, Vec::<String>::new(), "{query}");
    state
}

fn warnings(query: &str) -> Vec<String> {
    let (state, warnings) = ViewState::parse(query);
    assert_eq!(state, ViewState::default(), "a value that does not fit is dropped");
    warnings
}

#[test]
fn the_path_of_a_session_is_the_query_of_its_address() {
    for url in ["a/session.json", "https://x.test/ä b?c=1&d=2#e", "%"] {
        let state = ViewState { source_url: Some(url.to_owned()), ..ViewState::default() };
        assert_eq!(session_path(url), format!("/session?{}", state.to_query()));
    }
}

#[test]
fn every_parameter_of_the_network_tab_is_read() {
    let state = parsed(
        "?src=https://files.test/a/session.json&q=-heartbeat%20ws&types=ws,fetch&sort=-latency&row=12\
         &detail=messages&mq=order&dir=sent&msg=2318&range=1000-2500.5&t=41318",
    );
    assert_eq!(state.source_url.as_deref(), Some("https://files.test/a/session.json"));
    assert_eq!(state.network_filter, "-heartbeat ws");
    assert_eq!(state.resource_types.to_string(), "fetch,ws");
    assert_eq!(state.sort, Some(Sort { column: Column::Latency, descending: true }));
    assert_eq!((state.selected_row, state.selected_message), (Some(12), Some(2318)));
    assert_eq!(state.message_direction, DirectionFilter::Sent);
    assert_eq!(parsed("group=initiator").group_by, Some(GroupBy::Initiator));
    assert_eq!(parsed("group=initiator").to_query(), "group=initiator");
    assert_eq!(warnings("group=size"), ["\"size\" is not a property to group by"]);
    assert_eq!((state.time_range, state.playhead_ms), (Some((1000.0, 2500.5)), Some(41_318.0)));
}

#[test]
fn parameters_of_the_message_inspector_are_read_and_written() {
    let query = "row=1&hb=hide&decode=socket.io&mcols=direction,event,data,rtt&msort=-rtt&view=decoded";
    let state = parsed(query);
    assert!(state.hides_heartbeats);
    assert_eq!(state.decode_as.as_deref(), Some("socket.io"));
    let sort = MessageSort { column: MessageColumn::RoundTrip, descending: true };
    assert_eq!(state.message_sort, Some(sort));
    assert_eq!(state.to_query(), query);
    let mut state = state;
    state.select_row(Some(2));
    assert_eq!(state.to_query(), "row=2&hb=hide&mcols=direction,event,data,rtt&view=decoded");
    let query = "row=1&msg=7&around=1s&pairby=%24.id&entry=3&event=action-2";
    let mut state = parsed(query);
    assert!(state.shows_surroundings);
    assert_eq!((state.pair_by.as_deref(), state.console_entry), (Some("$.id"), Some(3)));
    assert_eq!(state.event_row, Some(EventRow::Action(1)));
    assert_eq!(state.to_query(), query);
    state.select_row(Some(2));
    assert_eq!(state.to_query(), "row=2&entry=3&event=action-2");
    assert_eq!(parsed("event=12").event_row, Some(EventRow::Page(11)));
    for (query, warning) in [
        ("around=5", "\"5\" is not a time around a message"),
        ("entry=0", "\"0\" is not a console entry number"),
        ("event=action-x", "\"action-x\" is not a page event number"),
    ] {
        assert_eq!(warnings(query), [warning]);
    }
    assert_eq!(warnings("hb=show"), ["\"show\" is not a heartbeat setting"]);
    assert_eq!(warnings("mcols=data,speed"), ["\"speed\" is not a column of the messages"]);
    assert_eq!(warnings("msort=speed"), ["\"speed\" is not a column to sort messages by"]);
}

#[test]
fn parameters_of_the_other_tabs_are_read_and_written() {
    let state = parsed("tab=console&cq=-heartbeat%20failed&level=error,warn&eq=click");
    assert_eq!(state.tab.as_deref(), Some("console"));
    assert_eq!((state.console_filter.as_str(), state.event_filter.as_str()), ("-heartbeat failed", "click"));
    assert_eq!(state.to_query(), "tab=console&cq=-heartbeat%20failed&level=warn,error&eq=click");
    assert_eq!(parsed("tab=any%20other").tab.as_deref(), Some("any other"));
}

#[test]
fn queries_are_readable_and_omit_defaults() {
    assert_eq!(ViewState::default().to_query(), "");
    let state = ViewState {
        source_url: Some("https://files.test/a b/session.json?v=1&w=2".to_owned()),
        tab: Some("network".to_owned()),
        network_filter: "a+b 100%".to_owned(),
        resource_types: TypeSet::parse("ws,fetch").0,
        time_range: Some((0.0, 1234.5)),
        ..ViewState::default()
    };
    assert_eq!(
        state.to_query(),
        "src=https://files.test/a%20b/session.json%3Fv%3D1%26w%3D2&tab=network&q=a%2Bb%20100%25&types=fetch,ws&range=0-1234.5"
    );
}

#[test]
fn invalid_values_are_dropped_with_a_warning() {
    assert_eq!(warnings("sort=colour"), ["\"colour\" is not a column to sort by"]);
    assert_eq!(warnings("types=video"), ["\"video\" is not a resource type"]);
    assert_eq!(warnings("level=fatal"), ["\"fatal\" is not a console level"]);
    assert_eq!(warnings("dir=up"), ["\"up\" is not a direction"]);
    for value in ["0", "-1", "1.5", "%2B1", "x", "99999999999"] {
        assert_eq!(warnings(&format!("row={value}")).len(), 1, "row {value}");
        assert_eq!(warnings(&format!("msg={value}")).len(), 1, "message {value}");
    }
    for value in ["5", "5-", "-5", "9-1", "1-1", "a-b", "1-inf", "1-1e9", "-"] {
        assert_eq!(warnings(&format!("range={value}")).len(), 1, "range {value}");
    }
    for value in ["NaN", "inf", "1e3", "99999999999999999999"] {
        assert_eq!(warnings(&format!("t={value}")).len(), 1, "time {value}");
    }
}

#[test]
fn a_comparison_is_read_and_written() {
    let query = "src=a.har&compare=b.har&diff=changed&dq=orders&pair=3-5";
    let state = parsed(query);
    assert_eq!(state.compared_url.as_deref(), Some("b.har"));
    assert_eq!((state.pair_state.as_deref(), state.pair_filter.as_str()), (Some("changed"), "orders"));
    assert_eq!(state.selected_pair, Some(PairRows { base: Some(3), other: Some(5) }));
    assert_eq!(state.to_query(), query);
    for (query, base, other) in [("pair=3-", Some(3), None), ("pair=-5", None, Some(5))] {
        assert_eq!(parsed(query).selected_pair, Some(PairRows { base, other }));
        assert_eq!(parsed(query).to_query(), query);
    }
    for value in ["-", "3", "0-1", "a-b", "1-2-3"] {
        assert_eq!(warnings(&format!("pair={value}")), [format!("\"{value}\" is not a pair of rows")]);
    }
}

#[test]
fn empty_values_are_defaults() {
    assert_eq!(parsed("?src=&q=&row=&range=&sort=&tab=&dir="), ViewState::default());
    assert_eq!(parsed(""), ViewState::default());
    assert_eq!(parsed("?"), ViewState::default());
    assert_eq!(parsed("&&=x"), ViewState::default());
}

#[test]
fn unknown_parameters_are_preserved() {
    let state = parsed("hits=3&src=a.har&colour=dark%20blue&hits=4");
    assert_eq!(state.to_query(), "src=a.har&hits=3&colour=dark%20blue&hits=4");
}

#[test]
fn the_version_is_1_where_it_is_absent_and_an_unknown_one_is_a_warning() {
    assert_eq!(parsed("v=1&row=2"), parsed("row=2"));
    assert_eq!(parsed("v="), ViewState::default());
    let (state, warnings) = ViewState::parse("v=2&row=2");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("newer version"), "{warnings:?}");
    assert_eq!(state.to_query(), "row=2", "what this version writes is of this version");
}

#[test]
fn invalid_percent_encoding_is_kept_as_it_is() {
    let filter = |query: &str| parsed(query).network_filter;
    assert_eq!(filter("q=a+b%20c%c3%A9"), "a b cé");
    assert_eq!(filter("q=100%"), "100%");
    assert_eq!(filter("q=%zz%4"), "%zz%4");
    assert_eq!(filter("q=%ff"), "\u{FFFD}");
    assert_eq!(filter("q=%+1"), "% 1");
    let state = ViewState { network_filter: "a b+c&d=e%é\"#/x-1_2~3,4".to_owned(), ..ViewState::default() };
    assert_eq!(state.to_query(), "q=a%20b%2Bc%26d%3De%25%C3%A9%22%23/x-1_2~3,4");
}

#[test]
fn the_first_of_repeated_parameters_counts() {
    assert_eq!(parsed("row=1&row=2").selected_row, Some(1));
}

#[test]
fn plus_is_read_as_a_space() {
    assert_eq!(parsed("q=live+orders").network_filter, "live orders");
}

#[test]
fn a_time_range_may_start_before_the_session() {
    assert_eq!(parsed("range=-500--20").time_range, Some((-500.0, -20.0)));
    assert_eq!(parsed("range=-0.5-20").time_range, Some((-0.5, 20.0)));
}

#[test]
fn selecting_another_row_resets_the_message_selection() {
    let mut state = parsed("row=3&mq=order&dir=sent&msg=9&detail=messages");
    state.select_row(Some(3));
    assert_eq!(state.selected_message, Some(9));
    state.select_row(Some(4));
    assert_eq!(state.to_query(), "row=4&detail=messages");
}

fn micros() -> impl Strategy<Value = f64> {
    (-10_000_000_i64..10_000_000_000).prop_map(|micros| micros as f64 / 1000.0)
}

/// Any text that is there: spaces, `&`, `+`, `%`, quotes, other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1,12}", "\\PC{1,8}", Just("a&b=c+d%20é#?".to_owned())]
}

prop_compose! {
    fn selection()(
        types in 0_u16..512,
        levels in 0_u8..32,
        sort in of((0_usize..8, any::<bool>())),
        group_by in 0_usize..5,
        range in of((micros(), 0.001..1e6_f64)),
        selected_row in of(1_u32..),
        selected_message in of(1_u32..),
        direction in 0_usize..3,
        playhead_ms in of(micros()),
        compared_url in of(text()),
        pair_filter in text(),
        pair in of((1_u32.., of(1_u32..))),
    ) -> ViewState {
        let groups = session::model::TypeGroup::ALL.into_iter().filter(|group| types >> *group as u16 & 1 == 1);
        let levels = LevelGroup::ALL.into_iter().filter(|group| levels >> *group as u8 & 1 == 1);
        ViewState {
            console_levels: levels.fold(LevelSet::default(), LevelSet::toggled),
            resource_types: groups.fold(TypeSet::default(), TypeSet::toggled),
            group_by: GroupBy::ALL.get(group_by).copied(),
            sort: sort.map(|(column, descending)| Sort { column: Column::ALL[column], descending }),
            time_range: range.map(|(start, length)| (start, to_micros(start + length.max(0.002)))),
            message_direction: DirectionFilter::ALL[direction],
            selected_pair: pair.map(|(base, other)| PairRows { base: Some(base), other }),
            selected_row, selected_message, playhead_ms, compared_url, pair_filter,
            ..ViewState::default()
        }
    }
}

prop_compose! {
    fn view_state()(
        selection in selection(),
        source_url in of(text()),
        catalog_url in of(text()),
        tab in of(text()),
        details_tab in of(text()),
        network_filter in text(),
        message_filter in text(),
        message_search in text(),
        console_filter in text(),
        event_filter in text(),
        unknown_parameters in vec((text().prop_filter("a new name", |key| !is_known(key)), text()), 0..3),
    ) -> ViewState {
        ViewState {
            source_url, catalog_url, tab, network_filter, details_tab, message_filter, message_search,
            console_filter, event_filter, unknown_parameters,
            ..selection
        }
    }
}

proptest! {
    #[test]
    fn view_states_round_trip(state in view_state()) {
        let (read, warnings) = ViewState::parse(&state.to_query());
        prop_assert_eq!(warnings, Vec::<String>::new());
        prop_assert_eq!(read, state);
    }

    #[test]
    fn any_text_is_read_and_round_trips_afterwards(query in "\\PC{0,60}") {
        let (state, _) = ViewState::parse(&query);
        let (again, warnings) = ViewState::parse(&state.to_query());
        prop_assert_eq!(again, state);
        prop_assert!(warnings.is_empty());
    }
}
