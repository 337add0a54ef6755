//! The viewer of a payload, with the views that fit it.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use session::encodings::{Payload, Shape, View};
use session::protocols::DecodedMessage;
use session::redact::credential_ranges;

use super::credentials::{CredentialMask, CredentialToggle};
use super::decoded::DecodedView;
use super::hex::{HexView, hex_text};
use super::image::image_view;
use super::media::media_view;
use super::search::{BodySearch, SearchBar, SearchButton};
use super::source::{SourceActions, SourceState, SourceView};
use super::text::{Base64View, TextView};
use super::tree::{JsonView, TreeActions, TreeState};
use crate::ui::{CopyButton, Icon, IconName, Tab, Tabs, download};

/// The states of the views.
#[derive(Clone, Copy, Debug)]
struct Parts {
    tree: TreeState,
    source: SourceState,
    search: BodySearch,
}

/// The views that fit a payload as tabs, what the open one shows, and buttons to copy and to save
/// it.
#[component]
pub fn PayloadView(
    payload: Arc<Payload>,
    /// The payload as its protocol reads it.
    #[prop(optional, into)]
    decoded: Signal<Option<Arc<DecodedMessage>>>,
    /// Draws what changed since another payload, where there can be one.
    #[prop(optional, into)]
    changes: Option<ViewFn>,
    /// The name of the tabs: `Message view`.
    label: &'static str,
    /// The id of the element that the tabs switch, unique in the page.
    panel: &'static str,
    /// The view that the user selected last; where it does not fit, the payload's own first view is
    /// shown.
    #[prop(into)]
    selected: Signal<Option<View>>,
    #[prop(into)] on_select: Callback<View>,
    /// The name of the file that is saved, without extension.
    file_stem: String,
    /// The name of the search box.
    #[prop(default = "Search in body")]
    search_label: &'static str,
) -> impl IntoView {
    let (views, first) = (payload.views(), payload.first_view());
    let has_changes = changes.is_some();
    let views = Memo::new(move |_| {
        let is_decoded = decoded.with(Option::is_some);
        let decoded = is_decoded.then_some(View::Decoded).into_iter();
        decoded.chain(views.iter().copied()).chain(has_changes.then_some(View::Changes)).collect::<Vec<_>>()
    });
    let view = Memo::new(move |_| {
        let first = if decoded.with(Option::is_some) { View::Decoded } else { first };
        selected.get().filter(|view| views.with(|views| views.contains(view))).unwrap_or(first)
    });
    let search = BodySearch::new();
    let parts = Parts { tree: TreeState::with_search(search), source: SourceState::new(&payload), search };
    let tree = parts.tree;
    let is_source = payload.language().is_some();
    let has_tree = payload.tree().is_some();
    let is_searchable = Signal::derive(move || match view.get() {
        View::Parsed => has_tree,
        View::Text => true,
        View::Decoded | View::Preview | View::Hex | View::Base64 | View::Changes => false,
    });
    let container: NodeRef<Div> = NodeRef::new();
    let has_hidden = has_hidden(&payload, decoded, view);
    let tabs = Signal::derive(move || {
        views.get().into_iter().map(|view| Tab::new(view.key(), name(view))).collect::<Vec<_>>()
    });
    let select = move |wanted: &'static str| {
        if let Some(view) = View::from_key(wanted) {
            on_select.run(view);
        }
    };
    let (copied, saved, shown) = (Arc::clone(&payload), Arc::clone(&payload), payload);
    view! {
        <div class="ui-payload" node_ref=container>
            <div class="ui-payload-bar">
                <Tabs
                    label=label
                    class="ui-segments"
                    panel=panel
                    tabs=tabs
                    current=Signal::derive(move || view.get().key().to_owned())
                    on_select=select
                />
                {move || {
                    (view.get() == View::Parsed)
                        .then(|| view! { <TreeActions state=tree /> })
                }}
                {move || {
                    (is_source && view.get() == View::Text)
                        .then(|| view! { <SourceActions state=parts.source /> })
                }}
                <span class="ui-payload-gap"></span>
                <Show when=move || is_searchable.get()>
                    <SearchButton search=search label=search_label />
                </Show>
                <CredentialToggle has_credentials=has_hidden />
                {move || {
                    let copied = Arc::clone(&copied);
                    let is_text = match view.get() {
                        View::Preview | View::Decoded => copied.text().is_some(),
                        // It has a button of its own.
                        View::Changes => false,
                        View::Parsed | View::Text | View::Hex | View::Base64 => true,
                    };
                    is_text
                        .then(|| {
                            view! { <CopyButton label="Copy" text=move || text_of(&copied, view.get_untracked()) /> }
                        })
                }}
                <DownloadButton payload=saved file_stem=file_stem />
            </div>
            <SearchBar search=search label=search_label container=container is_available=is_searchable />
            <div class="ui-payload-body" id=panel role="tabpanel" aria-label=move || name(view.get())>
                {move || match (view.get(), &changes) {
                    (View::Changes, Some(changes)) => changes.run(),
                    (view, _) => body(&shown, decoded, view, parts),
                }}
            </div>
        </div>
    }
}

/// Whether the open view can hide something. The payload is searched only in a context that masks
/// credentials; the credentials of a protocol have buttons of their own in its view.
fn has_hidden(
    payload: &Payload,
    decoded: Signal<Option<Arc<DecodedMessage>>>,
    view: Memo<View>,
) -> Signal<bool> {
    let is_found = use_context::<CredentialMask>().is_some() && !credential_ranges(payload).is_empty();
    Signal::derive(move || {
        let has_buttons = |message: &Arc<DecodedMessage>| message.has_credentials();
        let has_buttons = || decoded.with(|message| message.as_ref().is_some_and(has_buttons));
        is_found && !(view.get() == View::Decoded && has_buttons())
    })
}

fn body(
    payload: &Arc<Payload>,
    decoded: Signal<Option<Arc<DecodedMessage>>>,
    view: View,
    parts: Parts,
) -> AnyView {
    let payload = Arc::clone(payload);
    match view {
        View::Decoded => match decoded.get() {
            Some(message) => view! { <DecodedView message=message /> }.into_any(),
            None => ().into_any(),
        },
        View::Preview => match (payload.image(), payload.media()) {
            (Some(image), _) => image_view(&payload, image),
            (None, Some(media)) => media_view(&payload, media),
            (None, None) => ().into_any(),
        },
        View::Parsed => view! { <JsonView payload=payload label="Payload" state=parts.tree /> }.into_any(),
        View::Text => match payload.language().filter(|_| use_context::<CredentialMask>().is_none()) {
            Some(language) => {
                view! { <SourceView payload=payload language=language state=parts.source search=Some(parts.search) /> }
                    .into_any()
            }
            None => view! { <TextView payload=payload search=Some(parts.search) /> }.into_any(),
        },
        View::Hex => view! { <HexView payload=payload /> }.into_any(),
        View::Base64 => view! { <Base64View payload=payload /> }.into_any(),
        View::Changes => ().into_any(),
    }
}

#[component]
fn DownloadButton(payload: Arc<Payload>, file_stem: String) -> impl IntoView {
    let failed = RwSignal::new(false);
    let pressed = move |_| {
        let (extension, media_type) = file_type(&payload);
        let result = download(&format!("{file_stem}.{extension}"), media_type, payload.bytes());
        failed.set(result.is_err());
    };
    view! {
        <button type="button" class="ui-button" on:click=pressed>
            <Icon name=IconName::Download />
            {move || if failed.get() { "Not allowed" } else { "Download" }}
        </button>
    }
}

/// The text that is copied while a view is open: the payload as recorded, or its bytes in the
/// view's notation.
fn text_of(payload: &Payload, view: View) -> String {
    match view {
        View::Decoded | View::Preview | View::Parsed | View::Text | View::Changes => {
            payload.text().unwrap_or_default().to_owned()
        }
        View::Hex => hex_text(payload.bytes()),
        View::Base64 => payload.base64(),
    }
}

/// The extension and the media type of a file.
fn file_type(payload: &Payload) -> (&'static str, &'static str) {
    if let Some(image) = payload.image() {
        return (image.format.extension(), image.format.mime());
    }
    if let Some(media) = payload.media() {
        return (media.extension, media.mime);
    }
    if let Some(language) = payload.language() {
        return (language.extension(), "text/plain;charset=utf-8");
    }
    match payload.shape() {
        Shape::Json => ("json", "application/json"),
        Shape::Text | Shape::Empty => ("txt", "text/plain;charset=utf-8"),
        Shape::Binary => ("bin", "application/octet-stream"),
    }
}

fn name(view: View) -> &'static str {
    match view {
        View::Decoded => "Decoded",
        View::Preview => "Preview",
        View::Parsed => "Parsed",
        View::Text => "Text",
        View::Hex => "Hex",
        View::Base64 => "Base64",
        View::Changes => "Changes",
    }
}
