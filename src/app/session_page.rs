//! The session page: header, timeline, tabs, replay.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use presentation::pane_shares::Pane;
use session::encodings::visible_line;
use session::model::format_count;

use super::compare_dialog::CompareDialog;
use super::export::ExportDialog;
use super::header::Header;
use super::keyboard::handle_keys;
use super::layout_menu::LayoutMenu;
use super::load_state::{LoadAlerts, LoadProgress, NoSession, Notes};
use super::panes;
use super::shortcuts::{ShortcutList, ShortcutsOpen};
use crate::network::NetworkTab;
use crate::replay::{ReplayPane, Transport, has_page, why_no_page};
use crate::source::painted;
use crate::store::{
    Comparison, FilesToOpen, Live, LoadStatus, PaneSizes, Playback, Preferences, SessionStore, SessionTab,
    ViewStore,
};
use crate::timeline::Timeline;
use crate::ui::{Axis, Splitter, Tab, Tabs, observe_size};

#[component]
pub fn SessionPage() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let (search, files_to_open) = (use_location().search, expect_context::<FilesToOpen>());
    Effect::new(move || {
        let search = search.get();
        match files_to_open.take() {
            // The address still names what was open before.
            Some(files) => view.open_files(files),
            None => untrack(|| view.visit(&search)),
        }
    });
    provide_context(ShortcutsOpen(RwSignal::new(false)));
    view.sync_address_bar();
    handle_keys();

    let rows = Memo::new(move |_| session.with(presentation::network::row_count));
    let has_content = Memo::new(move |_| session.with(|session| !session.is_empty()));
    // A session that could not be opened at all has no tables to show.
    let has_tables = Memo::new(move |_| match session.status.get() {
        LoadStatus::Idle => false,
        LoadStatus::Failed(_) => has_content.get(),
        LoadStatus::Loading | LoadStatus::Ready | LoadStatus::Canceled => true,
    });
    let has_timeline = after_first_rows(session, rows);
    expect_context::<Playback>().run_clock();
    expect_context::<Live>().run();
    view! {
        <div class="app-session">
            <Header />
            <LoadProgress />
            <LoadAlerts />
            <Show when=move || has_tables.get() fallback=NoSession>
                <div class="app-timeline">
                    <Show when=move || has_timeline.get()>
                        <Timeline transport=|| view! { <Transport /> }.into_any() />
                    </Show>
                </div>
                <SessionTabs />
            </Show>
        </div>
        <ShortcutList />
        <ExportDialog />
        <CompareDialog />
    }
}

/// The tabs, and the replay next to them.
#[component]
pub(super) fn SessionTabs() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let preferences: Preferences = expect_context();
    let current = Memo::new(move |_| view.tab());
    let comparison = expect_context::<Comparison>();
    let tabs = Memo::new(move |_| {
        let are_there = SessionTab::ALL.into_iter();
        let are_there = are_there.filter(|tab| *tab != SessionTab::Compare || comparison.is_open());
        are_there.map(|tab| tab_with_count(session, comparison, tab)).collect::<Vec<_>>()
    });
    let replay = session.replay();
    let has_page = Memo::new(move |_| has_page(session, replay));
    // Without requests the session is about the page: it gets most of the width.
    let is_about_page =
        Memo::new(move |_| matches!(view.first_tab.get(), SessionTab::Console | SessionTab::Events));
    let has_replay = Memo::new(move |_| has_page.get() && preferences.shows_replay.get());
    let has_messages = Memo::new(move |_| {
        let row = view.state.with(|state| state.selected_row);
        row.and_then(|row| session.with_record(row, |_, record| record.socket().is_some())) == Some(true)
    });
    let sizes = PaneSizes::new(preferences, has_replay, has_messages);
    provide_context(sizes);
    let pane = move || if is_about_page.get() { Pane::PageTools } else { Pane::Tools };
    let size = move || sizes.of(pane());
    // The shape of the page as it was first: a pane that followed each change would jump.
    let aspect = Memo::new(move |_| session.with(presentation::replay::page_aspect));
    let is_fitted = Memo::new(move |_| aspect.get().is_some() && size().chosen.get().is_none());
    let tools: NodeRef<Div> = NodeRef::new();
    observe_size(tools, move |tools| {
        let screen = window().inner_width().ok().and_then(|width| width.as_f64());
        sizes.measured(f64::from(tools.client_width()), screen.unwrap_or(f64::INFINITY));
    });
    view! {
        <div
            class="app-main"
            class:app-about-page=is_about_page
            class:app-fitted=is_fitted
            style:--page-aspect=move || aspect.get().map(|aspect| format!("{aspect:.4}"))
            style:--tools-share=move || format!("{:.3}%", size().share.get() * 100.0)
        >
            <Show when=move || has_replay.get()>
                <ReplayPane replay=replay />
                {move || {
                    let (range, size) = (pane().range(), size());
                    view! { <Splitter label="Width of the replay" axis=Axis::Horizontal share=size.share range=range on_change=size.set /> }
                }}
            </Show>
            <div class="app-tools" node_ref=tools>
                <div class="app-tabs-line">
                    <Tabs
                        label="Session tools"
                        class="app-tabs"
                        panel="app-tool"
                        tabs=tabs
                        current=Signal::derive(move || current.get().key().to_owned())
                        on_select=move |key| view.show_tab(SessionTab::from_key(key).unwrap_or_default())
                    />
                    {move || why_no_page(session, replay).map(|why| no_replay(&why))}
                    <LayoutMenu has_page=has_page />
                </div>
                <div class="app-tool" id="app-tool" role="tabpanel" aria-label=move || current.get().label()>
                    {move || panel(current.get())}
                </div>
            </div>
        </div>
    }
}

/// Becomes true when the first rows are on screen, or when none are expected: what is built then
/// does not delay them.
fn after_first_rows(session: SessionStore, rows: Memo<u32>) -> RwSignal<bool> {
    let are_there = RwSignal::new(false);
    let is_due = Memo::new(move |_| rows.get() > 0 || !session.is_loading());
    Effect::new(move || {
        if is_due.get() {
            spawn_local(async move {
                painted().await;
                // The page may be closed by now.
                let _ = are_there.try_set(true);
            });
        }
    });
    are_there
}

/// Most characters of a reason: it may quote the recording.
const MAX_REASON_CHARS: usize = 500;

/// Why there is no replay next to the tabs.
fn no_replay(why: &str) -> impl IntoView + use<> {
    let label = format!("No replay. {}", visible_line(why, MAX_REASON_CHARS));
    let title = label.clone();
    view! {
        <span class="app-no-replay" role="note" title=title>
            {label}
        </span>
    }
}

/// A tab with its number of rows.
fn tab_with_count(session: SessionStore, comparison: Comparison, tab: SessionTab) -> Tab {
    let count = session.with(|session| match tab {
        SessionTab::Network => Some(presentation::network::row_count(session).into()),
        SessionTab::Console => Some(session.console.len() as u64),
        SessionTab::Events => Some(presentation::events::event_count(session) as u64),
        SessionTab::Compare => comparison.differences.get(),
    });
    Tab::new(tab.key(), tab.label()).with_badge(count.map(format_count).unwrap_or_default())
}

fn panel(tab: SessionTab) -> AnyView {
    let notes = || view! { <Notes /> }.into_any();
    match tab {
        SessionTab::Network => {
            view! { <NetworkTab details=panes::details_pane search=panes::message_search notes=notes /> }
                .into_any()
        }
        SessionTab::Console => panes::console_tab(),
        SessionTab::Events => panes::events_tab(),
        SessionTab::Compare => panes::compare_tab(),
    }
}
