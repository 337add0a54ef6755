//! What holds of every protocol, whatever the messages are.

use proptest::prelude::*;

use super::PROTOCOLS;
use super::test_support::{Conversation, TestMessage, received, received_binary, sent, sent_binary};

/// Messages of all protocols, as parts of hostile ones.
const TEXTS: &[&str] = &[
    r#"{"id":"1","type":"subscribe","payload":{"operationName":"OnMsg","query":"subscription { a }"}}"#,
    r#"{"id":"1","type":"next","payload":{"data":{}}}"#,
    r#"{"id":"1","type":"complete"}"#,
    r#"{"id":"a","type":"start","payload":{"data":"{\"query\":\"{ a }\"}"}}"#,
    r#"{"type":"subscribe_success","id":"1"}"#,
    r#"["1","3","room:7","new_msg",{"body":"hi"}]"#,
    r#"["1","3","room:7","phx_reply",{"status":"ok","response":{}}]"#,
    r#"{"command":"message","identifier":"{\"channel\":\"C\"}","data":"{\"action\":\"speak\"}"}"#,
    r#"{"event":"pusher:subscribe","data":{"channel":"room","auth":"k"}}"#,
    r#"{"event":"pusher_internal:subscription_succeeded","channel":"room","data":"{}"}"#,
    r#"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":1,"result":{}}]"#,
    "Content-Length: 2\r\n\r\n{}",
    r#"{"id":2,"method":"subscription","params":{"path":"onAdd"}}"#,
    r#"{"id":2,"result":{"type":"data"}}"#,
    r#"{"type":"update","updates":[{"path":"/a.ts"}]}"#,
    r#"{"t":"d","d":{"r":1,"a":"q","b":{"p":"/chat"}}}"#,
    r#"{"t":"d","d":{"a":"d","#,
    r#""b":{"p":"x","d":1}}}"#,
    r#"{"msg":"ready","subs":["1","2"]}"#,
    "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"n\"}}",
    r#"{"push":{"channel":"n","pub":{"data":1}}}"#,
    r#"{"action":1,"msgSerial":4,"count":99999999999}"#,
    r#"{"cid":"1","match_data":{"op_code":"2","data":"AQI="}}"#,
    r#"{"op":0,"t":"A","s":1,"d":{"token":"t"}}"#,
    r#"{"H":"hub","M":"Send","A":[],"I":0}"#,
    r#"a["{\"msg\":\"ping\"}"]"#,
    r#"452-5["upload",{"_placeholder":true,"num":0}]"#,
    "{\"type\":1,\"invocationId\":\"0\",\"target\":\"Send\",\"arguments\":[]}\u{1e}",
    "SEND\ndestination:/a\n\nbody\0",
    "{}",
    "[]",
    "2",
    "0",
    "3",
    "PING",
    "null",
];

fn message() -> impl Strategy<Value = TestMessage> {
    let text = (0..TEXTS.len()).prop_map(|nth| TEXTS[nth].to_owned());
    let edited = (0..TEXTS.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>())
        .prop_map(|(nth, at, to, inserted)| {
            let chars: Vec<_> = TEXTS[nth].chars().collect();
            let (at, to) = (at.index(chars.len()), to.index(chars.len()));
            let tail = if at < to { &chars[to..] } else { &chars[at..] };
            chars[..at].iter().chain([&inserted]).chain(tail).collect()
        });
    let text = (prop_oneof![3 => text, 2 => edited], any::<bool>())
        .prop_map(|(text, is_sent)| if is_sent { sent(&text) } else { received(&text) });
    let bytes = (prop::collection::vec(prop_oneof![0_u8..6, any::<u8>()], 0..24), any::<bool>())
        .prop_map(|(bytes, is_sent)| if is_sent { sent_binary(&bytes) } else { received_binary(&bytes) });
    prop_oneof![4 => text, 1 => bytes]
}

proptest! {
    // Each case runs every protocol.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_protocol_decodes_any_messages(messages in prop::collection::vec(message(), 0..12)) {
        for protocol in PROTOCOLS {
            let conversation = Conversation::decoded_as(protocol.key(), "wss://x.test/", &messages);
            let analysis = (conversation.events(), conversation.pairs(), conversation.malformed());
            let again = Conversation::decoded_as(protocol.key(), "wss://x.test/", &messages);
            prop_assert_eq!(&analysis, &(again.events(), again.pairs(), again.malformed()));
            for (index, message) in messages.iter().enumerate() {
                let mut end = 0;
                for unit in conversation.decode(index as u32).units {
                    let is_here = unit.messages.1 == index as u32;
                    prop_assert!(unit.bytes.start <= unit.bytes.end);
                    if is_here {
                        prop_assert!(unit.bytes.end <= message.len(), "{} {:?}", protocol.key(), unit);
                        prop_assert!(unit.bytes.start >= end, "{} {:?}", protocol.key(), unit);
                        end = unit.bytes.end;
                    }
                }
            }
        }
    }
}

#[test]
fn keys_and_labels_of_protocols_are_unique() {
    let unique = |values: Vec<&str>| values.iter().collect::<std::collections::HashSet<_>>().len();
    let keys: Vec<_> = PROTOCOLS.iter().map(|protocol| protocol.key()).collect();
    assert!(keys.iter().all(|key| {
        key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    }));
    assert_eq!(unique(keys), PROTOCOLS.len());
    assert_eq!(unique(PROTOCOLS.iter().map(|protocol| protocol.label()).collect()), PROTOCOLS.len());
}
