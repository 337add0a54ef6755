//! The messages of Jupyter kernels (@jupyterlab/services 7.6.6).
//!
//! With the subprotocol `v1.kernel.websocket.jupyter.org`: the number of offsets and the offsets in
//! 8 bytes each, then channel, header, parent header, metadata, content, and buffers; the last
//! offset is the end. Without it: one JSON object as text, or the number of offsets and the offsets
//! in 4 bytes each, that object, and buffers.

use std::borrow::Cow;

use super::{
    ByteReader, Decoder, Detail, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample,
    Scratch, Unit, Units,
};
use crate::encodings::{Syntax, Value};
use crate::model::plural;

/// Parts of a message before its buffers, with the subprotocol.
const PARTS: usize = 5;
/// Parts of a message, of which all but a few are buffers.
const MAX_PARTS: u64 = 10_000;

#[derive(Debug)]
pub(super) struct Jupyter;

impl Protocol for Jupyter {
    fn key(&self) -> &'static str {
        "jupyter"
    }

    fn label(&self) -> &'static str {
        "Jupyter kernel"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let path = handshake.path();
        let is_channels = path.contains("/api/kernels/") && path.ends_with("/channels");
        if handshake.has_subprotocol(&["v1.kernel.websocket.jupyter.org"]) {
            Some(Evidence::Subprotocol)
        } else {
            is_channels.then_some(Evidence::Url)
        }
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let has_type = memchr::memmem::find(frame.data, b"\"msg_type\"").is_some();
        let is_message = has_type && Message::of(frame, &mut Scratch::default()).is_some();
        if is_message { Fit::Distinctive } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JupyterDecoder)
    }
}

#[derive(Clone, Debug)]
struct JupyterDecoder;

impl Decoder for JupyterDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some(message) = Message::of(frame, scratch) else {
            units.push_plain(Unit::malformed(all, frame.problem("Not a message of a kernel")));
            return;
        };
        let event = match &*message.channel {
            "" => message.kind.clone(),
            channel => Cow::Owned(format!("{} · {channel}", message.kind)),
        };
        let unit = Unit::new(all, event).with_role(message.role());
        units.push(unit, |detail| message.describe(detail));
    }
}

/// A message of a kernel.
struct Message<'v> {
    channel: Cow<'v, str>,
    kind: Cow<'v, str>,
    id: Option<Cow<'v, str>>,
    /// The id of the request that caused it.
    parent_id: Option<Cow<'v, str>>,
    /// Header, parent header, metadata and content in JSON.
    parts: [&'v [u8]; 4],
    buffers: Vec<&'v [u8]>,
}

impl<'v> Message<'v> {
    fn of(frame: &Frame<'v>, scratch: &'v mut Scratch) -> Option<Self> {
        if frame.opcode == Opcode::Text {
            return Self::of_object(scratch.json(frame.data)?, Vec::new());
        }
        if let Some(parts) = parts(frame.data, 8) {
            return Self::of_parts(&parts, scratch);
        }
        let parts = parts(frame.data, 4)?;
        let (object, buffers) = parts.split_first()?;
        Self::of_object(scratch.json(object)?, buffers.to_vec())
    }

    /// A message of the form that has an object for everything but the buffers.
    fn of_object(root: Value<'v>, buffers: Vec<&'v [u8]>) -> Option<Self> {
        let header = root.get("header")?;
        let part = |name| root.get(name).map(Value::raw).unwrap_or_default();
        Some(Self {
            channel: root.get_str("channel").unwrap_or_default(),
            kind: header.get_str("msg_type")?,
            id: header.get_str("msg_id"),
            parent_id: root.path(&["parent_header", "msg_id"]).and_then(Value::str),
            parts: [header.raw(), part("parent_header"), part("metadata"), part("content")],
            buffers,
        })
    }

    fn of_parts(parts: &[&'v [u8]], scratch: &'v mut Scratch) -> Option<Self> {
        let (&[channel, header, parent, metadata, content], buffers) = parts.split_first_chunk::<PARTS>()?;
        let root = scratch.tree.reparse(Syntax::Json, header)?;
        let parent_id = scratch.nested.reparse(Syntax::Json, parent)?.get_str("msg_id");
        Some(Self {
            channel: Cow::Borrowed(std::str::from_utf8(channel).ok()?),
            kind: root.get_str("msg_type")?,
            id: root.get_str("msg_id"),
            parent_id,
            parts: [header, parent, metadata, content],
            buffers: buffers.to_vec(),
        })
    }

    /// A request is answered by the reply whose parent it is; what is published meanwhile belongs
    /// to it too.
    fn role(&self) -> Role {
        let key = |id: &str| PairKey::new("message", id);
        match (&self.id, &self.parent_id) {
            (Some(id), _) if self.kind.ends_with("_request") => Role::Request(key(id)),
            (_, Some(parent)) if self.kind.ends_with("_reply") => Role::Reply(key(parent)),
            (_, Some(parent)) => Role::PartialReply(key(parent)),
            _ => Role::None,
        }
    }

    fn describe(&self, detail: &mut Detail) {
        detail.field("Type", &*self.kind).field("Channel", &*self.channel);
        detail.optional("Message id", self.id.as_deref());
        detail.optional("Parent id", self.parent_id.as_deref());
        if !self.buffers.is_empty() {
            detail.field("Buffers", plural(self.buffers.len() as u64, "buffer"));
        }
        let [header, parent, metadata, content] = self.parts;
        for (name, part) in
            [("Content", content), ("Header", header), ("Parent header", parent), ("Metadata", metadata)]
        {
            if !part.is_empty() {
                detail.body(name, Some(Syntax::Json), part);
            }
        }
        for (nth, buffer) in self.buffers.iter().enumerate() {
            detail.body(format!("Buffer {nth}"), None, *buffer);
        }
    }
}

/// The parts of a binary message whose offsets take `width` bytes: 8 in little-endian order, with
/// the end as the last offset; 4 in big-endian order, with the last part up to the end of the
/// message.
fn parts(data: &[u8], width: usize) -> Option<Vec<&[u8]>> {
    let mut reader = ByteReader::new(data);
    let mut number = || if width == 8 { reader.u64_little_endian() } else { reader.u32().map(u64::from) };
    let count = number()?;
    let first = (count.checked_add(1)?).checked_mul(width as u64)?;
    if count == 0 || count > MAX_PARTS || first > data.len() as u64 {
        return None;
    }
    let mut offsets = Vec::with_capacity(count as usize + 1);
    for _ in 0..count {
        offsets.push(usize::try_from(number()?).ok()?);
    }
    if width == 4 {
        offsets.push(data.len());
    }
    if offsets.first().copied() != usize::try_from(first).ok() {
        return None;
    }
    let ends = offsets.iter().skip(1);
    offsets.iter().zip(ends).map(|(start, end)| data.get(*start..*end)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{
        Conversation, TestMessage, received, received_binary, sent, sent_binary,
    };
    use crate::encodings::base64;

    const URL: &str = "wss://x.test/api/kernels/1/channels?session_id=2";
    const VECTOR: &str = "BgAAAAAAAAA4AAAAAAAAAD0AAAAAAAAAbQAAAAAAAABvAAAAAAAAAHEAAAAAAAAAcwAAAAAAAABzaGVsbHsibXNnX2lkIjoibTEiLCJtc2dfdHlwZSI6Imtlcm5lbF9pbmZvX3JlcXVlc3QifXt9e317fQ==";

    /// A message of the subprotocol.
    fn packed(parts: &[&str]) -> Vec<u8> {
        let mut offset = 8 * (parts.len() + 2);
        let mut bytes = (parts.len() as u64 + 1).to_le_bytes().to_vec();
        for len in parts.iter().map(|part| part.len()).chain([0]) {
            bytes.extend((offset as u64).to_le_bytes());
            offset += len;
        }
        bytes.extend(parts.concat().into_bytes());
        bytes
    }

    fn jupyter(messages: &[TestMessage]) -> Conversation {
        Conversation::new(URL, Some("v1.kernel.websocket.jupyter.org"), messages)
    }

    #[test]
    fn a_request_is_paired_with_its_reply_and_with_what_is_published_meanwhile() {
        let parent = r#"{"msg_id":"m1"}"#;
        let status = packed(&["iopub", r#"{"msg_id":"k1","msg_type":"status"}"#, parent, "{}", "{}"]);
        let reply = packed(&[
            "shell",
            r#"{"msg_id":"k2","msg_type":"kernel_info_reply"}"#,
            parent,
            "{}",
            "{}",
            "\u{1}",
        ]);
        let vector = base64::decode(VECTOR.as_bytes()).expect("base64");
        let conversation =
            jupyter(&[sent_binary(&vector), received_binary(&status), received_binary(&reply)]);
        assert_eq!(conversation.recognized(), "jupyter by the subprotocol v1.kernel.websocket.jupyter.org");
        assert_eq!(
            conversation.events(),
            ["kernel_info_request · shell", "status · iopub", "kernel_info_reply · shell"]
        );
        assert_eq!(conversation.pairs(), [(0, 1)]);
        assert_eq!(conversation.partner(2), Some(0));
        let unit = conversation.decode(0).units.remove(0);
        assert_eq!(unit.fields[2].value, "m1");
        assert_eq!(
            unit.bodies[1].payload.text(),
            Some(r#"{"msg_id":"m1","msg_type":"kernel_info_request"}"#)
        );
        let bodies = conversation.decode(2).units.remove(0).bodies;
        assert_eq!(bodies.last().map(|body| body.payload.bytes()), Some(&b"\x01"[..]));
    }

    #[test]
    fn the_form_without_the_subprotocol_is_an_object_with_buffers() {
        let request = r#"{"channel":"shell","header":{"msg_id":"a","msg_type":"execute_request"},"parent_header":{},"content":{"code":"1"}}"#;
        let object = r#"{"channel":"iopub","header":{"msg_id":"b","msg_type":"display_data"},"parent_header":{"msg_id":"a"}}"#;
        let mut binary = [0, 0, 0, 2, 0, 0, 0, 12, 0, 0, 0, 12 + object.len() as u8].to_vec();
        binary.extend(object.as_bytes());
        binary.extend([7, 8]);
        let conversation = Conversation::new(URL, None, &[sent(request), received_binary(&binary)]);
        assert_eq!(conversation.recognized(), "jupyter by the URL");
        assert_eq!(conversation.events(), ["execute_request · shell", "display_data · iopub"]);
        assert_eq!(conversation.pairs(), [(0, 1)]);
        let bodies = conversation.decode(1).units.remove(0).bodies;
        assert_eq!(bodies.last().map(|body| body.payload.bytes()), Some(&[7, 8][..]));
        let by_messages = Conversation::new("wss://x.test/", None, &[sent(request)]);
        assert_eq!(by_messages.recognized(), "jupyter by its first messages");
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let header = r#"{"msg_type":"status"}"#;
        let mut swapped = packed(&["iopub", header, "{}", "{}", "{}"]);
        swapped.swap(16, 24);
        let messages = [
            sent_binary(&swapped),
            sent_binary(&packed(&["iopub", header, "{}", "{}"])),
            sent_binary(&packed(&["iopub", "{}", "{}", "{}", "{}"])),
            sent_binary(&[255; 16]),
            sent_binary(&[0; 16]),
            sent_binary(b""),
            sent("[]"),
            received(&format!(r#"{{"header":{header}}}"#)),
        ];
        let conversation = jupyter(&messages);
        assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(conversation.events()[7], "status");
    }
}
