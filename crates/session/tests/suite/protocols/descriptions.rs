//! What `docs/protocols.md` says of each protocol beyond its label.

/// A row of the table.
#[derive(Clone, Copy)]
pub(super) struct Description {
    pub(super) key: &'static str,
    /// Subprotocols that it is recognized by.
    pub(super) subprotocols: &'static [&'static str],
    /// Examples of URLs that it is recognized by; a path is one of any host.
    pub(super) urls: &'static [&'static str],
    /// It is recognized by its first messages.
    pub(super) has_distinctive_messages: bool,
    pub(super) heartbeats: &'static str,
    pub(super) pairs: &'static str,
}

const fn row(
    key: &'static str,
    subprotocols: &'static [&'static str],
    urls: &'static [&'static str],
    heartbeats: &'static str,
    pairs: &'static str,
) -> Description {
    Description { key, subprotocols, urls, has_distinctive_messages: true, heartbeats, pairs }
}

/// The same for a protocol whose messages are not distinctive.
const fn without_messages(description: Description) -> Description {
    Description { has_distinctive_messages: false, ..description }
}

pub(super) const DESCRIPTIONS: &[Description] = &[
    row(
        "socket.io",
        &[],
        &["/socket.io/?EIO=4&transport=websocket"],
        "Engine.IO packets 2 and 3",
        "acknowledgment by id and namespace; connect; ping",
    ),
    row(
        "sockjs",
        &[],
        &["/echo/123/abc/websocket"],
        "`h`, and those of the protocol within",
        "those of the protocol within",
    ),
    row("signalr", &[], &["/_blazor"], "type 6", "`invocationId`, streams included; handshake"),
    row(
        "stomp",
        &["v10.stomp", "v11.stomp", "v12.stomp"],
        &[],
        "line breaks between frames",
        "receipt; CONNECT; SUBSCRIBE and its first MESSAGE; MESSAGE and its ACK or NACK",
    ),
    row(
        "mqtt",
        &["mqtt", "mqttv3.1"],
        &[],
        "PINGREQ, PINGRESP",
        "packet id; CONNECT; response topic with correlation data (MQTT 5)",
    ),
    row(
        "wamp",
        &["wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json.batched"],
        &[],
        "none",
        "request id; HELLO; GOODBYE",
    ),
    row("nats", &["nats"], &[], "PING, PONG", "reply subject; PING"),
    row(
        "jupyter",
        &["v1.kernel.websocket.jupyter.org"],
        &["/api/kernels/1/channels"],
        "none",
        "`parent_header.msg_id`",
    ),
    without_messages(row(
        "kubernetes",
        &["channel.k8s.io", "v4.channel.k8s.io", "v5.channel.k8s.io", "base64.channel.k8s.io"],
        &[],
        "none",
        "none",
    )),
    without_messages(row("grpc-web", &["grpc-websockets"], &[], "none", "call")),
    row(
        "yjs",
        &[],
        &[],
        "Hocuspocus ping and pong; awareness that repeats a state",
        "sync step 1 and 2; authentication; ping",
    ),
    without_messages(row(
        "livekit",
        &[],
        &["/rtc?access_token=…"],
        "ping, pong and their successors",
        "offer and answer; ping; track by id",
    )),
    row(
        "graphql-transport-ws",
        &["graphql-transport-ws"],
        &[],
        "ping, pong",
        "operation by id; connection_init; ping",
    ),
    row(
        "graphql-ws",
        &["graphql-ws"],
        &["wss://x.appsync-realtime-api.eu-west-1.amazonaws.com/graphql"],
        "`ka`",
        "operation by id; connection_init",
    ),
    row("appsync-events", &["aws-appsync-event-ws"], &[], "`ka`", "id; connection_init"),
    row(
        "phoenix",
        &[],
        &["/socket/websocket?vsn=2.0.0"],
        "event `heartbeat` of the topic `phoenix`, and its reply",
        "`ref`",
    ),
    row(
        "action-cable",
        &["actioncable-v1-json", "actioncable-v1-ext-json"],
        &["/cable"],
        "ping; AnyCable's pong",
        "subscription by identifier",
    ),
    row(
        "pusher",
        &[],
        &["/app/key?protocol=7"],
        "`pusher:ping`, `pusher:pong`",
        "subscription by channel; ping",
    ),
    row("trpc", &[], &[], "`PING`, `PONG`", "id; PING"),
    row("lsp", &[], &[], "none", "id"),
    row("cdp", &[], &["/devtools/page/1", "/devtools/browser/1"], "none", "id within a session"),
    row("json-rpc", &[], &[], "none", "id"),
    row("vite", &["vite-hmr", "vite-ping"], &[], "ping", "none"),
    row("webpack", &[], &[], "none", "none"),
    row("firebase", &[], &["/.ws?v=5"], "`0`; control messages p and o", "request number"),
    row("ddp", &[], &[], "ping, pong", "id of method or subscription; connect; ping"),
    row("centrifugo", &[], &["/connection/websocket"], "empty commands", "id; ping"),
    row(
        "ably",
        &[],
        &["wss://main.realtime.ably.net/"],
        "HEARTBEAT",
        "serial of messages; channel of ATTACH and DETACH; CLOSE",
    ),
    row("nakama", &[], &["/ws?lang=en&status=true&token=…"], "ping, pong", "`cid`"),
    row("discord", &[], &["wss://gateway.discord.gg/"], "op 1 and 11", "heartbeat"),
    row("obs", &["obswebsocket.json", "obswebsocket.msgpack"], &[], "none", "`requestId`; Identify"),
    row("home-assistant", &[], &["/api/websocket"], "ping, pong", "id; auth"),
    row("openai-realtime", &[], &["wss://api.openai.com/v1/realtime"], "none", "none"),
    row("janus", &["janus-protocol"], &[], "keepalive, ping, and their replies", "`transaction`"),
    row("classic-signalr", &[], &["/signalr/connect"], "`{}`", "call by `I`"),
    row("next-hmr", &[], &["/_next/webpack-hmr"], "ping, pong", "ping"),
    row("binance", &[], &["wss://stream.binance.com/"], "none", "id"),
    row("kraken", &[], &["wss://ws.kraken.com/"], "heartbeat, ping, pong", "`req_id`"),
    row(
        "zlib-stream",
        &[],
        &["/?compress=zlib-stream"],
        "those of the protocol within",
        "those of the protocol within",
    ),
    row("json", &[], &[], "none", "none"),
    row("message-pack", &[], &[], "none", "none"),
    row("cbor", &[], &[], "none", "none"),
    row("bson", &[], &[], "none", "none"),
    row("protobuf", &[], &[], "none", "none"),
];
