//! Recorded fonts, audio and video, from their bytes alone: nothing is fetched.

use std::sync::atomic::{AtomicU32, Ordering};

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use session::encodings::{Media, MediaKind, Payload};
use session::model::format_bytes;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FontFace, Url};

use super::image::object_url;
use super::notice::EmptyState;

/// Bytes of the largest font that the browser is given.
const MAX_FONT_BYTES: usize = 16 << 20;

/// Sizes of the sample in px.
const SIZES: [u32; 4] = [12, 16, 24, 40];
const SAMPLE: &str = "The quick brown fox jumps over the lazy dog. 0123456789 ÄÖÜ éñç Ωλ Жд";

/// A sample of a font, or the controls of audio or video.
pub(super) fn media_view(payload: &Payload, media: Media) -> AnyView {
    let caption = format!("{} · {}", media.label, format_bytes(payload.bytes().len() as u64));
    match media.kind {
        MediaKind::Font => font(payload, caption),
        MediaKind::Audio | MediaKind::Video => player(payload, media, caption),
        MediaKind::Document => {
            let text = format!("{caption}. Download it to read it: documents are not opened here");
            view! { <EmptyState text=text /> }.into_any()
        }
    }
}

/// How far the browser has come with a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FontState {
    Loading,
    Ready,
    /// The browser refuses it: its sanitizer accepts only well-formed fonts.
    Failed,
}

fn font(payload: &Payload, caption: String) -> AnyView {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    if payload.bytes().len() > MAX_FONT_BYTES {
        return view! { <EmptyState text="Not shown: the font is larger than 16 MB" /> }.into_any();
    }
    // Unique in the page, so that no text outside of the sample uses it.
    let family = format!("recorded-font-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let bytes = Uint8Array::from(payload.bytes()).buffer();
    let state = RwSignal::new(FontState::Loading);
    let Ok(face) = FontFace::new_with_array_buffer(&family, &bytes) else {
        return view! { <EmptyState text="The browser cannot decode this font" /> }.into_any();
    };
    let removed = StoredValue::new_local(face.clone());
    on_cleanup(move || {
        if let Some(face) = removed.try_get_value() {
            document().fonts().delete(&face);
        }
    });
    spawn_local(async move {
        let Ok(loading) = face.load() else { return };
        let is_loaded = JsFuture::from(loading).await.is_ok();
        // The view may be gone by then.
        if state.try_get_untracked().is_some() {
            if is_loaded {
                let _ = document().fonts().add(&face);
            }
            state.set(if is_loaded { FontState::Ready } else { FontState::Failed });
        }
    });
    let sample = move |size: u32| {
        view! {
            <p class="ui-font-sample" style:font-family=family.clone() style:font-size=format!("{size}px")>
                <span class="ui-font-size">{format!("{size} px")}</span>
                {SAMPLE}
            </p>
        }
    };
    (move || match state.get() {
        FontState::Loading => view! { <EmptyState text="Reading the font…" /> }.into_any(),
        FontState::Failed => view! { <EmptyState text="The browser cannot decode this font" /> }.into_any(),
        FontState::Ready => view! {
            <figure class="ui-font" role="group" aria-label="Font sample">
                {SIZES.map(sample.clone()).into_iter().collect_view()}
                <figcaption>{caption.clone()}</figcaption>
            </figure>
        }
        .into_any(),
    })
    .into_any()
}

fn player(payload: &Payload, media: Media, caption: String) -> AnyView {
    let Ok(url) = object_url(payload.bytes(), media.mime) else {
        return view! { <EmptyState text="The browser has no memory for this recording" /> }.into_any();
    };
    let address = url.clone();
    on_cleanup(move || {
        // Nothing else can be done about an address that is gone.
        let _ = Url::revoke_object_url(&address);
    });
    let has_failed = RwSignal::new(false);
    let is_video = media.kind == MediaKind::Video;
    let noun = if is_video { "video" } else { "audio" };
    let element = if is_video {
        view! {
            <video controls preload="metadata" src=url aria-label="Video" on:error=move |_| has_failed.set(true)></video>
        }
        .into_any()
    } else {
        view! {
            <audio controls preload="metadata" src=url aria-label="Audio" on:error=move |_| has_failed.set(true)></audio>
        }
        .into_any()
    };
    view! {
        <figure class="ui-picture">
            <Show when=move || has_failed.get()>
                <EmptyState text=format!("The browser cannot decode this {noun}") />
            </Show>
            <div class="ui-media" hidden=move || has_failed.get()>{element}</div>
            <figcaption>{caption}</figcaption>
        </figure>
    }
    .into_any()
}
