//! Text and base64, wrapped; long ones as virtual lines.

use std::borrow::Cow;
use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, base64, visible_lines};
use session::redact::mask;

use super::credentials::{HiddenRanges, hides_credentials};
use super::lines::{ShownText, TextLines};
use super::search::BodySearch;
use crate::ui::{Lines, VNode};

/// Most bytes of a text that is drawn completely, so that the browser wraps and searches it.
const MAX_FULL_BYTES: usize = 64 << 10;
/// The payload's text. Control and direction characters are made visible; what is copied and saved
/// has them as they are.
#[component]
pub fn TextView(
    payload: Arc<Payload>,
    #[prop(optional_no_strip)] search: Option<BodySearch>,
) -> impl IntoView {
    let hides = hides_credentials();
    move || {
        let masked = payload.text().filter(|_| hides.get()).map(mask);
        match masked {
            Some(Cow::Owned(masked)) => recorded_text(Arc::new(Payload::from_text(masked)), search),
            Some(Cow::Borrowed(_)) | None => recorded_text(Arc::clone(&payload), search),
        }
    }
}

fn recorded_text(payload: Arc<Payload>, search: Option<BodySearch>) -> AnyView {
    let text = payload.text().unwrap_or_default();
    let is_searched = search.is_some_and(|search| search.is_open.get());
    if text.is_empty() || text.len() <= MAX_FULL_BYTES && !is_searched {
        return full_text("Text", visible_lines(text, usize::MAX).into_owned());
    }
    view! { <TextLines text=ShownText::Recorded(payload) search=search /> }.into_any()
}

/// The payload's bytes in base64.
#[component]
pub fn Base64View(payload: Arc<Payload>) -> impl IntoView {
    let length = payload.bytes().len();
    let hidden = HiddenRanges::of(&payload);
    if length <= MAX_FULL_BYTES / 4 * 3 {
        return (move || full_text("Base64", masked_base64(&payload, 0, length, hidden))).into_any();
    }
    let columns = RwSignal::new(0);
    // Four digits encode three bytes, so a line begins at a byte.
    let bytes_in_line = Memo::new(move |_| columns.get() / 4 * 3);
    let line = move |index: usize| {
        let start = index.saturating_mul(bytes_in_line.get());
        let end = start.saturating_add(bytes_in_line.get()).min(length);
        Some(line_node(masked_base64(&payload, start, end, hidden)))
    };
    view! {
        <Lines
            class="ui-text-lines"
            role="group"
            label="Base64"
            lines=Signal::derive(move || match bytes_in_line.get() {
                0 => 0,
                bytes => length.div_ceil(bytes),
            })
            columns=columns
            line=line
        />
    }
    .into_any()
}

/// The bytes from `start`, a multiple of three, in base64 without the digits of hidden ones.
fn masked_base64(payload: &Payload, start: usize, end: usize, hidden: HiddenRanges) -> String {
    let digits = base64::encode(payload.bytes().get(start..end).unwrap_or_default());
    let flags = hidden.flags(start, end.saturating_sub(start));
    if !flags.contains(&true) {
        return digits;
    }
    let is_hidden = |at: usize| flags.chunks(3).nth(at / 4).is_some_and(|bytes| bytes.contains(&true));
    digits.chars().enumerate().map(|(at, digit)| if is_hidden(at) { '•' } else { digit }).collect()
}

fn full_text(label: &'static str, text: String) -> AnyView {
    if text.is_empty() {
        return view! { <p class="ui-payload-word">"Empty"</p> }.into_any();
    }
    view! {
        <pre class="ui-text" role="group" aria-label=label tabindex="0">
            {text}
        </pre>
    }
    .into_any()
}

fn line_node(text: String) -> VNode {
    VNode::new("div").class("ui-line").text(text)
}
