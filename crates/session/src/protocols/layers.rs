//! Payloads of no known protocol in which there is more than one value: what is compressed, and
//! values that follow one another.

use super::analyzer::DecodedMessage;
use super::unit::{DecodedBody, DecodedField, DecodedUnit};
use crate::encodings::{Payload, Syntax, message_pack_sequence};
use crate::model::{format_bytes, format_count};

/// Values of a payload that are shown.
const MAX_VALUES: usize = 100;

impl DecodedMessage {
    /// A payload of no known protocol that is compressed, as what it decompresses to, or one of
    /// several values; `None` if it is neither.
    pub fn of_layers(payload: &Payload) -> Option<Self> {
        Self::of_compressed(payload).or_else(|| Self::of_sequence(payload))
    }

    fn of_compressed(payload: &Payload) -> Option<Self> {
        let mut layer = payload.layer()?;
        let mut compressions = vec![layer.compression.label()];
        let content = loop {
            match &layer.payload {
                Ok(payload) => match payload.layer() {
                    Some(inner) => {
                        layer = inner;
                        compressions.push(inner.compression.label());
                    }
                    None => break Ok(payload),
                },
                Err(error) => break Err(error),
            }
        };
        let mut unit = unit_of(payload, compressions.join(", "));
        match content {
            Ok(payload) => unit.bodies.push(body("Decompressed".to_owned(), payload.clone())),
            Err(error) => unit.problem = Some(error.to_string().into()),
        }
        Some(Self { units: vec![unit] })
    }

    /// Values of MessagePack one after the other.
    fn of_sequence(payload: &Payload) -> Option<Self> {
        if payload.tree().is_some() || payload.text().is_some() {
            return None;
        }
        let values = message_pack_sequence(payload.bytes())?;
        let mut unit = unit_of(payload, format!("{} values of MessagePack (guessed)", values.len()));
        for (nth, value) in values.iter().take(MAX_VALUES).enumerate() {
            let payload = Payload::of_syntax(Some(Syntax::MessagePack), value.to_vec());
            unit.bodies.push(body(format!("Value {}", nth + 1), payload));
        }
        if let Some(more) = values.len().checked_sub(MAX_VALUES).filter(|more| *more > 0) {
            unit.fields.push(field("Not shown", format!("{} more values", format_count(more as u64))));
        }
        Some(Self { units: vec![unit] })
    }

    /// A payload that was decompressed outside of this crate, or why that failed. `is_partial`
    /// says that the beginning alone was decompressed.
    pub fn of_decompressed(
        payload: &Payload,
        method: &str,
        decompressed: Result<Vec<u8>, String>,
        is_partial: bool,
    ) -> Self {
        let mut unit = unit_of(payload, method.to_owned());
        match decompressed {
            Ok(bytes) => {
                let size = format_bytes(bytes.len() as u64);
                let end = if is_partial { ", the beginning only" } else { "" };
                unit.fields.push(field("Decompressed size", format!("{size}{end}")));
                unit.bodies.push(body("Decompressed".to_owned(), Payload::detected(bytes)));
            }
            Err(reason) => unit.problem = Some(reason.into()),
        }
        Self { units: vec![unit] }
    }
}

fn unit_of(payload: &Payload, event: String) -> DecodedUnit {
    DecodedUnit {
        bytes: 0..payload.bytes().len(),
        event,
        is_heartbeat: false,
        problem: None,
        messages: (0, 0),
        fields: Vec::new(),
        bodies: Vec::new(),
    }
}

fn body(name: String, payload: Payload) -> DecodedBody {
    DecodedBody { name: name.into(), payload, is_credential: false }
}

fn field(name: &'static str, value: String) -> DecodedField {
    DecodedField { name: name.into(), value, is_credential: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_follow_one_another_are_separate() {
        let payload = Payload::detected(b"\x81\xa1a\x01\x92\xc0\xff".to_vec());
        let message = DecodedMessage::of_layers(&payload).expect("two values");
        let names: Vec<_> = message.units[0].bodies.iter().map(|body| body.name.as_ref()).collect();
        assert_eq!(names, ["Value 1", "Value 2"]);
        assert_eq!(message.units[0].event, "2 values of MessagePack (guessed)");
        assert!(DecodedMessage::of_layers(&Payload::detected(b"\x81\xa1a\x01".to_vec())).is_none());
        let many = Payload::detected(b"\x91\xff".repeat(MAX_VALUES + 5));
        let message = DecodedMessage::of_layers(&many).expect("many values");
        assert_eq!(message.units[0].bodies.len(), MAX_VALUES);
        assert_eq!(message.units[0].fields[0].value, "5 more values");
    }

    #[test]
    fn what_was_decompressed_elsewhere_is_detected() {
        let payload = Payload::detected(b"\x28\xb5\x2f\xfd\x00".to_vec());
        let of = |result| DecodedMessage::of_decompressed(&payload, "Zstandard", result, true);
        let unit = &of(Ok(b"\x81\xa1a\x01".to_vec())).units[0];
        assert!(unit.bodies[0].payload.tree().is_some());
        assert_eq!(unit.fields[0].value, "4 B, the beginning only");
        let failed = of(Err("the data is damaged".to_owned()));
        assert_eq!(failed.units[0].problem.as_deref(), Some("the data is damaged"));
    }
}
