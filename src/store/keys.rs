//! What the parts of the screen share of the keyboard.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Whether the key goes into a text field, or belongs to a command of the browser.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let in_field = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    in_field || event.ctrl_key() || event.meta_key() || event.alt_key()
}
