//! The chosen row below the table: a message with its payload, or the whole line of the open or the close.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::MessageRow;
use session::encodings::View;
use session::model::format_count;

use super::message_text::{MessageText, end_text, message_text};
use super::panel::Panel;
use super::row::sign_class;
use super::row_text::{Face, face};
use crate::store::local_clock;
use crate::ui::{EmptyState, Icon, IconName, PayloadView};

/// What the region shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The message with that index in file order.
    Message(u32),
    /// A message that has not arrived.
    Awaited(u32),
    End(MessageRow),
}

/// The region. `view` is the view of payloads that the user chose last.
#[component]
pub(super) fn ChosenMessage(panel: Panel, view: RwSignal<Option<View>>) -> impl IntoView {
    let share = panel.store().preferences.message_share;
    // The message is read once, however often the table grows.
    let shown = Memo::new(move |_| panel.choice().map(|choice| what_is_shown(panel, choice)));
    Effect::new(move || {
        if matches!(shown.get(), Some(Shown::Awaited(_))) && panel.is_complete() {
            panel.store().check_message(panel.row);
        }
    });
    view! {
        <section
            class="ui-chosen"
            role="region"
            aria-label="Message"
            style:height=move || format!("{:.3}%", share.get() * 100.0)
        >
            {move || match shown.get() {
                Some(Shown::Message(index)) => message(panel, index, view),
                Some(Shown::Awaited(index)) => awaited(panel, index),
                Some(Shown::End(row)) => end(panel, row),
                None => ().into_any(),
            }}
        </section>
    }
}

fn what_is_shown(panel: Panel, choice: MessageRow) -> Shown {
    let MessageRow::Message(index) = choice else { return Shown::End(choice) };
    let has_arrived = panel.look(|_, _, log| (index as usize) < log.len()).unwrap_or(false);
    if has_arrived { Shown::Message(index) } else { Shown::Awaited(index) }
}

fn message(panel: Panel, index: u32, view: RwSignal<Option<View>>) -> AnyView {
    let text = untrack(|| {
        panel.look(|session, record, log| message_text(session, record, log, index, local_clock()))
    });
    let Some(text) = text.flatten() else { return ().into_any() };
    let MessageText {
        face: shown_as,
        direction,
        time,
        time_title,
        size,
        size_title,
        words,
        payload,
        file_stem,
    } = text;
    let number = move || {
        let all = panel.look(|_, _, log| log.len() as u64).unwrap_or(0);
        format!("Message {} of {}", format_count(u64::from(index) + 1), format_count(all))
    };
    let is_hidden = move || panel.list.with(|list| list.position_of(index).is_none());
    let body = match payload {
        Ok(payload) => view! {
            <PayloadView
                payload=Arc::new(payload)
                label="Message view"
                panel="message-payload"
                chosen=view
                file_stem=file_stem
            />
        }
        .into_any(),
        Err(why) => view! { <EmptyState text=why /> }.into_any(),
    };
    view! {
        <Head panel=panel>
            {sign(shown_as)}
            <strong>{direction}</strong>
            <span class="messages-chosen-number">{number}</span>
            <span title=Some(time_title).filter(|title| !title.is_empty())>{time}</span>
            <span title=size_title>{size}</span>
            {words.into_iter().map(|word| view! { <span class="ui-chosen-word">{word}</span> }).collect_view()}
            {move || is_hidden().then(|| view! { <span class="ui-chosen-word">"Hidden by the filter"</span> })}
        </Head>
        {body}
    }
    .into_any()
}

fn awaited(panel: Panel, index: u32) -> AnyView {
    let name = format!("Message {}", format_count(u64::from(index) + 1));
    let sentence = format!("{name} has not arrived yet");
    view! {
        <Head panel=panel>
            <span class="messages-chosen-number">{name}</span>
        </Head>
        <EmptyState text=sentence />
    }
    .into_any()
}

fn end(panel: Panel, row: MessageRow) -> AnyView {
    let text = move || panel.look(|session, record, _| end_text(session, record, row, local_clock()));
    let line = Memo::new(move |_| text());
    let shown_as = face(row, None);
    view! {
        <Head panel=panel>
            {sign(shown_as)}
            <strong>{shown_as.word}</strong>
            <span title=move || line.get().map(|text| text.time_title)>{move || line.get().map(|text| text.time)}</span>
        </Head>
        <p class="messages-chosen-line">{move || line.get().map(|text| text.line)}</p>
    }
    .into_any()
}

/// The sign of a row, and the word for it for those who do not see the sign.
fn sign(face: Face) -> AnyView {
    view! {
        <span class=sign_class(face) role="img" aria-label=face.word title=face.word>
            {face.sign}
        </span>
    }
    .into_any()
}

/// The line above the payload: facts about what is chosen, and the way to close it.
#[component]
fn Head(panel: Panel, children: Children) -> impl IntoView {
    view! {
        <div class="ui-chosen-head messages-chosen-head">
            <div class="ui-chosen-facts">{children()}</div>
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Close message"
                title="Close message (Esc)"
                on:click=move |_| panel.close()
            >
                <Icon name=IconName::Close />
            </button>
        </div>
    }
}
