//! Whether a socket continued the session of an earlier one: what a protocol with recoverable
//! sessions says in the first messages.

use super::{Handshake, Sample, recognize};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::{Direction, MessageLog};

/// What a protocol says of the session that it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// The state of an earlier connection was restored.
    Resumed,
    /// The session is a new one.
    NewSession,
}

/// What recorders write in place of an ID that they consider a credential: it equals any other.
const REDACTED: &str = "[REDACTED]";

impl Continuity {
    /// By the ID of the session that was asked for and of the one that was given; `None` if they
    /// cannot be compared.
    pub(super) fn of_ids(asked: Option<&str>, given: &str) -> Option<Self> {
        (given != REDACTED).then(|| Self::resumed_if(asked == Some(given)))
    }

    pub(super) fn resumed_if(is_resumed: bool) -> Self {
        if is_resumed { Self::Resumed } else { Self::NewSession }
    }
}

/// What the first messages of a socket say; `None` if its protocol does not say it.
pub fn continuity(handshake: &Handshake<'_>, log: MessageLog<'_>) -> Option<Continuity> {
    let sample = Sample::of(log);
    recognize(handshake, &sample)?.protocol.continuity(handshake, &sample)
}

/// The first result of `find` for the JSON texts of a sample.
pub(super) fn find_json<R>(
    sample: &Sample,
    mut find: impl FnMut(Direction, Value<'_>) -> Option<R>,
) -> Option<R> {
    let mut tree = SpanTree::default();
    for frame in sample.frames() {
        for line in frame.data.split(|byte| *byte == b'\n') {
            let found = tree.reparse(Syntax::Json, line).and_then(|value| find(frame.direction, value));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{
        Conversation, TestMessage, received, received_binary, sent, sent_binary,
    };
    use super::*;

    const SOCKET_IO: &str = "wss://a.test/socket.io/?EIO=4&transport=websocket";

    fn said(url: &str, messages: &[TestMessage]) -> Option<Continuity> {
        Conversation::new(url, None, messages).continuity(url)
    }

    #[test]
    fn socket_io_resumes_if_the_server_repeats_the_private_id() {
        let open = received(r#"0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#);
        let with = |client: &str, server: &str| {
            said(SOCKET_IO, &[open.clone(), sent(&format!("40{client}")), received(&format!("40{server}"))])
        };
        let resumed = with(r#"{"pid":"p1","offset":"o"}"#, r#"{"sid":"b","pid":"p1"}"#);
        assert_eq!(resumed, Some(Continuity::Resumed));
        let other = with(r#"{"pid":"p1","offset":"o"}"#, r#"{"sid":"b","pid":"p2"}"#);
        assert_eq!(other, Some(Continuity::NewSession));
        assert_eq!(with("", r#"{"sid":"b","pid":"p2"}"#), Some(Continuity::NewSession));
        assert_eq!(with("", r#"{"sid":"b"}"#), None, "recovery is not enabled");
        assert_eq!(with(r#"{"pid":"[REDACTED]"}"#, r#"{"sid":"b","pid":"[REDACTED]"}"#), None);
    }

    #[test]
    fn mqtt_says_whether_a_session_is_present() {
        let connect = sent_binary(b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a");
        let with = |ack: &[u8]| {
            let messages = [connect.clone(), received_binary(ack), received_binary(b"\xd0\x00")];
            said("wss://a.test/mqtt", &messages)
        };
        assert_eq!(with(b"\x20\x02\x01\x00"), Some(Continuity::Resumed));
        assert_eq!(with(b"\x20\x02\x00\x00"), Some(Continuity::NewSession));
        assert_eq!(with(b"\x20\x02\x00\x05"), None, "refused");
    }

    #[test]
    fn ddp_resumes_if_the_server_repeats_the_session() {
        let with = |session: &str| {
            let connect = format!(r#"{{"msg":"connect","version":"1","support":["1"]{session}}}"#);
            said(
                "wss://a.test/websocket",
                &[sent(&connect), received(r#"{"msg":"connected","session":"s1"}"#)],
            )
        };
        assert_eq!(with(r#","session":"s1""#), Some(Continuity::Resumed));
        assert_eq!(with(r#","session":"s0""#), Some(Continuity::NewSession));
        assert_eq!(with(""), Some(Continuity::NewSession));
    }

    #[test]
    fn discord_names_its_first_event_after_it() {
        let hello = received(r#"{"op":10,"d":{"heartbeat_interval":41250},"s":null,"t":null}"#);
        let with = |event: &str| {
            let event = format!(r#"{{"op":0,"s":1,"t":"{event}","d":{{}}}}"#);
            said("wss://gateway.discord.gg/?v=10", &[hello.clone(), received(&event)])
        };
        assert_eq!(with("RESUMED"), Some(Continuity::Resumed));
        assert_eq!(with("READY"), Some(Continuity::NewSession));
        assert_eq!(with("TYPING_START"), None);
    }

    #[test]
    fn centrifugo_says_whether_a_subscription_was_recovered() {
        let with = |reply: &str| {
            let messages = [
                sent(r#"{"id":1,"connect":{}}"#),
                received(r#"{"id":1,"connect":{"client":"c","version":"5"}}"#),
                sent(r#"{"id":2,"subscribe":{"channel":"n","recover":true,"epoch":"e"}}"#),
                received(&format!(r#"{{"id":2,"subscribe":{reply}}}"#)),
            ];
            said("wss://a.test/connection/websocket", &messages)
        };
        assert_eq!(with(r#"{"recovered":true,"was_recovering":true}"#), Some(Continuity::Resumed));
        assert_eq!(with(r#"{"was_recovering":true}"#), Some(Continuity::NewSession));
        assert_eq!(with("{}"), None);
    }

    #[test]
    fn other_protocols_say_nothing() {
        let messages = [sent(r#"{"type":"hello"}"#), received(r#"{"type":"welcome!"}"#)];
        assert_eq!(said("wss://a.test/", &messages), None);
    }
}
