//! What was opened last.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use presentation::recents::{RecentItem, RecentSource};
use presentation::view_state::session_path;
use session::encodings::visible_url;

use super::open_file::open_file_dialog;
use crate::store::{FilesToOpen, Notices, Recents, ReopenError, base_path, can_pick_handles, local_clock};

/// Characters of a name on screen.
const MAX_CHARS: usize = 300;

/// The list; nothing where it is empty.
#[component]
pub(super) fn RecentRecordings() -> impl IntoView {
    let recents = expect_context::<Recents>();
    recents.find_kept();
    let is_empty = Memo::new(move |_| recents.list.with(|list| list.items().is_empty()));
    let items = move || {
        recents.list.get().items().iter().map(|item| view! { <Item item=item.clone() /> }).collect_view()
    };
    view! {
        <Show when=move || !is_empty.get()>
            <section class="home-recent">
                <div class="home-recent-head">
                    <h2>"Recent"</h2>
                    <button type="button" class="ui-button" on:click=move |_| recents.clear()>
                        "Clear recent"
                    </button>
                </div>
                <ul role="list" aria-label="Recent">{items}</ul>
                <p class="app-dim">"Only names and addresses are kept, in this browser."</p>
            </section>
        </Show>
    }
}

#[component]
fn Item(item: RecentItem) -> impl IntoView {
    let recents = expect_context::<Recents>();
    let (key, label) = (item.source.key(), visible_url(&item.source.label(), MAX_CHARS).into_owned());
    let forget_label = format!("Forget {label}");
    let opened_at = move || {
        let clock = local_clock();
        item.opened_at.wall_clock_minutes((clock.offset_minutes)(item.opened_at))
    };
    let target = match &item.source {
        RecentSource::Url(url) => {
            let href = format!("{}{}", base_path(), session_path(url));
            view! { <a class="home-recent-name" href=href title=label.clone()>{label.clone()}</a> }.into_any()
        }
        RecentSource::Files { .. } => {
            view! { <FileButton item_key=key.clone() label=label.clone() /> }.into_any()
        }
    };
    view! {
        <li class="home-recent-item">
            {target}
            <span class="app-dim home-recent-time">{opened_at}</span>
            <button type="button" class="ui-button" aria-label=forget_label on:click=move |_| recents.forget(&key)>
                "Forget"
            </button>
        </li>
    }
}

/// Files of this computer: read again where the browser can, else chosen again.
#[component]
fn FileButton(item_key: String, label: String) -> impl IntoView {
    let (recents, files_to_open) = (expect_context::<Recents>(), expect_context::<FilesToOpen>());
    let notices = expect_context::<Notices>();
    let navigate = use_navigate();
    let key = StoredValue::new(item_key);
    let is_kept = Memo::new(move |_| recents.kept.with(|kept| key.with_value(|key| kept.contains(key))));
    let name = label.clone();
    let open = move |_| {
        if !is_kept.get_untracked() && !can_pick_handles() {
            open_file_dialog();
            return;
        }
        let (navigate, name) = (navigate.clone(), name.clone());
        spawn_local(async move {
            let kept = if is_kept.get_untracked() { recents.reopen(&key.get_value()).await } else { None };
            let files = match kept {
                Some(Ok(files)) => Some(files),
                Some(Err(ReopenError::NotAllowed)) => {
                    notices.add(format!("The browser was not allowed to read {name}: open it again"));
                    None
                }
                Some(Err(ReopenError::NotFound)) => {
                    notices.add(format!("{name} was moved or deleted: open it again"));
                    None
                }
                None => recents.pick().await,
            };
            if let Some(files) = files.filter(|files| !files.is_empty()) {
                files_to_open.set_kept(files);
                navigate("/session", NavigateOptions::default());
            }
        });
    };
    view! {
        <span class="home-recent-name">
            <button type="button" class="home-recent-file" title=label.clone() on:click=open>{label.clone()}</button>
            {move || (!is_kept.get()).then(|| view! { <span class="app-dim">" choose the file again"</span> })}
        </span>
    }
}
