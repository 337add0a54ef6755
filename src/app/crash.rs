//! The crash screen: a panic cannot be caught, so a part of the page that needs no app shows it.
//! Exhausted memory causes a trap instead of a panic: `static/boot.mjs` listens for those.

use leptos::prelude::document;

/// Shows the page's own "crashed" element when the app panics.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let document = document();
        let Some(crashed) = document.get_element_by_id("crashed") else { return };
        // What failed first is the reason; an app that was stopped by a trap panics wherever it is
        // called again.
        if !crashed.has_attribute("hidden") {
            return;
        }
        if let Some(what) = document.get_element_by_id("crashed-what") {
            what.set_text_content(Some(&panic.to_string()));
        }
        // Nothing more can be done where even this fails.
        let _ = crashed.set_attribute("role", "alert").and_then(|()| crashed.remove_attribute("hidden"));
    }));
}
