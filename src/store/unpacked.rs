//! Payloads of messages in a compression that takes a module of its own, decompressed when the
//! message is shown.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;
use session::protocols::DecodedMessage;

use super::resource::resource;
use crate::source::unpack_bytes;

/// A compression that takes a module of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackMethod {
    Brotli,
    Zstandard,
}

impl UnpackMethod {
    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Brotli => "Brotli",
            Self::Zstandard => "Zstandard",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Brotli => "brotli",
            Self::Zstandard => "zstd",
        }
    }
}

/// What the payload decompresses to by the method that is wanted; `None` until that is known.
pub fn unpacked_message(
    payload: Arc<Payload>,
    method: impl Fn() -> Option<UnpackMethod> + 'static,
) -> ReadSignal<Option<Arc<DecodedMessage>>, LocalStorage> {
    let request = move || Some((method()?, Arc::clone(&payload)));
    resource(None, request, |(method, payload), writer| async move {
        let result = unpack_bytes(method.key(), payload.bytes(), writer.task()).await;
        let is_partial = result.as_ref().is_ok_and(|(_, is_partial)| *is_partial);
        let bytes = result.map(|(bytes, _)| bytes);
        let message = DecodedMessage::of_decompressed(&payload, method.label(), bytes, is_partial);
        writer.set(Some(Arc::new(message)));
    })
}
