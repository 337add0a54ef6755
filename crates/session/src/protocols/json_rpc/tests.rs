use super::super::test_support::{Conversation, received, sent};

#[test]
fn replies_are_named_after_their_calls() {
    let conversation = Conversation::decoded_as(
        "json-rpc",
        "wss://x.test/",
        &[
            sent(r#"{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}"#),
            sent(r#"{"jsonrpc":"2.0","id":"1","method":"eth_chainId","params":[]}"#),
            received(r#"{"jsonrpc":"2.0","id":1,"result":"0x10"}"#),
            received(r#"{"jsonrpc":"2.0","id":"1","error":{"code":-32601,"message":"no"}}"#),
            received(r#"{"jsonrpc":"2.0","id":9,"result":null}"#),
            received(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}"#),
            received(r#"{"jsonrpc":"2.0","id":1,"method":"server/ask"}"#),
            sent(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
            received(r#"{"jsonrpc":"2.0"}"#),
            received("null"),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "eth_blockNumber",
            "eth_chainId",
            "result of eth_blockNumber",
            "error of eth_chainId",
            "result 9",
            "error",
            "server/ask",
            "result of server/ask",
            "",
            "",
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 2), (1, 3), (6, 7)]);
    assert_eq!(conversation.malformed(), [8, 9]);
}

#[test]
fn an_array_has_a_unit_for_each_call() {
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"}]"#;
    let conversation = Conversation::decoded_as(
        "json-rpc",
        "wss://x.test/",
        &[sent(batch), received(r#"[{"jsonrpc":"2.0","id":1,"result":1}]"#), sent("[]"), sent("[1]")],
    );
    let events = conversation.events();
    assert_eq!(events, ["2 frames: a, b", "result of a", "", ""]);
    assert_eq!((conversation.pairs(), conversation.malformed()), (vec![(0, 1)], vec![2, 3]));
    let units = conversation.decode(0).units;
    let texts: Vec<_> = units.iter().map(|unit| &batch[unit.bytes.clone()]).collect();
    assert_eq!(texts, [&batch[1..38], &batch[39..batch.len() - 1]]);
}

#[test]
fn the_dialect_of_exchanges_is_recognized_by_its_pairs() {
    let messages = [
        sent(r#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"#),
        received(r#"{"result":null,"id":1}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "json-rpc by its first messages");
    assert_eq!(conversation.events(), ["SUBSCRIBE", "result of SUBSCRIBE"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
    assert_eq!(
        Conversation::new("wss://x.test/", None, &messages[..1]).recognized(),
        "json by its first messages"
    );
}

#[test]
fn subscriptions_of_ethereum_are_named() {
    let conversation = Conversation::new(
        "wss://x.test/",
        None,
        &[
            sent(r#"{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}"#),
            received(r#"{"jsonrpc":"2.0","id":1,"result":"0xcd"}"#),
            received(
                r#"{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xcd","result":{}}}"#,
            ),
            received(r#"{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xce"}}"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "eth_subscribe newHeads",
            "result of eth_subscribe newHeads",
            "eth_subscription newHeads",
            "eth_subscription"
        ]
    );
}

#[test]
fn language_servers_are_recognized_by_their_methods() {
    let conversation = Conversation::new(
        "wss://x.test/",
        None,
        &[
            sent(
                r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}"#,
            ),
            received(r#"{"jsonrpc":"2.0","id":0,"result":{"capabilities":{}}}"#),
            sent(
                "Content-Length: 99\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///a\"}}}",
            ),
        ],
    );
    assert_eq!(conversation.recognized(), "lsp by its first messages");
    assert_eq!(conversation.events(), ["initialize", "result of initialize", "textDocument/didOpen"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
    let opened = &conversation.decode(2).units[0];
    assert_eq!(opened.fields[0].value, "file:///a");
    let conversation =
        Conversation::decoded_as("lsp", "wss://x.test/", &[sent("Content-Length: 2\r\n\r\n[]")]);
    assert_eq!(conversation.malformed(), [0]);
}

#[test]
fn commands_of_the_devtools_protocol_are_paired_within_their_session() {
    let conversation = Conversation::new(
        "ws://127.0.0.1:9222/devtools/page/AB",
        None,
        &[
            sent(r#"{"id":3,"method":"Runtime.evaluate","params":{"expression":"1"},"sessionId":"S"}"#),
            sent(r#"{"id":3,"method":"Page.enable"}"#),
            received(r#"{"id":3,"result":{},"sessionId":"S"}"#),
            received(r#"{"id":3,"error":{"code":-32000,"message":"no"}}"#),
            received(r#"{"method":"Page.loadEventFired","params":{}}"#),
        ],
    );
    assert_eq!(conversation.recognized(), "cdp by the URL");
    assert_eq!(
        conversation.events(),
        [
            "Runtime.evaluate",
            "Page.enable",
            "result of Runtime.evaluate",
            "error of Page.enable",
            "Page.loadEventFired"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 2), (1, 3)]);
}

#[test]
fn procedures_of_trpc_are_named_by_their_path() {
    let messages = [
        sent(r#"{"method":"connectionParams","data":{"token":"t"}}"#),
        sent(r#"{"id":2,"jsonrpc":"2.0","method":"subscription","params":{"path":"onAdd"}}"#),
        received(r#"{"id":2,"jsonrpc":"2.0","result":{"type":"started"}}"#),
        received(r#"{"id":2,"jsonrpc":"2.0","result":{"type":"data","data":1}}"#),
        sent(r#"{"id":3,"method":"query","params":{"path":"me"}}"#),
        received(r#"{"id":3,"result":{"type":"data","data":{}}}"#),
        received("PING"),
        sent("PONG"),
        sent(r#"{"id":2,"method":"subscription.stop"}"#),
        received(r#"{"id":2,"result":{"type":"stopped"}}"#),
        received(r#"{"id":null,"method":"reconnect"}"#),
        sent(r#"{"id":4,"method":"mutation","params":{"path":"add"}}"#),
        received(r#"{"id":4,"error":{"code":-32600,"message":"no"}}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "trpc by its first messages");
    assert_eq!(
        conversation.events(),
        [
            "connectionParams",
            "subscription onAdd",
            "started onAdd",
            "data onAdd",
            "query me",
            "data me",
            "PING",
            "PONG",
            "subscription.stop onAdd",
            "stopped onAdd",
            "reconnect",
            "mutation add",
            "error add",
        ]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (4, 5), (6, 7), (11, 12)]);
    assert_eq!((conversation.heartbeats(), conversation.unanswered()), (vec![6, 7], vec![]));
    assert!(conversation.decode(0).units[0].bodies.iter().any(|body| body.is_credential));
}

#[test]
fn requests_of_trpc_that_are_sent_together_are_units() {
    let messages = [
        sent(
            r#"[{"id":2,"method":"query","params":{"path":"sum"}},{"id":3,"method":"mutation","params":{"path":"add"}}]"#,
        ),
        received(r#"{"id":3,"result":{"type":"data","data":{}}}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "trpc by its first messages");
    assert_eq!(conversation.events(), ["2 frames: query sum, mutation add", "data add"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
}

#[test]
fn notifications_of_rpc_websockets_have_their_name() {
    let messages = [
        sent(r#"{"jsonrpc":"2.0","id":1,"method":"rpc.on","params":["price"]}"#),
        received(r#"{"notification":"price","params":{"amount":12.5}}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "json-rpc by its first messages");
    assert_eq!(
        (conversation.events(), conversation.unanswered()),
        (vec!["rpc.on".into(), "price".into()], vec![0])
    );
}
