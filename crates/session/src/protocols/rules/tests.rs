use super::super::protocol;
use super::super::test_support::{Conversation, received, received_binary, sent, sent_binary};

#[test]
fn events_of_discord_are_named_by_type_or_opcode() {
    let conversation = Conversation::new(
        "wss://gateway.discord.gg/?v=10&encoding=json",
        None,
        &[
            received(r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#),
            sent(r#"{"op":2,"d":{"token":"t","intents":1}}"#),
            sent(r#"{"op":1,"d":null}"#),
            received(r#"{"t":null,"s":null,"op":11,"d":null}"#),
            received(r#"{"t":"MESSAGE_CREATE","s":2,"op":0,"d":{"content":"hi"}}"#),
            received(r#"{"op":99,"d":null}"#),
            received(r#"{"a":1}"#),
            received_binary(b"\x83"),
        ],
    );
    assert_eq!(
        conversation.events(),
        ["Hello", "Identify", "Heartbeat", "Heartbeat ACK", "MESSAGE_CREATE", "99", "", ""]
    );
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(2, 3)], vec![2, 3]));
    assert_eq!(conversation.malformed(), [6, 7]);
    assert_eq!(conversation.recognized(), "discord by the URL");
    assert!(conversation.decode(1).units[0].bodies[0].is_credential);
    assert!(!conversation.decode(4).units[0].bodies[0].is_credential);
    let codes =
        [4000, 4004, 4014, 4006].map(|code| protocol("discord").expect("a row").close_code(code).is_some());
    assert_eq!(codes, [true, true, true, false]);
}

#[test]
fn discord_is_recognized_within_its_zlib_stream() {
    let mut compress = flate2::Compress::new(flate2::Compression::default(), true);
    let mut compressed = |text: &str| {
        let mut bytes = Vec::with_capacity(256);
        compress.compress_vec(text.as_bytes(), &mut bytes, flate2::FlushCompress::Sync).expect("compressed");
        received_binary(&bytes)
    };
    let messages = [
        compressed(r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#),
        sent(r#"{"op":1,"d":null}"#),
        compressed(r#"{"t":null,"s":null,"op":11,"d":null}"#),
    ];
    let url = "wss://gateway.discord.gg/?encoding=json&v=9&compress=zlib-stream";
    let conversation = Conversation::new(url, None, &messages);
    assert_eq!(conversation.events(), ["Hello", "Heartbeat", "Heartbeat ACK"]);
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(1, 2)], vec![1, 2]));
}

#[test]
fn requests_of_obs_are_paired_in_both_encodings() {
    let messages = [
        received(r#"{"op":0,"d":{"obsWebSocketVersion":"5.1.0","rpcVersion":1}}"#),
        sent(r#"{"op":1,"d":{"rpcVersion":1,"authentication":"s"}}"#),
        received(r#"{"op":2,"d":{"negotiatedRpcVersion":1}}"#),
        sent(r#"{"op":6,"d":{"requestType":"GetVersion","requestId":"r"}}"#),
        received(
            r#"{"op":7,"d":{"requestType":"GetVersion","requestId":"r","requestStatus":{"result":true}}}"#,
        ),
        received(r#"{"op":5,"d":{"eventType":"StreamStateChanged","eventIntent":64}}"#),
    ];
    let conversation = Conversation::new("ws://localhost:4455/", None, &messages);
    assert_eq!(
        conversation.events(),
        ["Hello", "Identify", "Identified", "GetVersion", "result of GetVersion", "StreamStateChanged"]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (3, 4)]);
    assert_eq!(conversation.recognized(), "obs by its first messages");
    assert!(conversation.decode(1).units[0].bodies[0].is_credential);
    let packed = b"\x82\xa2op\x05\xa1d\x81\xa9eventType\xa4Exit";
    let conversation =
        Conversation::new("ws://localhost/", Some("obswebsocket.msgpack"), &[sent_binary(packed)]);
    assert_eq!(conversation.events(), ["Exit"]);
}

#[test]
fn results_of_home_assistant_are_named_after_their_command() {
    let conversation = Conversation::new(
        "ws://ha.test:8123/api/websocket",
        None,
        &[
            received(r#"{"type":"auth_required","ha_version":"2026.4.0"}"#),
            sent(r#"{"type":"auth","access_token":"t"}"#),
            received(r#"{"type":"auth_ok","ha_version":"2026.4.0"}"#),
            sent(r#"{"id":1,"type":"subscribe_events","event_type":"state_changed"}"#),
            received(
                r#"[{"id":1,"type":"result","success":true,"result":null},{"id":1,"type":"event","event":{"event_type":"state_changed"}}]"#,
            ),
            sent(r#"{"id":2,"type":"call_service","domain":"light","service":"turn_on"}"#),
            received(r#"{"id":2,"type":"result","success":true,"result":null}"#),
            sent(r#"{"id":3,"type":"ping"}"#),
            received(r#"{"id":3,"type":"pong"}"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "auth_required",
            "auth",
            "auth_ok",
            "subscribe_events state_changed",
            "2 frames: result of subscribe_events state_changed, event state_changed",
            "call_service light.turn_on",
            "result of call_service light.turn_on",
            "ping",
            "pong",
        ]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (3, 4), (5, 6), (7, 8)]);
    assert_eq!(conversation.heartbeats(), [7, 8]);
    assert_eq!(conversation.recognized(), "home-assistant by the URL");
    assert!(conversation.decode(1).units[0].bodies[0].is_credential);
}

#[test]
fn events_of_openai_realtime_are_named_by_type() {
    let messages = [
        received(r#"{"type":"session.created","event_id":"e1","session":{}}"#),
        sent(r#"{"type":"input_audio_buffer.append","audio":"AA=="}"#),
        received(r#"{"type":"response.output_audio.delta","event_id":"e2","delta":"AA=="}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(
        conversation.events(),
        ["session.created", "input_audio_buffer.append", "response.output_audio.delta"]
    );
    assert_eq!(conversation.recognized(), "openai-realtime by its first messages");
}

#[test]
fn transactions_of_janus_are_paired() {
    let messages = [
        sent(r#"{"janus":"create","transaction":"a"}"#),
        received(r#"{"janus":"success","transaction":"a","data":{"id":1}}"#),
        sent(r#"{"janus":"keepalive","session_id":1,"transaction":"b"}"#),
        received(r#"{"janus":"ack","session_id":1,"transaction":"b"}"#),
        sent(r#"{"janus":"message","session_id":1,"transaction":"c","body":{"request":"join"}}"#),
        received(r#"{"janus":"ack","session_id":1,"transaction":"c"}"#),
        received(r#"{"janus":"event","session_id":1,"transaction":"c","plugindata":{}}"#),
        received(r#"{"janus":"webrtcup","session_id":1,"sender":2}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(
        conversation.events(),
        [
            "create",
            "success of create",
            "keepalive",
            "ack of keepalive",
            "message join",
            "ack of message join",
            "event of message join",
            "webrtcup",
        ]
    );
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(0, 1), (2, 3), (4, 5)], vec![2, 3]));
    assert_eq!(conversation.recognized(), "janus by its first messages");
}

#[test]
fn calls_of_classic_signalr_are_paired_though_the_id_changes_its_type() {
    let messages = [
        received(r#"{"C":"s-0,1","S":1,"M":[]}"#),
        sent(r#"{"H":"chathub","M":"Send","A":["hi"],"I":0}"#),
        received(r#"{"I":"0","R":1}"#),
        received(r#"{"C":"s-0,2","M":[{"H":"ChatHub","M":"add","A":["hi"]}]}"#),
        received("{}"),
        sent(r#"{"H":"chathub","M":"Fail","A":[],"I":1}"#),
        received(r#"{"I":"1","E":"no"}"#),
    ];
    let conversation =
        Conversation::new("wss://x.test/signalr/connect?transport=webSockets", None, &messages);
    assert_eq!(
        conversation.events(),
        [
            "initialized",
            "chathub.Send",
            "result of chathub.Send",
            "ChatHub.add",
            "keepalive",
            "chathub.Fail",
            "error of chathub.Fail",
        ]
    );
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(1, 2), (5, 6)], vec![4]));
    assert_eq!(conversation.recognized(), "classic-signalr by the URL");
}

#[test]
fn messages_of_next_are_named_by_action() {
    let messages = [
        received(r#"{"action":"sync","hash":"a","errors":[],"warnings":[],"versionInfo":{}}"#),
        sent(r#"{"event":"ping","tree":[]}"#),
        received(r#"{"action":"pong","success":true}"#),
        received(r#"{"action":"serverComponentChanges"}"#),
    ];
    let conversation = Conversation::new("ws://localhost:3000/", None, &messages);
    assert_eq!(conversation.events(), ["sync", "ping", "pong", "serverComponentChanges"]);
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(1, 2)], vec![1, 2]));
    assert_eq!(conversation.recognized(), "next-hmr by its first messages");
}

#[test]
fn streams_of_binance_are_named() {
    let messages = [
        sent(r#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"#),
        received(r#"{"result":null,"id":1}"#),
        received(r#"{"e":"trade","E":1672515782136,"s":"BTCUSDT","p":"1"}"#),
        received(r#"{"stream":"btcusdt@trade","data":{}}"#),
    ];
    let conversation = Conversation::new("wss://stream.binance.com:9443/ws", None, &messages);
    assert_eq!(
        conversation.events(),
        ["SUBSCRIBE btcusdt@trade", "result of SUBSCRIBE btcusdt@trade", "trade BTCUSDT", "btcusdt@trade"]
    );
    assert_eq!(conversation.pairs(), [(0, 1)]);
    assert_eq!(conversation.recognized(), "binance by the URL");
    assert_eq!(
        Conversation::new("wss://x.test/", None, &messages).recognized(),
        "binance by its first messages"
    );
}

#[test]
fn both_versions_of_kraken_are_named() {
    let messages = [
        sent(r#"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]},"req_id":1}"#),
        received(r#"{"method":"subscribe","result":{},"success":true,"req_id":1}"#),
        received(r#"{"channel":"heartbeat"}"#),
        received(r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD"}]}"#),
        sent(r#"{"method":"ping","req_id":101}"#),
        received(r#"{"method":"pong","req_id":101}"#),
        received(r#"{"event":"systemStatus","connectionID":1,"status":"online"}"#),
        received(r#"[340,{"c":["1"]},"ticker","XBT/USD"]"#),
        received(r#"{"event":"heartbeat"}"#),
    ];
    let conversation = Conversation::new("wss://ws.kraken.com/v2", None, &messages);
    assert_eq!(
        conversation.events(),
        [
            "subscribe ticker",
            "result of subscribe ticker",
            "heartbeat",
            "ticker BTC/USD",
            "ping",
            "pong",
            "systemStatus",
            "ticker XBT/USD",
            "heartbeat",
        ]
    );
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(0, 1), (4, 5)], vec![2, 4, 5, 8]));
    assert_eq!(conversation.recognized(), "kraken by the URL");
}
