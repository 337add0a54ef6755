//! Payloads that were compressed with Zstandard, which begins with a signature, or with Brotli,
//! which has none: only the user can know.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, Shape};
use session::formats::{Compression, compression};
use session::protocols::DecodedMessage;

use crate::store::{UnpackMethod, unpacked_message};

/// The decompression of one message. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unpack {
    method: RwSignal<Option<UnpackMethod>>,
    message: ReadSignal<Option<Arc<DecodedMessage>>, LocalStorage>,
    /// The payload could be Brotli.
    may_be_brotli: bool,
}

impl Unpack {
    pub(super) fn new(payload: &Arc<Payload>) -> Self {
        let is_zstandard = compression(payload.bytes()) == Compression::Zstandard;
        let method = RwSignal::new(is_zstandard.then_some(UnpackMethod::Zstandard));
        let is_unknown = payload.shape() == Shape::Binary
            && payload.tree().is_none()
            && payload.image().is_none()
            && payload.guess().is_none();
        let message = unpacked_message(Arc::clone(payload), move || method.get());
        Self { method, message, may_be_brotli: is_unknown }
    }

    /// What the payload decompresses to, once that is known.
    pub(super) fn message(self) -> Option<Arc<DecodedMessage>> {
        self.message.get()
    }

    /// The button that decompresses the payload.
    pub(super) fn button(self) -> Option<AnyView> {
        let is_offered = self.may_be_brotli && self.method.get().is_none();
        is_offered.then(|| {
            view! {
                <button
                    type="button"
                    class="ui-button"
                    title="Brotli has no signature: decompress the payload if you know that it is Brotli"
                    on:click=move |_| self.method.set(Some(UnpackMethod::Brotli))
                >
                    "Decompress as Brotli"
                </button>
            }
            .into_any()
        })
    }
}
