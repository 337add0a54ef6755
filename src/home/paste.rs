//! What is pasted on the start page: a URL, the text of a recording, or files.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use presentation::view_state::session_path;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, Element, Event, File};

use crate::store::{FilesToOpen, NamedFile, Notices, picked};

/// The name of a recording that was pasted as text.
const PASTED: &str = "pasted.json";

/// Opens what is pasted outside of a text field, as long as the start page is shown.
pub(super) fn open_pasted() {
    let (files_to_open, notices) = (expect_context::<FilesToOpen>(), expect_context::<Notices>());
    let navigate = use_navigate();
    let open = move |event: Event| {
        let Some(data) = clipboard_of(&event).filter(|_| !is_in_field(&event)) else { return };
        let files = data.files().map(|list| picked(&list)).unwrap_or_default();
        let text = data.get_data("text/plain").unwrap_or_default();
        let text = text.trim();
        if !files.is_empty() {
            files_to_open.set(files);
            navigate("/session", NavigateOptions::default());
        } else if is_url(text) {
            navigate(&session_path(text), NavigateOptions::default());
        } else if text.starts_with(['{', '[']) {
            // Fails only where the browser has no memory for it.
            if let Ok(file) = File::new_with_str_sequence(&Array::of1(&text.into()), PASTED) {
                files_to_open.set_unnamed(vec![NamedFile { path: PASTED.to_owned(), file }]);
                navigate("/session", NavigateOptions::default());
            }
        } else if !text.is_empty() {
            notices.add("What was pasted is neither a URL nor the JSON of a recording");
        }
    };
    let listener = window_event_listener_untyped("paste", open);
    on_cleanup(move || listener.remove());
}

fn clipboard_of(event: &Event) -> Option<DataTransfer> {
    Reflect::get(event, &"clipboardData".into()).ok()?.dyn_into().ok()
}

/// Whether the text goes into a field.
fn is_in_field(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA"))
}

fn is_url(text: &str) -> bool {
    let is_http = text.starts_with("http://") || text.starts_with("https://");
    is_http && !text.contains(char::is_whitespace)
}
