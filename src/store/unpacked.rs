//! Payloads of messages in a compression that takes a module of its own, decompressed when the
//! message is shown.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;
use session::protocols::DecodedMessage;

use super::resource::resource;
use crate::source::{UnpackMethod, unpack_bytes};

/// What the payload decompresses to by the method that is wanted; `None` until that is known.
pub fn unpacked_message(
    payload: Arc<Payload>,
    method: impl Fn() -> Option<UnpackMethod> + 'static,
) -> ReadSignal<Option<Arc<DecodedMessage>>, LocalStorage> {
    let request = move || Some((method()?, Arc::clone(&payload)));
    resource(None, request, |(method, payload), writer| async move {
        let result = unpack_bytes(method, payload.bytes(), writer.task()).await;
        let is_partial = result.as_ref().is_ok_and(|(_, is_partial)| *is_partial);
        let bytes = result.map(|(bytes, _)| bytes);
        let message = DecodedMessage::of_decompressed(&payload, method.label(), bytes, is_partial);
        writer.set(Some(Arc::new(message)));
    })
}
