//! Bytes in hexadecimal.

use std::fmt::Write;
use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;
use session::encodings::hex::{self, HexRow};

use super::credentials::HiddenRanges;
use crate::ui::{Lines, VNode};

/// What is shown for half a byte, or a character, of a hidden credential.
const HIDDEN: &str = "•";

/// Offset, bytes and ASCII of the payload, a row for every 16 bytes.
#[component]
pub fn HexView(payload: Arc<Payload>) -> impl IntoView {
    let rows = hex::rows(payload.bytes().len());
    if rows == 0 {
        return view! { <p class="ui-payload-word">"Empty"</p> }.into_any();
    }
    let hidden = HiddenRanges::of(&payload);
    let line = move |index: usize| {
        let row = masked(hex::row(payload.bytes(), index), index, hidden);
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

/// A row without the hidden bytes.
fn masked(row: HexRow, index: usize, hidden: HiddenRanges) -> HexRow {
    let flags = hidden.flags(index.saturating_mul(hex::ROW_LEN), row.ascii.chars().count());
    if !flags.contains(&true) {
        return row;
    }
    let part = |text: &str, flag: Option<&bool>| {
        if flag == Some(&true) { HIDDEN.repeat(text.chars().count()) } else { text.to_owned() }
    };
    let mut bytes = flags.iter();
    // Two spaces separate the halves of a row.
    let digits =
        row.hex.split(' ').map(|pair| if pair.is_empty() { String::new() } else { part(pair, bytes.next()) });
    let hex = digits.collect::<Vec<_>>().join(" ");
    let characters =
        row.ascii.chars().zip(&flags).map(|(char, flag)| part(char.encode_utf8(&mut [0; 4]), Some(flag)));
    HexRow { hex, ascii: characters.collect(), ..row }
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
