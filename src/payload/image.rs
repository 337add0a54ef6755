//! The viewer of a recorded image.

use js_sys::{Array, Uint8Array};
use leptos::html::Img;
use leptos::prelude::*;
use session::encodings::{Image, ImageCheck, MAX_PIXELS, Payload};
use session::model::{format_bytes, format_count};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::EmptyState;

/// The picture that a payload is, or why it is not drawn. It is an `img` with an address of its
/// own, in which nothing of an SVG runs or loads.
pub fn image_view(payload: &Payload, image: Image) -> AnyView {
    if let Some(why) = unsupported_reason(image) {
        return view! { <EmptyState text=why /> }.into_any();
    }
    let Ok(url) = object_url(payload.bytes(), image.format.mime()) else {
        return view! { <EmptyState text="The browser has no memory for this picture" /> }.into_any();
    };
    let address = url.clone();
    on_cleanup(move || {
        // Nothing else can be done about an address that is gone.
        let _ = Url::revoke_object_url(&address);
    });
    let element: NodeRef<Img> = NodeRef::new();
    let size = RwSignal::new(image.size);
    let has_failed = RwSignal::new(false);
    let loaded = move |_| {
        if let Some(image) = element.get_untracked().filter(|_| size.get_untracked().is_none()) {
            size.set(Some((image.natural_width(), image.natural_height())));
        }
    };
    let bytes = format_bytes(payload.bytes().len() as u64);
    let format = image.format.label();
    let caption = move || {
        let size = size.get().map(|(width, height)| {
            format!(" · {} × {} pixels", format_count(width.into()), format_count(height.into()))
        });
        format!("{format}{} · {bytes}", size.unwrap_or_default())
    };
    view! {
        <figure class="ui-picture">
            <Show when=move || has_failed.get()>
                <EmptyState text="The browser cannot decode this picture" />
            </Show>
            <img
                node_ref=element
                src=url
                alt="Picture"
                hidden=move || has_failed.get()
                on:load=loaded
                on:error=move |_| has_failed.set(true)
            />
            <figcaption>{caption}</figcaption>
        </figure>
    }
    .into_any()
}

/// Why a picture is not drawn; `None` for one that is.
fn unsupported_reason(image: Image) -> Option<String> {
    let why = match (image.check, image.size) {
        (ImageCheck::Safe, _) => return None,
        (ImageCheck::TooManyPixels, Some((width, height))) => format!(
            "it has {} × {} pixels, more than the {} megapixels that are decoded",
            format_count(width.into()),
            format_count(height.into()),
            MAX_PIXELS / 1_000_000
        ),
        (ImageCheck::TooManyPixels | ImageCheck::UnknownSize, _) => {
            "its header does not say how many pixels it has".to_owned()
        }
        (ImageCheck::TooComplex, _) => {
            "the SVG is large, embeds other content, or has references that multiply what is drawn".to_owned()
        }
    };
    Some(format!("Not shown as a picture: {why}"))
}

/// The URL of a blob in the page with these bytes.
pub(super) fn object_url(bytes: &[u8], mime: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Url::create_object_url_with_blob(&Blob::new_with_u8_array_sequence_and_options(&parts, &options)?)
}
