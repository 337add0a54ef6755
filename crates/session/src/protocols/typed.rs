//! A decoded message whose Protocol Buffers have the names of a schema.

use super::analyzer::DecodedMessage;
use super::unit::DecodedBody;
use crate::encodings::{Payload, Schema, Syntax};

impl DecodedMessage {
    /// The bytes of its payloads that are Protocol Buffers.
    pub fn protobuf_payloads(&self) -> impl Iterator<Item = &[u8]> {
        let bodies = self.units.iter().flat_map(|unit| &unit.bodies);
        bodies.filter(|body| is_protobuf(body)).map(|body| body.payload.bytes())
    }

    /// The message with these payloads as JSON of a message type. One that is not of the type stays
    /// as it is.
    #[must_use]
    pub fn with_schema(&self, schema: &Schema, type_name: &str) -> Self {
        let mut typed = self.clone();
        for body in typed.units.iter_mut().flat_map(|unit| &mut unit.bodies) {
            if !is_protobuf(body) {
                continue;
            }
            if let Some(json) = schema.to_json(type_name, body.payload.bytes()) {
                body.name = format!("{} as {type_name}", body.name).into();
                body.payload = Payload::from_text(json);
            }
        }
        typed
    }
}

fn is_protobuf(body: &DecodedBody) -> bool {
    body.payload.tree().is_some_and(|tree| tree.syntax() == Syntax::Protobuf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encodings::SchemaFile;
    use crate::protocols::DecodedUnit;

    #[test]
    fn payloads_of_protocol_buffers_get_the_names_of_a_schema() {
        let body = |payload| DecodedBody { name: "Message".into(), payload, is_credential: false };
        let unit = DecodedUnit {
            bytes: 0..4,
            event: String::new(),
            is_heartbeat: false,
            problem: None,
            messages: (0, 0),
            fields: Vec::new(),
            bodies: vec![
                body(Payload::of_syntax(Some(Syntax::Protobuf), b"\x08\x01\x10\xff\x01".to_vec())),
                body(Payload::from_text("{}".to_owned())),
            ],
        };
        let message = DecodedMessage { units: vec![unit] };
        assert_eq!(message.protobuf_payloads().count(), 1);
        let file = SchemaFile { name: "a.proto".into(), bytes: b"message A { int32 id = 1; }".to_vec() };
        let schema = Schema::parse(&[file]).expect("a schema");
        let typed = message.with_schema(&schema, "A");
        let [named, other] = &typed.units[0].bodies[..] else { panic!("two bodies") };
        assert_eq!(
            (named.name.as_ref(), named.payload.text()),
            ("Message as A", Some(r#"{"id":1,"2":255}"#))
        );
        assert_eq!(other.payload.text(), Some("{}"));
    }
}
