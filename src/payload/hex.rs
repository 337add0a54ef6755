//! Bytes in hexadecimal.

use std::fmt::Write;
use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, hex};

use crate::ui::{Lines, VNode};

/// Offset, bytes and ASCII of the payload, a row for every 16 bytes.
#[component]
pub fn HexView(payload: Arc<Payload>) -> impl IntoView {
    let rows = hex::rows(payload.bytes().len());
    if rows == 0 {
        return view! { <p class="ui-payload-word">"Empty"</p> }.into_any();
    }
    let line = move |index: usize| {
        let row = hex::row(payload.bytes(), index);
        let part = |class: &'static str, text: String| VNode::new("span").class(class).text(text);
        let parts = [
            part("ui-hex-offset", row.offset),
            part("ui-hex-bytes", row.hex),
            part("ui-hex-ascii", row.ascii),
        ];
        Some(VNode::new("div").class("ui-line ui-hex-row").children(parts))
    };
    view! {
        <Lines class="ui-hex" role="group" label="Hex" lines=Signal::derive(move || rows) line=line />
    }
    .into_any()
}

/// All rows as text, as the view shows them.
pub fn hex_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for row in (0..hex::rows(bytes.len())).map(|index| hex::row(bytes, index)) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {:<48}  {}", row.offset, row.hex, row.ascii);
    }
    text
}
