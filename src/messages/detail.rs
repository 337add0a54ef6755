//! The selected row below the table: a message with its payload, or the complete line of the open
//! or the close.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::MessageRow;
use presentation::pane_shares::Pane;
use session::encodings::View;
use session::model::format_count;
use session::protocols::DecodedMessage;

use super::around::{Around, AroundButton};
use super::changes::changes_view;
use super::message_text::{MessageText, lifecycle_text, message_text};
use super::panel::Panel;
use super::row::icon_class;
use super::row_text::{RowIcon, icon_of};
use super::schema_bar::{SchemaBar, Typed};
use super::unpack::Unpack;
use crate::payload::{CredentialMask, EmptyState, FieldAction, PayloadView};
use crate::store::{PaneSizes, ViewStore, local_clock};
use crate::ui::{DetailHead, DetailPane};

/// Content of the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// The message with that index in file order.
    Message(u32),
    /// A message that has not arrived.
    Pending(u32),
    /// The open or the close.
    Lifecycle(MessageRow),
}

/// The region.
#[component]
pub(super) fn MessageDetail(panel: Panel) -> impl IntoView {
    let share = expect_context::<PaneSizes>().of(Pane::Message).share;
    let view_store = expect_context::<ViewStore>();
    // The message is read once, however often the table grows.
    let detail = Memo::new(move |_| panel.selected().map(|row| detail_of(panel, row)));
    Effect::new(move || {
        if matches!(detail.get(), Some(Detail::Pending(_))) && panel.is_complete() {
            let count = untrack(|| panel.with(|_, _, log| log.len())).unwrap_or(0);
            view_store.check_message(panel.row, count);
        }
    });
    let can_pair_by_field =
        Memo::new(move |_| panel.protocols.status(panel.row).is_some_and(|status| status.can_pair_by_field));
    provide_context(FieldAction {
        label: "Pair by this field",
        key: "b",
        is_offered: can_pair_by_field.into(),
        run: Callback::new(move |path| view_store.state.update(|state| state.pair_by = Some(path))),
    });
    view! {
        <DetailPane label="Message" share=share>
            {move || match detail.get() {
                Some(Detail::Message(index)) => message(panel, index),
                Some(Detail::Pending(index)) => pending(panel, index),
                Some(Detail::Lifecycle(row)) => lifecycle(panel, row),
                None => ().into_any(),
            }}
        </DetailPane>
    }
}

fn detail_of(panel: Panel, row: MessageRow) -> Detail {
    let MessageRow::Message(index) = row else { return Detail::Lifecycle(row) };
    let has_arrived = panel.with(|_, _, log| (index as usize) < log.len()).unwrap_or(false);
    if has_arrived { Detail::Message(index) } else { Detail::Pending(index) }
}

fn message(panel: Panel, index: u32) -> AnyView {
    let text = untrack(|| {
        panel.with(|session, record, log| message_text(session, record, log, index, local_clock()))
    });
    let Some(text) = text.flatten() else { return ().into_any() };
    let MessageText { icon, direction, time, time_title, size, size_title, remarks, payload, file_stem } =
        text;
    let number = move || {
        let all = panel.with(|_, _, log| log.len() as u64).unwrap_or(0);
        format!("Message {} of {}", format_count(u64::from(index) + 1), format_count(all))
    };
    provide_context(CredentialMask::new(panel.credentials.are_shown));
    let known = panel.decoded(index);
    // What an application compressed is readable without a protocol too.
    let decompressed = payload.as_ref().ok().and_then(DecodedMessage::of_layers).map(Arc::new);
    let payload = payload.map(Arc::new);
    let unpack = payload.as_ref().ok().filter(|_| decompressed.is_none()).map(Unpack::new);
    let untyped = Signal::derive(move || {
        known.get().or_else(|| decompressed.clone()).or_else(|| unpack.and_then(Unpack::message))
    });
    let typed = Typed::new(panel, index);
    let decoded = Memo::new_with_compare(
        move |_| untyped.get().map(|message| typed.apply(message)),
        |old, new| {
            let address = |message: Option<&Option<Arc<DecodedMessage>>>| {
                message.map(|message| message.as_ref().map(Arc::as_ptr))
            };
            address(old) != address(new)
        },
    );
    let state = expect_context::<ViewStore>().state;
    let selected = move || state.with(|state| state.message_view.as_deref().and_then(View::from_key));
    let select = move |view: View| state.update(|state| state.message_view = Some(view.key().to_owned()));
    let is_hidden = Signal::derive(move || panel.list.with(|list| list.position_of(index).is_none()));
    let body = match payload {
        Ok(payload) => view! {
            <PayloadView
                payload=payload
                label="Message view"
                search_label="Search in message"
                panel="message-payload"
                decoded=decoded
                changes=move || changes_view(panel, index)
                selected=Signal::derive(selected)
                on_select=select
                file_stem=file_stem
            />
        }
        .into_any(),
        Err(why) => view! { <EmptyState text=why /> }.into_any(),
    };
    view! {
        <DetailHead
            noun="message"
            class="messages-detail-head"
            is_hidden=is_hidden
            actions=view! { <AroundButton /> }.into_any()
            on_close=move || panel.close()
        >
            {icon_view(icon)}
            <strong>{direction}</strong>
            <span class="messages-detail-number">{number}</span>
            <span title=Some(time_title).filter(|title| !title.is_empty())>{time}</span>
            <span title=size_title>{size}</span>
            {remarks.into_iter().map(|remark| view! { <span class="ui-detail-remark">{remark}</span> }).collect_view()}
            {move || unpack.filter(|_| known.with(Option::is_none)).and_then(Unpack::button)}
            {move || partner_button(panel, index)}
        </DetailHead>
        <SchemaBar typed=typed decoded=untyped />
        <div class="messages-detail-parts">
            <div class="messages-detail-payload">{body}</div>
            <Around panel=panel index=index />
        </div>
    }
    .into_any()
}

/// Selects the other message of an exchange.
fn partner_button(panel: Panel, index: u32) -> Option<AnyView> {
    let (partner, is_reply) =
        panel.with_analysis(|analysis, _| Some((analysis.partner(index)?, analysis.is_reply(index))))??;
    let label = if is_reply { "Show request" } else { "Show reply" };
    let title = format!("{label} (p): message {}", format_count(u64::from(partner) + 1));
    let button = view! {
        <button type="button" class="ui-button messages-partner" title=title on:click=move |_| panel.select_message(partner)>
            {label}
        </button>
    };
    Some(button.into_any())
}

fn pending(panel: Panel, index: u32) -> AnyView {
    let name = format!("Message {}", format_count(u64::from(index) + 1));
    let sentence = format!("{name} is not loaded yet");
    view! {
        <DetailHead noun="message" class="messages-detail-head" on_close=move || panel.close()>
            <span class="messages-detail-number">{name}</span>
        </DetailHead>
        <EmptyState text=sentence />
    }
    .into_any()
}

fn lifecycle(panel: Panel, row: MessageRow) -> AnyView {
    let text = move || panel.with(|session, record, _| lifecycle_text(session, record, row, local_clock()));
    let line = Memo::new(move |_| text());
    let icon = icon_of(row, None);
    view! {
        <DetailHead noun="message" class="messages-detail-head" on_close=move || panel.close()>
            {icon_view(icon)}
            <strong>{icon.label}</strong>
            <span title=move || line.get().map(|text| text.time_title)>{move || line.get().map(|text| text.time)}</span>
        </DetailHead>
        <p class="messages-detail-line">{move || line.get().map(|text| text.line)}</p>
    }
    .into_any()
}

/// The icon of a row, with its label for screen readers.
fn icon_view(icon: RowIcon) -> AnyView {
    view! {
        <span class=icon_class(icon) role="img" aria-label=icon.label title=icon.label>
            {icon.glyph}
        </span>
    }
    .into_any()
}
