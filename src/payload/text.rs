//! Text and base64, wrapped; long ones as virtual lines.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, base64, visible_lines};

use super::wrap::Wrapped;
use crate::ui::{Lines, VNode};

/// Most bytes of a text that is drawn completely, so that the browser wraps and searches it.
const MAX_FULL_BYTES: usize = 64 << 10;
/// Until the width is measured there are no lines: a long text is not wrapped twice.
const NOT_MEASURED: usize = 0;

/// The payload's text. Control and direction characters are made visible; what is copied and saved
/// has them as they are.
#[component]
pub fn TextView(payload: Arc<Payload>) -> impl IntoView {
    let text = payload.text().unwrap_or_default();
    if text.len() <= MAX_FULL_BYTES {
        return full_text("Text", visible_lines(text, usize::MAX).into_owned());
    }
    let columns = RwSignal::new(NOT_MEASURED);
    let source = Arc::clone(&payload);
    let wrapped = Memo::new(move |_| {
        let text = source.text().filter(|_| columns.get() != NOT_MEASURED)?;
        Some(Arc::new(Wrapped::of(text, columns.get())))
    });
    let line = move |index: usize| {
        let text = payload.text().unwrap_or_default();
        let wrapped = wrapped.get();
        let line = wrapped.as_ref().map_or("", |wrapped| wrapped.line(text, index));
        Some(line_node(visible_lines(line, usize::MAX).into_owned()))
    };
    view! {
        <Lines
            class="ui-text-lines"
            role="group"
            label="Text"
            lines=Signal::derive(move || wrapped.get().map_or(0, |wrapped| wrapped.len()))
            columns=columns
            line=line
        />
    }
    .into_any()
}

/// The payload's bytes in base64.
#[component]
pub fn Base64View(payload: Arc<Payload>) -> impl IntoView {
    let length = payload.bytes().len();
    if length <= MAX_FULL_BYTES / 4 * 3 {
        return full_text("Base64", payload.base64());
    }
    let columns = RwSignal::new(NOT_MEASURED);
    // Four digits encode three bytes, so a line begins at a byte.
    let bytes_in_line = Memo::new(move |_| columns.get() / 4 * 3);
    let line = move |index: usize| {
        let start = index.saturating_mul(bytes_in_line.get());
        let end = start.saturating_add(bytes_in_line.get()).min(length);
        Some(line_node(base64::encode(payload.bytes().get(start..end).unwrap_or_default())))
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
