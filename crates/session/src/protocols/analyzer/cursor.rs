//! Decoding messages one after another, as an export does.

use super::{Analyzer, DecodedMessage, Pass};
use crate::model::MessageLog;
use crate::protocols::frame::{self, MAX_DECODED_BYTES};
use crate::protocols::units::{Reported, Scratch};

/// The state of the decoder behind the last message that was decoded.
#[derive(Debug, Default)]
pub struct DecodeCursor(Option<(u32, Pass)>);

impl DecodeCursor {
    pub(super) fn decode_next(
        &mut self,
        analyzer: &Analyzer,
        log: MessageLog<'_>,
        index: u32,
        max_bytes: u32,
    ) -> DecodedMessage {
        let before = analyzer.checkpoints.partition_point(|checkpoint| checkpoint.message <= index);
        let checkpoint = before.checked_sub(1).and_then(|at| analyzer.checkpoints.get(at));
        let known = self
            .0
            .take()
            .filter(|(at, _)| *at <= index && checkpoint.is_none_or(|checkpoint| checkpoint.message <= *at));
        let start = known.or_else(|| {
            let checkpoint = checkpoint?;
            let (decoder, pairing) = (checkpoint.decoder.clone(), checkpoint.pairing.clone());
            Some((checkpoint.message, Pass { decoder, pairing, scratch: Scratch::default() }))
        });
        let Some((mut at, mut pass)) = start else { return DecodedMessage::default() };
        let (mut message, mut buffer) = (DecodedMessage::default(), Vec::new());
        while at <= index {
            let limit = if at == index { max_bytes } else { MAX_DECODED_BYTES };
            if let Some(frame) = frame::read_frame(log, at, limit, &mut buffer) {
                let wanted = (at == index).then(Vec::new);
                let (reported, decoded) = pass.decode(&frame, Reported::default(), wanted);
                pass.record(frame.direction, at, &reported, |_| ());
                message.units.extend(decoded.into_iter().flatten());
            } else {
                pass.skip(log, at);
            }
            at += 1;
        }
        self.0 = Some((at, pass));
        message
    }
}
