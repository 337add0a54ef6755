//! The one table of keyboard shortcuts: what the keys do stands where they act, what they are is said here.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Keys and what they do, as the list of shortcuts shows them.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    pub keys: &'static str,
    pub what: &'static str,
}

/// All shortcuts, in the order of the list.
pub const SHORTCUTS: [Shortcut; 17] = [
    Shortcut { keys: "/", what: "Filter the open tab" },
    Shortcut { keys: "↑ ↓", what: "Previous or next row of the table" },
    Shortcut { keys: "Page up, Page down", what: "A page of rows up or down" },
    Shortcut { keys: "Home, End", what: "First or last row" },
    Shortcut { keys: "Enter", what: "Open the selected row" },
    Shortcut { keys: "[ ]", what: "Previous or next request, from anywhere" },
    Shortcut { keys: "Esc", what: "Close the message, then the details; the entry or event" },
    Shortcut { keys: "← →", what: "Close or open a branch of a tree; move between tabs" },
    Shortcut { keys: "Space", what: "Play or pause" },
    Shortcut { keys: "← →", what: "A second back or forward; with shift, five" },
    Shortcut { keys: ", .", what: "To the previous or next event" },
    Shortcut { keys: "t", what: "To the moment of the selected row" },
    Shortcut { keys: "+ - 0", what: "On the waterfall's header: zoom in, zoom out, show all" },
    Shortcut { keys: "← →", what: "On the waterfall's header: move what is shown" },
    Shortcut { keys: "Tab", what: "Next part of the page" },
    Shortcut { keys: "o", what: "Open a file" },
    Shortcut { keys: "?", what: "This list" },
];

/// Whether the key goes into a text field, or belongs to a command of the browser.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let in_field = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    in_field || event.ctrl_key() || event.meta_key() || event.alt_key()
}
