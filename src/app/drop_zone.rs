//! Files may be dropped anywhere.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use session::formats::FORMAT_LIST;
use web_sys::DragEvent;

use crate::store::{FilesToOpen, Notices, Recents, files_of, handles_of};

/// Takes files and folders that are dropped on the page and opens them.
#[component]
pub fn DropZone(children: Children) -> impl IntoView {
    let (files_to_open, notices) = (expect_context::<FilesToOpen>(), expect_context::<Notices>());
    let navigate = use_navigate();
    // Entering a child fires before leaving its parent: the pointer is inside while the depth is
    // above 0.
    let depth = RwSignal::new(0_i32);
    let has_files = |event: &DragEvent| {
        event.data_transfer().is_some_and(|transfer| transfer.types().iter().any(|kind| kind == "Files"))
    };
    let dropped = move |event: DragEvent| {
        depth.set(0);
        let Some(transfer) = event.data_transfer().filter(|_| has_files(&event)) else { return };
        event.prevent_default();
        let (files, handles) = (files_of(&transfer), handles_of(&transfer));
        let navigate = navigate.clone();
        spawn_local(async move {
            let files = files.await;
            if files.is_empty() {
                notices.add("The drop contained no files");
                return;
            }
            if Recents::keep(&files, handles.await) {
                files_to_open.set_kept(files);
            } else {
                files_to_open.set(files);
            }
            navigate("/session", NavigateOptions::default());
        });
    };
    view! {
        <div
            class="app-drop"
            on:dragenter=move |event| {
                if has_files(&event) {
                    depth.update(|depth| *depth += 1);
                }
            }
            on:dragleave=move |event| {
                if has_files(&event) {
                    depth.update(|depth| *depth = (*depth - 1).max(0));
                }
            }
            on:dragover=move |event| {
                if has_files(&event) {
                    event.prevent_default();
                }
            }
            on:drop=dropped
        >
            {children()}
            {move || {
                (depth.get() > 0)
                    .then(|| {
                        view! {
                            <div class="app-drop-hint">
                                <p>"Drop to open"</p>
                                <p class="app-dim">
                                    {format!("Opens {FORMAT_LIST}, or a zip of any of them. Nothing is uploaded.")}
                                </p>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
