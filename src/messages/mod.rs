//! The messages of a socket: fetched when they are shown, in a table of their own, and one of them
//! in full.

mod around;
mod changes;
mod detail;
mod export;
mod filter_cache;
mod message_text;
mod order;
mod panel;
mod row;
mod row_text;
mod schema_bar;
mod selection;
mod status;
mod table;
mod toolbar;
mod unpack;

use leptos::prelude::*;
use presentation::messages::MessageRow;
use presentation::pane_shares::Pane;
use session::model::Session;
use web_sys::KeyboardEvent;

use crate::store::{MessageExport, Messages, PaneSizes, Protocols, SessionStore, ViewStore, is_typing};
use crate::ui::{Axis, Splitter};

use detail::MessageDetail;
use export::ExportStatus;
use panel::Panel;
use status::{LoadAlerts, Notes, StatusLine};
use table::MessageTable;
use toolbar::{ProtocolLine, Toolbar};

/// The messages of the socket at that row. Another row has another panel.
#[component]
pub fn MessagesPanel(row: u32) -> impl IntoView {
    let (session, messages) = (expect_context::<SessionStore>(), expect_context::<Messages>());
    let panel = Panel::new(row);
    // While a session loads, a socket can be on screen before its messages file is known.
    let has_file = Memo::new(move |_| panel.has_file());
    Effect::new(move || {
        if has_file.get() {
            untrack(|| messages.open(row));
        }
    });
    // A socket's messages are analyzed as they come.
    let (protocols, state) = (expect_context::<Protocols>(), expect_context::<ViewStore>().state);
    let decode_as = Memo::new(move |_| state.with(|state| (state.decode_as.clone(), state.pair_by.clone())));
    Effect::new(move || {
        let _ = decode_as.get();
        let _ = panel.with(|_, _, log| log.len());
        let _ = panel.state();
        if !panel.is_event_stream {
            untrack(|| protocols.inspect(row));
        }
    });
    on_cleanup(move || {
        messages.close();
        protocols.close();
    });

    let pressed = move |event: KeyboardEvent| {
        if event.key() == "p" && !is_typing(&event) && !event.ctrl_key() && panel.select_partner() {
            event.prevent_default();
            event.stop_propagation();
        }
        let is_message = || matches!(untrack(|| panel.selected()), Some(MessageRow::Message(_)));
        if event.key() == "a" && !event.ctrl_key() && !event.meta_key() && !is_typing(&event) && is_message()
        {
            event.prevent_default();
            event.stop_propagation();
            around::toggle(state);
        }
        let has_several = untrack(|| panel.has_several());
        if event.key() == "Escape" && (has_several || untrack(|| panel.selected()).is_some()) {
            event.prevent_default();
            event.stop_propagation();
            if has_several { panel.deselect_others() } else { panel.close() }
        }
    };
    let export = MessageExport::new();
    let size = expect_context::<PaneSizes>().of(Pane::Message);
    let has_hours = Memo::new(move |_| session.with(lasts_hours));
    view! {
        <div class="messages" on:keydown=pressed>
            <Toolbar panel=panel export=export />
            {(!panel.is_event_stream).then(|| view! { <ProtocolLine panel=panel /> })}
            <StatusLine panel=panel />
            <ExportStatus export=export />
            <LoadAlerts panel=panel />
            <Notes panel=panel />
            <div class="messages-panes" class:messages-with-hours=move || has_hours.get()>
                <MessageTable panel=panel />
                <Show when=move || panel.selected().is_some()>
                    <Splitter label="Height of the message" axis=Axis::Vertical share=size.share range=Pane::Message.range() on_change=size.set />
                    <MessageDetail panel=panel />
                </Show>
            </div>
        </div>
    }
}

/// Whether times in the session are written with hours.
fn lasts_hours(session: &Session) -> bool {
    const HOUR_MS: f64 = 3_600_000.0;
    let length = session.end().zip(session.started_at).map(|(end, start)| end - start);
    length.is_some_and(|length| length.ms() >= HOUR_MS)
}
