//! Commands in containers, attached containers and forwarded ports of Kubernetes: a byte for the
//! channel, and its data. With the subprotocols `base64.…` the channel is a digit and the data is
//! base64 in text.

use std::borrow::Cow;

use super::{Decoder, Evidence, Fit, Frame, Handshake, Opcode, Protocol, Sample, Scratch, Unit, Units};
use crate::encodings::{Syntax, Value, base64};

const SUBPROTOCOLS: &[&str] = &[
    "channel.k8s.io",
    "v2.channel.k8s.io",
    "v3.channel.k8s.io",
    "v4.channel.k8s.io",
    "v5.channel.k8s.io",
    "base64.channel.k8s.io",
    "v4.base64.channel.k8s.io",
];
/// The names of the channels of a command, by number.
const CHANNELS: &[&str] = &["stdin", "stdout", "stderr", "error", "resize"];
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// The channel of a message that closes another one.
const CLOSE: u8 = 255;

#[derive(Debug)]
pub(super) struct Kubernetes;

impl Protocol for Kubernetes {
    fn key(&self) -> &'static str {
        "kubernetes"
    }

    fn label(&self) -> &'static str {
        "Kubernetes"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(SUBPROTOCOLS).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        // A channel and data is all there is: nothing is distinctive.
        if message(frame).is_ok() { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        let forwards_ports = handshake.path().ends_with("/portforward");
        Box::new(KubernetesDecoder { forwards_ports })
    }
}

#[derive(Clone, Debug)]
struct KubernetesDecoder {
    forwards_ports: bool,
}

impl Decoder for KubernetesDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let (channel, data) = match message(frame) {
            Ok(message) => message,
            Err(reason) => {
                units.push_plain(Unit::malformed(all, frame.problem(reason)));
                return;
            }
        };
        let closed = data.first().copied().filter(|_| channel == CLOSE);
        let Some(name) = self.channel_name(closed.unwrap_or(channel)) else {
            units.push_plain(Unit::malformed(all, "Unknown channel"));
            return;
        };
        let is_command = !self.forwards_ports;
        let status = scratch.json(&data).filter(|_| is_command && channel == ERROR);
        let event = match (closed, status.and_then(|status| status.get_str("status"))) {
            (Some(_), _) => Cow::Owned(format!("close {name}")),
            (None, Some(status)) => Cow::Owned(format!("status {status}")),
            (None, None) => name,
        };
        units.push(Unit::new(all, event), |detail| {
            detail.field("Channel", channel.to_string());
            if let Some(status) = status {
                detail.optional("Message", status.get_str("message"));
                detail.optional("Exit code", exit_code(status));
            }
            if closed.is_none() {
                let is_json = is_command && matches!(channel, ERROR | RESIZE);
                detail.body("Data", is_json.then_some(Syntax::Json), &*data);
            }
        });
    }
}

impl KubernetesDecoder {
    /// The name of a channel. A forwarded port has two.
    fn channel_name(&self, channel: u8) -> Option<Cow<'static, str>> {
        if self.forwards_ports {
            let kind = if channel & 1 == 0 { "data" } else { "error" };
            return Some(format!("port {} {kind}", channel / 2).into());
        }
        CHANNELS.get(usize::from(channel)).map(|name| Cow::Borrowed(*name))
    }
}

/// The channel and the data of a message; the error says what is wrong.
fn message<'a>(frame: &Frame<'a>) -> Result<(u8, Cow<'a, [u8]>), &'static str> {
    let (channel, data) = frame.data.split_first().ok_or("A message without a channel")?;
    if frame.opcode == Opcode::Binary {
        return match (*channel, data.is_empty()) {
            (CLOSE, true) => Err("A message that closes no channel"),
            (channel, _) => Ok((channel, Cow::Borrowed(data))),
        };
    }
    if !channel.is_ascii_digit() {
        return Err("The channel is not a digit");
    }
    let data = base64::decode(data).ok_or("The data is not base64")?;
    Ok((channel - b'0', Cow::Owned(data)))
}

/// The exit code of a command that failed; a command without a failure has none.
fn exit_code(status: Value<'_>) -> Option<Cow<'_, str>> {
    let causes = status.path(&["details", "causes"])?;
    let cause = causes.children().find(|cause| cause.get_str("reason").as_deref() == Some("ExitCode"))?;
    cause.get_str("message")
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, hex, received, received_binary, sent, sent_binary};

    const URL: &str = "wss://x.test/api/v1/namespaces/a/pods/b/exec?command=sh";

    fn status(json: &str) -> Vec<u8> {
        [b"\x03", json.as_bytes()].concat()
    }

    #[test]
    fn channels_are_named() {
        let failure = r#"{"status":"Failure","message":"exit 2","details":{"causes":[{"reason":"ExitCode","message":"2"}]}}"#;
        let conversation = Conversation::new(
            URL,
            Some("v5.channel.k8s.io"),
            &[
                received_binary(b"\x01"),
                sent_binary(&hex("00 6c 73 0a")),
                sent_binary(b"\x04{\"Width\":80,\"Height\":24}"),
                received_binary(b"\x01a  b\n"),
                received_binary(b"\x02no\n"),
                sent_binary(&hex("ff 00")),
                received_binary(&status(r#"{"metadata":{},"status":"Success"}"#)),
                received_binary(&status(failure)),
            ],
        );
        assert_eq!(conversation.recognized(), "kubernetes by the subprotocol v5.channel.k8s.io");
        assert_eq!(
            conversation.events(),
            [
                "stdout",
                "stdin",
                "resize",
                "stdout",
                "stderr",
                "close stdin",
                "status Success",
                "status Failure"
            ]
        );
        assert_eq!(conversation.decode(1).units[0].bodies[0].payload.text(), Some("ls\n"));
        assert_eq!(conversation.decode(7).units[0].fields[2].value, "2");
    }

    #[test]
    fn text_has_a_digit_and_base64() {
        let conversation =
            Conversation::new(URL, Some("base64.channel.k8s.io"), &[sent("0bHMK"), received("1")]);
        assert_eq!(conversation.events(), ["stdin", "stdout"]);
        assert_eq!(conversation.decode(0).units[0].bodies[0].payload.text(), Some("ls\n"));
    }

    #[test]
    fn a_forwarded_port_has_two_channels() {
        let url = "wss://x.test/api/v1/namespaces/a/pods/b/portforward?ports=80";
        let messages = [received_binary(b"\x00\x50\x00"), received_binary(b"\x03no")];
        let conversation = Conversation::new(url, Some("v4.channel.k8s.io"), &messages);
        assert_eq!(conversation.events(), ["port 0 data", "port 1 error"]);
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let messages = [sent_binary(b""), sent_binary(b"\x09x"), sent_binary(b"\xff"), sent("x"), sent("0*")];
        let conversation = Conversation::new(URL, Some("v4.channel.k8s.io"), &messages);
        assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4]);
    }
}
