//! Messages of which nothing is known.

use crate::protocols::{Decoder, Fit, Frame, Handshake, Protocol, Sample, Scratch, Units};

/// Messages of which nothing is known. Not a protocol that can be selected.
#[derive(Debug)]
pub(in crate::protocols) struct Unknown;

impl Protocol for Unknown {
    fn key(&self) -> &'static str {
        "unknown"
    }

    fn label(&self) -> &'static str {
        "Unknown"
    }

    fn fit(&self, _: &Frame<'_>) -> Fit {
        Fit::Neutral
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(UnknownDecoder)
    }

    fn has_heartbeats(&self) -> bool {
        false
    }

    fn can_pair_by_field(&self) -> bool {
        true
    }
}

#[derive(Clone, Debug)]
struct UnknownDecoder;

impl Decoder for UnknownDecoder {
    fn decode(&mut self, _: &Frame<'_>, _: &mut Scratch, _: &mut Units<'_>) {}
}
