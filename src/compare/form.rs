//! Choosing the recording to compare with: a file, a drop, or a URL.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{DragEvent, SubmitEvent};

use crate::store::{Comparison, files_of, picked};
use crate::ui::{Icon, IconName};

/// The contents of the dialog.
#[component]
pub fn ComparisonForm() -> impl IntoView {
    let comparison = expect_context::<Comparison>();
    let text = RwSignal::new(String::new());
    let input: NodeRef<Input> = NodeRef::new();
    let picked_files = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let files = input.files().map(|list| picked(&list)).unwrap_or_default();
        // The same file can be chosen again.
        input.set_value("");
        comparison.open_files(files);
    };
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let url = text.get_untracked().trim().to_owned();
        if !url.is_empty() {
            comparison.open_url(url);
        }
    };
    let dropped = move |event: DragEvent| {
        let Some(transfer) = event.data_transfer() else { return };
        event.prevent_default();
        event.stop_propagation();
        let files = files_of(&transfer);
        spawn_local(async move { comparison.open_files(files.await) });
    };
    view! {
        <div
            class="compare-form"
            // A drop anywhere else opens the recording in place of this one.
            on:dragenter=move |event: DragEvent| event.stop_propagation()
            on:dragleave=move |event: DragEvent| event.stop_propagation()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                event.stop_propagation();
            }
            on:drop=dropped
        >
            <p>
                "Pairs the requests and sockets of both recordings and shows what is missing, added or changed, such as between one that works and one that does not."
            </p>
            <div class="compare-form-files">
                <button
                    type="button"
                    class="ui-button"
                    on:click=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.click();
                        }
                    }
                >
                    <Icon name=IconName::Open />
                    "Choose file"
                </button>
                <input
                    class="ui-hidden-input"
                    type="file"
                    multiple
                    aria-label="File to compare with"
                    tabindex="-1"
                    node_ref=input
                    on:change=picked_files
                />
                <span class="app-dim">"or drop it here. Nothing is uploaded, and a link cannot name it."</span>
            </div>
            <form class="compare-form-url" on:submit=submitted>
                <input
                    class="ui-input"
                    type="text"
                    inputmode="url"
                    aria-label="URL to compare with"
                    placeholder="https://… a recording, a zip, or a folder ending in /"
                    autocomplete="off"
                    spellcheck="false"
                    bind:value=text
                />
                <button type="submit" class="ui-button ui-button-main" disabled=move || text.get().trim().is_empty()>
                    "Compare"
                </button>
            </form>
        </div>
    }
}
