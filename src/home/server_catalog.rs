//! The sessions of the server that this page comes from: searched by it, listed in pages.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::catalog::session_list;
use crate::payload::Alert;
use crate::store::{CatalogRequest, FoundSessions, found_sessions};

/// Time between two looks for new sessions.
const REFRESH: Duration = Duration::from_secs(5);
/// Time after the last key until the server is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(250);
const DAY_MS: f64 = 86_400_000.0;

/// What a field of the search holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// A day, in the viewer's time zone; its start, or with `true` its end.
    Day(bool),
    /// Seconds.
    Seconds,
    /// At least one.
    Some,
    /// Still recorded.
    Live,
}

struct Field {
    /// Its name in the address, and for the server.
    name: &'static str,
    label: &'static str,
    kind: Kind,
}

const FIELDS: [Field; 10] = [
    Field { name: "q", label: "Search sessions", kind: Kind::Text },
    Field { name: "url", label: "Page URL", kind: Kind::Text },
    Field { name: "user", label: "User", kind: Kind::Text },
    Field { name: "from", label: "From", kind: Kind::Day(false) },
    Field { name: "to", label: "To", kind: Kind::Day(true) },
    Field { name: "min", label: "At least seconds", kind: Kind::Seconds },
    Field { name: "max", label: "At most seconds", kind: Kind::Seconds },
    Field { name: "errors", label: "With errors", kind: Kind::Some },
    Field { name: "sockets", label: "With sockets", kind: Kind::Some },
    Field { name: "state", label: "Live", kind: Kind::Live },
];

impl Field {
    /// The value for the server; `None` where the field is empty or not valid.
    fn parameter(&self, value: &str) -> Option<String> {
        match self.kind {
            _ if value.is_empty() => None,
            Kind::Text => Some(String::from(js_sys::encode_uri_component(value))),
            Kind::Day(is_end) => {
                let start = js_sys::Date::new(&format!("{value}T00:00").into()).get_time();
                let at = if is_end { start + DAY_MS - 1.0 } else { start };
                at.is_finite().then(|| at.to_string())
            }
            Kind::Seconds => {
                let ms = value.parse::<f64>().ok()? * 1000.0;
                (ms >= 0.0 && ms.is_finite()).then(|| ms.round().to_string())
            }
            Kind::Some => Some("1".to_owned()),
            Kind::Live => Some("live".to_owned()),
        }
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Text => "search",
            Kind::Day(_) => "date",
            Kind::Seconds => "number",
            Kind::Some | Kind::Live => "checkbox",
        }
    }

    fn is_checkbox(&self) -> bool {
        matches!(self.kind, Kind::Some | Kind::Live)
    }
}

/// What the server is asked, by the fields in the page's address.
fn parameters(address: &ParamsMap) -> String {
    let parameters = FIELDS.iter().filter_map(|field| {
        let value = field.parameter(address.get(field.name)?.trim())?;
        Some(format!("{}={value}", field.name))
    });
    parameters.collect::<Vec<_>>().join("&")
}

#[component]
pub(super) fn ServerCatalog(address: String) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(parameters));
    // Another search begins with one page.
    let pages = RwSignal::new((String::new(), 1_u32));
    let page_count =
        move || pages.with(|(of, count)| asked.with(|asked| if asked == of { *count } else { 1 }));
    let source = address.clone();
    let request = Memo::new(move |_| CatalogRequest {
        address: address.clone(),
        parameters: asked.get(),
        pages: page_count(),
    });
    let (attempt, set_attempt) = signal(0_u32);
    let found = found_sessions(request, attempt);
    let again = move || set_attempt.update(|attempt| *attempt = attempt.wrapping_add(1));
    keep_fresh(again);
    let more = move |_| pages.set((asked.get_untracked(), untrack(page_count) + 1));
    let retry = Callback::new(move |()| again());
    view! {
        <section class="home-sessions">
            <h2>"Sessions"</h2>
            <SearchForm />
            {move || {
                let FoundSessions { entries, has_more, error, is_known } = found.get();
                let alert = error.map(|error| {
                    view! { <Alert what=error.what() remedy=error.remedy() place=error.place.clone() on_retry=Some(retry) /> }
                });
                let is_empty = entries.is_empty() && is_known && alert.is_none();
                let empty = if asked.with(String::is_empty) {
                    "No session has been recorded yet"
                } else {
                    "No session matches"
                };
                view! {
                    {alert}
                    {is_empty.then(|| view! { <p class="app-dim" role="status">{empty}</p> })}
                    {session_list(entries, Some(source.clone()))}
                    {has_more.then(|| view! { <button type="button" class="ui-button" on:click=more>"Show more"</button> })}
                }
            }}
        </section>
    }
}

/// Looks again from time to time, while the page is visible.
fn keep_fresh(again: impl Fn() + Copy + 'static) {
    let look = move || {
        if !document().hidden() {
            again();
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, REFRESH) {
        on_cleanup(move || timer.clear());
    }
}

/// The fields. What they hold is in the page's address, so that a search can be linked.
#[component]
fn SearchForm() -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let values = FIELDS
        .map(|field| RwSignal::new(query.with_untracked(|query| query.get(field.name)).unwrap_or_default()));
    let apply = move || {
        let filled = FIELDS.iter().zip(&values).filter_map(|(field, value)| {
            let value = value.get_untracked();
            let value = Some(value.trim()).filter(|value| !value.is_empty())?;
            Some(format!("{}={}", field.name, String::from(js_sys::encode_uri_component(value))))
        });
        let query = filled.collect::<Vec<_>>().join("&");
        let address = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
        navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    };
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let changed = Callback::new(move |()| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(apply.clone(), TYPING_PAUSE).ok());
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    view! {
        <form role="search" class="home-search" on:submit=|event| event.prevent_default()>
            {FIELDS.iter().zip(values).map(|(field, value)| field_view(field, value, changed)).collect_view()}
        </form>
    }
}

fn field_view(field: &'static Field, value: RwSignal<String>, changed: Callback<()>) -> AnyView {
    if field.is_checkbox() {
        let check = move |event| {
            value.set(if event_target_checked(&event) { "1".to_owned() } else { String::new() });
            changed.run(());
        };
        return view! {
            <label class="home-search-check">
                <input type="checkbox" prop:checked=move || value.with(|value| !value.is_empty()) on:change=check />
                {field.label}
            </label>
        }
        .into_any();
    }
    let typed = move |event| {
        value.set(event_target_value(&event));
        changed.run(());
    };
    view! {
        <label class="home-search-field" class:home-search-wide=field.name == "q">
            <span class="app-dim">{field.label}</span>
            <input class="ui-input" type=field.input_type() min="0" autocomplete="off" spellcheck="false" prop:value=value on:input=typed />
        </label>
    }
    .into_any()
}
