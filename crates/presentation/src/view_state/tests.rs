use super::*;
use crate::console::LevelGroup;
use crate::network::{Column, TypeSet};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn parsed(query: &str) -> Address {
    let (address, warnings) = Address::parse(query);
    assert_eq!(warnings, Vec::<String>::new(), "{query}");
    address
}

fn warnings(query: &str) -> Vec<String> {
    let (address, warnings) = Address::parse(query);
    assert_eq!(address, Address::default(), "a value that does not fit is dropped");
    warnings
}

#[test]
fn an_address_names_everything_on_screen() {
    let address = parsed(
        "?src=https://files.test/a/session.json&q=-heartbeat%20ws&types=ws,fetch&sort=-latency&row=12\
         &detail=messages&mq=order&dir=sent&msg=2318&range=1000-2500.5&t=41318",
    );
    assert_eq!(address.src.as_deref(), Some("https://files.test/a/session.json"));
    assert_eq!(address.q, "-heartbeat ws");
    assert_eq!(address.types.to_string(), "fetch,ws");
    assert_eq!(address.sort, Some(Sort { column: Column::Latency, descending: true }));
    assert_eq!((address.row, address.msg), (Some(12), Some(2318)));
    assert_eq!(address.dir, DirectionFilter::Sent);
    assert_eq!((address.range, address.t), (Some((1000.0, 2500.5)), Some(41_318.0)));
}

#[test]
fn an_address_names_what_the_other_tabs_show() {
    let address = parsed("tab=console&cq=-heartbeat%20failed&level=error,warn&eq=click");
    assert_eq!(address.tab.as_deref(), Some("console"));
    assert_eq!((address.cq.as_str(), address.eq.as_str()), ("-heartbeat failed", "click"));
    assert_eq!(address.to_query(), "tab=console&cq=-heartbeat%20failed&level=warn,error&eq=click");
    assert_eq!(parsed("tab=any%20other").tab.as_deref(), Some("any other"));
}

#[test]
fn it_is_written_readably_and_without_defaults() {
    assert_eq!(Address::default().to_query(), "");
    let address = Address {
        src: Some("https://files.test/a b/session.json?v=1&w=2".to_owned()),
        tab: Some("network".to_owned()),
        q: "a+b 100%".to_owned(),
        types: TypeSet::parse("ws,fetch").0,
        range: Some((0.0, 1234.5)),
        ..Address::default()
    };
    assert_eq!(
        address.to_query(),
        "src=https://files.test/a%20b/session.json%3Fv%3D1%26w%3D2&tab=network&q=a%2Bb%20100%25&types=fetch,ws&range=0-1234.5"
    );
}

#[test]
fn what_does_not_fit_is_dropped_with_a_word() {
    assert_eq!(warnings("sort=colour"), ["\"colour\" is not a column to sort by"]);
    assert_eq!(warnings("types=video"), ["\"video\" is not a resource type"]);
    assert_eq!(warnings("level=fatal"), ["\"fatal\" is not a level of the console"]);
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
fn nothing_is_asked_by_an_empty_value() {
    assert_eq!(parsed("?src=&q=&row=&range=&sort=&tab=&dir="), Address::default());
    assert_eq!(parsed(""), Address::default());
    assert_eq!(parsed("?"), Address::default());
    assert_eq!(parsed("&&=x"), Address::default());
}

#[test]
fn parameters_of_another_version_survive() {
    let address = parsed("hits=3&src=a.har&colour=dark%20blue&hits=4");
    assert_eq!(address.to_query(), "src=a.har&hits=3&colour=dark%20blue&hits=4");
}

#[test]
fn of_a_repeated_parameter_the_first_counts() {
    assert_eq!(parsed("row=1&row=2").row, Some(1));
}

#[test]
fn forms_and_browsers_write_spaces_as_plus() {
    assert_eq!(parsed("q=live+orders").q, "live orders");
}

#[test]
fn a_range_may_begin_before_the_session() {
    assert_eq!(parsed("range=-500--20").range, Some((-500.0, -20.0)));
    assert_eq!(parsed("range=-0.5-20").range, Some((-0.5, 20.0)));
}

#[test]
fn another_row_drops_what_was_chosen_in_the_last_one() {
    let mut address = parsed("row=3&mq=order&dir=sent&msg=9&detail=messages");
    address.choose_row(Some(3));
    assert_eq!(address.msg, Some(9));
    address.choose_row(Some(4));
    assert_eq!(address.to_query(), "row=4&detail=messages");
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
        range in of((micros(), 0.001..1e6_f64)),
        row in of(1_u32..),
        msg in of(1_u32..),
        dir in 0_usize..3,
        t in of(micros()),
    ) -> Address {
        let groups = session::model::TypeGroup::ALL.into_iter().filter(|group| types >> *group as u16 & 1 == 1);
        let levels = LevelGroup::ALL.into_iter().filter(|group| levels >> *group as u8 & 1 == 1);
        Address {
            level: levels.fold(LevelSet::default(), LevelSet::toggled),
            types: groups.fold(TypeSet::default(), TypeSet::toggled),
            sort: sort.map(|(column, descending)| Sort { column: Column::ALL[column], descending }),
            range: range.map(|(from, length)| (from, to_micros(from + length.max(0.002)))),
            dir: DirectionFilter::ALL[dir],
            row, msg, t,
            ..Address::default()
        }
    }
}

prop_compose! {
    fn address()(
        selection in selection(),
        src in of(text()),
        catalogue in of(text()),
        tab in of(text()),
        detail in of(text()),
        q in text(),
        mq in text(),
        cq in text(),
        eq in text(),
        others in vec((text().prop_filter("a new name", |key| !is_known(key)), text()), 0..3),
    ) -> Address {
        Address { src, catalogue, tab, q, detail, mq, cq, eq, others, ..selection }
    }
}

proptest! {
    #[test]
    fn an_address_reads_back_as_it_was_written(address in address()) {
        let (read, warnings) = Address::parse(&address.to_query());
        prop_assert_eq!(warnings, Vec::<String>::new());
        prop_assert_eq!(read, address);
    }

    #[test]
    fn any_text_can_be_read(query in "\\PC{0,60}") {
        let (address, _) = Address::parse(&query);
        let (again, warnings) = Address::parse(&address.to_query());
        prop_assert_eq!(again, address);
        prop_assert!(warnings.is_empty());
    }
}
