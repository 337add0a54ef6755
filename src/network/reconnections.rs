//! The sockets to the same endpoint, one after another.

use leptos::prelude::*;
use presentation::connection::{Chain, Link};
use presentation::labels::ending_label;

use session::protocols::Continuity;

use crate::store::{Protocols, SessionStore, ViewStore, state_link};

/// Title of the badge of a session.
const BADGE_TITLE: &str = "What the protocol says of the session, as far as the socket's messages are loaded";

#[component]
pub fn ReconnectionList(row: u32) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let chain = Memo::new(move |_| view.reconnections.with(|found| found.chain(row).cloned()));
    let content = move || {
        if let Some(chain) = chain.get() {
            list(session, row, &chain)
        } else {
            let text = if session.is_loading() {
                "Found when the session is loaded"
            } else {
                "None: no other socket to this endpoint opened after this one closed, or closed before it opened"
            };
            view! { <p class="app-dim">{text}</p> }.into_any()
        }
    };
    // Not a region of its own: its name would contain that of the tab's.
    view! {
        <section class="details-section">
            <h3>"Reconnections"</h3>
            {content}
        </section>
    }
}

fn list(session: SessionStore, row: u32, chain: &Chain) -> AnyView {
    let protocols = expect_context::<Protocols>();
    let items = chain.links.iter().map(|link| item(session, protocols, row, *link)).collect_view();
    view! { <ol class="details-chain" role="list" aria-label="Reconnections">{items}</ol> }.into_any()
}

fn item(session: SessionStore, protocols: Protocols, row: u32, link: Link) -> AnyView {
    let start = session.with(|session| Some((link.start? - session.started_at?).offset()));
    let start = start.unwrap_or_else(|| "before the recording".to_owned());
    let ending = session.with_record(link.row, ending_label).unwrap_or_default();
    let downtime = link.downtime.map(|time| {
        view! { <p class="details-chain-gap">{format!("{} without a connection", time.duration())}</p> }
    });
    let continuity = match protocols.continuity(link.row) {
        Some(Continuity::Resumed) => Some("resumed"),
        Some(Continuity::NewSession) => Some("new session"),
        None => None,
    };
    let badge = continuity
        .map(|text| view! { " " <span class="details-chain-badge" title=BADGE_TITLE>{text}</span> });
    let is_this = link.row == row;
    let name = format!("Row {}", link.row);
    let name = if is_this {
        view! { <strong>{name}", this socket"</strong> }.into_any()
    } else {
        state_link(name, move |state| state.select_row(Some(link.row)))
    };
    view! {
        <li aria-current=is_this.then_some("true")>
            {downtime}
            <p>{name} {format!(" · {start} · {ending}")} {badge}</p>
        </li>
    }
    .into_any()
}
