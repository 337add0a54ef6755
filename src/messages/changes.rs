//! The view **Changes**: what changed since the previous message of the same event.

use leptos::prelude::*;
use presentation::messages::{MessageContent, message_changes, previous_of_event};
use session::encodings::{Change, Changes, Payload, one_line};
use session::model::{format_count, plural};
use session::protocols::DecodedMessage;
use session::redact::MASK;

use super::panel::Panel;
use crate::payload::{EmptyState, hides_credentials};
use crate::store::{offset_of, state_link};
use crate::ui::CopyButton;

/// Characters of an event name.
const MAX_EVENT_CHARS: usize = 80;

/// The message that another one is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Previous {
    /// The message is not analyzed yet.
    Pending,
    None,
    Message(u32),
}

/// The view of the message at `index`.
pub(super) fn changes_view(panel: Panel, index: u32) -> AnyView {
    let previous = Memo::new(move |_| previous(panel, index));
    let content = move || match previous.get() {
        Previous::Pending => {
            view! { <EmptyState text="Analyzing the messages before this one…" /> }.into_any()
        }
        Previous::None => view! { <EmptyState text="No earlier message of this event" /> }.into_any(),
        Previous::Message(before) => comparison(panel, before, index),
    };
    view! { <div class="messages-changes" tabindex="0" role="group" aria-label="Changes">{content}</div> }
        .into_any()
}

fn previous(panel: Panel, index: u32) -> Previous {
    // Without a status it is not known yet whether messages have event names.
    if !panel.is_event_stream && panel.protocols.status(panel.row).is_none() {
        return Previous::Pending;
    }
    let found = panel.with_analysis(|analysis, _| {
        if index as usize >= analysis.len() {
            return Some(Previous::Pending);
        }
        let found = untrack(|| panel.with(|_, _, log| previous_of_event(log, Some(analysis), index)));
        Some(found.flatten().map_or(Previous::None, Previous::Message))
    });
    found.flatten().unwrap_or_else(|| {
        let found = untrack(|| panel.with(|_, _, log| previous_of_event(log, None, index)));
        found.flatten().map_or(Previous::None, Previous::Message)
    })
}

fn comparison(panel: Panel, before: u32, after: u32) -> AnyView {
    let link = state_link(format!("#{}", format_count(u64::from(before) + 1)), move |state| {
        state.selected_message = Some(before.saturating_add(1));
    });
    let changes = untrack(|| read(panel, before, after));
    let body = match changes {
        Ok(changes) => list(changes),
        Err(number) => {
            let number = format_count(u64::from(number) + 1);
            view! { <p class="messages-changes-sum">{format!("The payload of #{number} was not recorded")}</p> }.into_any()
        }
    };
    view! {
        <p class="messages-changes-head">"Compared with " {link} {untrack(|| place(panel, before))}</p>
        {body}
    }
    .into_any()
}

/// `, the previous chat:new received, at 0:01.200`.
fn place(panel: Panel, before: u32) -> String {
    let event =
        panel.with_analysis(|analysis, _| analysis.event(before).map(|name| one_line(name, MAX_EVENT_CHARS)));
    let time = panel.with(|session, _, log| offset_of(session, log.columns.time(before as usize)));
    let event = event.flatten().unwrap_or_else(|| "message of this direction".to_owned());
    format!(", the previous {event}, at {}", time.unwrap_or_default())
}

/// What changed between two messages, or which of them was not recorded.
fn read(panel: Panel, before: u32, after: u32) -> Result<Changes, u32> {
    let (one, one_decoded) = content(panel, before).ok_or(before)?;
    let (other, other_decoded) = content(panel, after).ok_or(after)?;
    let one = MessageContent { payload: &one, decoded: one_decoded.as_ref() };
    let other = MessageContent { payload: &other, decoded: other_decoded.as_ref() };
    Ok(message_changes(one, other))
}

fn content(panel: Panel, index: u32) -> Option<(Payload, Option<DecodedMessage>)> {
    let payload = panel.with(|_, _, log| {
        let message = log.columns.get(index as usize)?;
        Payload::from_message(message.encoding, &log.raw(&message))
    })??;
    let decoded = panel.protocols.decode(panel.row, index).filter(DecodedMessage::has_content);
    Some((payload, decoded))
}

fn list(changes: Changes) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="messages-changes-sum">{format!("No changes · {}", unchanged(&changes))}</p> }.into_any();
    }
    let further = changes.further();
    let hides = hides_credentials();
    let items = changes.items.iter().map(|change| item(change, hides)).collect_view();
    let sum = summary(&changes);
    view! {
        <div class="messages-changes-sum">
            <span>{sum}</span>
            <CopyButton label="Copy" title="Copy the changes" text=move || changes.to_text() />
        </div>
        <ul class="messages-changes-list" role="list" aria-label="Changed values">
            {items}
        </ul>
        {(further > 0).then(|| view! { <p class="messages-changes-sum">{format!("{} not listed", plural(further, "further change"))}</p> })}
    }
    .into_any()
}

/// `2 changed, 1 added · 14 values unchanged`.
fn summary(changes: &Changes) -> String {
    let counts = [(changes.changed, "changed"), (changes.added, "added"), (changes.removed, "removed")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, what)| format!("{} {what}", format_count(*count))).collect::<Vec<_>>();
    format!("{} · {}", counts.join(", "), unchanged(changes))
}

fn unchanged(changes: &Changes) -> String {
    format!("{} unchanged", plural(changes.unchanged, "value"))
}

fn item(change: &Change, hides: Signal<bool>) -> AnyView {
    let (kind, glyph) = match (&change.before, &change.after) {
        (None, _) => ("Added", "+"),
        (_, None) => ("Removed", "-"),
        _ => ("Changed", "~"),
    };
    let is_hidden = change.is_hidden;
    let value = move |class: &'static str, text: String| {
        let shown = move || if is_hidden && hides.get() { MASK.to_owned() } else { text.clone() };
        view! { <span class=class>{shown}</span> }
    };
    let arrow = (kind == "Changed")
        .then(|| view! { <span class="messages-changes-arrow" aria-label="to" role="img">"→"</span> });
    view! {
        <li class="messages-changes-item">
            <span class="messages-changes-kind" role="img" aria-label=kind title=kind>{glyph}</span>
            <span class="messages-changes-path">{change.path.clone()}</span>
            <span class="messages-changes-values">
                {change.before.clone().map(|text| value("messages-changes-before", text))}
                {arrow}
                {change.after.clone().map(|text| value("messages-changes-after", text))}
            </span>
        </li>
    }
    .into_any()
}
