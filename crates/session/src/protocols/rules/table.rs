//! The rows: protocols that [`super::Rule`] describes.

use super::Part::{At, Code, Text};
use super::Test::{All, Always, Empty, Has, Is, Never, Not, Starts};
use super::{Exchange, Id, Rule, RuleProtocol};
use crate::encodings::Syntax;

/// Discord's gateway (its documentation): `{op, d, s, t}`.
pub(in super::super) static DISCORD: RuleProtocol = RuleProtocol(&Rule {
    key: "discord",
    label: "Discord gateway",
    urls: &["://gateway.discord.gg", ".discord.gg/?", "://gateway-us-"],
    distinctive: &[
        All(&[Is("op", &["10"]), Has("d.heartbeat_interval")]),
        All(&[Is("op", &["0"]), Has("t"), Has("s"), Has("d")]),
        All(&[Is("op", &["2"]), Has("d.token")]),
        All(&[Is("op", &["6"]), Has("d.session_id")]),
    ],
    neutral: &[All(&[Has("op"), Has("d")]), Is("op", &["1", "7", "11"])],
    names: &[(Is("op", &["0"]), &[At("t")]), (Always, &[Code("op", DISCORD_OPCODES)])],
    exchanges: &[Exchange {
        id: Id::InOrder("heartbeat"),
        request: Is("op", &["1"]),
        reply: Is("op", &["11"]),
        partial: Never,
        named: Never,
    }],
    heartbeats: &[Is("op", &["1", "11"])],
    credentials: &["d.token"],
    resumed: Is("t", &["RESUMED"]),
    new_session: Is("t", &["READY"]),
    close_codes: &[
        (4000, "Unknown error: the client may reconnect"),
        (4001, "Unknown opcode"),
        (4002, "Decode error"),
        (4003, "Not authenticated"),
        (4004, "Authentication failed: the client must not reconnect"),
        (4005, "Already authenticated"),
        (4007, "Invalid sequence"),
        (4008, "Rate limited"),
        (4009, "Session timed out"),
        (4010, "Invalid shard: the client must not reconnect"),
        (4011, "Sharding required: the client must not reconnect"),
        (4012, "Invalid API version: the client must not reconnect"),
        (4013, "Invalid intents: the client must not reconnect"),
        (4014, "Disallowed intents: the client must not reconnect"),
    ],
    ..Rule::EMPTY
});

const DISCORD_OPCODES: &[(u64, &str)] = &[
    (0, "Dispatch"),
    (1, "Heartbeat"),
    (2, "Identify"),
    (3, "Presence Update"),
    (4, "Voice State Update"),
    (6, "Resume"),
    (7, "Reconnect"),
    (8, "Request Guild Members"),
    (9, "Invalid Session"),
    (10, "Hello"),
    (11, "Heartbeat ACK"),
    (31, "Request Soundboard Sounds"),
];

/// obs-websocket 5 (its documentation): `{op, d}` as JSON or MessagePack.
pub(in super::super) static OBS: RuleProtocol = RuleProtocol(&Rule {
    key: "obs",
    label: "OBS WebSocket",
    subprotocols: &["obswebsocket.json", "obswebsocket.msgpack"],
    distinctive: &[
        All(&[Is("op", &["0"]), Has("d.obsWebSocketVersion")]),
        All(&[Is("op", &["5"]), Has("d.eventType")]),
        All(&[Is("op", &["6"]), Has("d.requestType"), Has("d.requestId")]),
        All(&[Is("op", &["7"]), Has("d.requestStatus")]),
    ],
    neutral: &[All(&[Is("op", &["1", "2", "3", "8", "9"]), Has("d")])],
    names: &[
        (Is("op", &["5"]), &[At("d.eventType")]),
        (Is("op", &["6"]), &[At("d.requestType")]),
        (Is("op", &["7"]), &[Text("result of "), At("d.requestType")]),
        (
            Always,
            &[Code(
                "op",
                &[
                    (0, "Hello"),
                    (1, "Identify"),
                    (2, "Identified"),
                    (3, "Reidentify"),
                    (5, "Event"),
                    (6, "Request"),
                    (7, "RequestResponse"),
                    (8, "RequestBatch"),
                    (9, "RequestBatchResponse"),
                ],
            )],
        ),
    ],
    exchanges: &[
        Exchange {
            id: Id::Typed("d.requestId"),
            request: Is("op", &["6", "8"]),
            reply: Is("op", &["7", "9"]),
            partial: Never,
            named: Never,
        },
        Exchange {
            id: Id::InOrder("identify"),
            request: Is("op", &["1", "3"]),
            reply: Is("op", &["2"]),
            partial: Never,
            named: Never,
        },
    ],
    credentials: &["d.authentication"],
    binary: Some(Syntax::MessagePack),
    ..Rule::EMPTY
});

/// Home Assistant (its developer documentation): `{id, type}` is answered by
/// `{id, type: "result"}`.
pub(in super::super) static HOME_ASSISTANT: RuleProtocol = RuleProtocol(&Rule {
    key: "home-assistant",
    label: "Home Assistant",
    urls: &["/api/websocket"],
    distinctive: &[
        All(&[Is("type", &["auth_required", "auth_ok"]), Has("ha_version")]),
        All(&[Is("type", &["auth"]), Has("access_token")]),
        All(&[Is("type", &["result"]), Has("id"), Has("success")]),
        All(&[Is("type", &["event"]), Has("id"), Has("event")]),
    ],
    neutral: &[All(&[Has("id"), Has("type")]), Is("type", &["auth_invalid"])],
    names: &[
        (Is("type", &["event"]), &[Text("event "), At("event.event_type")]),
        (Is("type", &["call_service"]), &[Text("call_service "), At("domain"), Text("."), At("service")]),
        (Is("type", &["subscribe_events"]), &[Text("subscribe_events "), At("event_type")]),
        (Always, &[At("type")]),
    ],
    exchanges: &[
        Exchange {
            id: Id::InOrder("auth"),
            request: Is("type", &["auth"]),
            reply: Is("type", &["auth_ok", "auth_invalid"]),
            partial: Never,
            named: Never,
        },
        Exchange {
            id: Id::Typed("id"),
            request: Not(&Is("type", &["result", "event", "pong"])),
            reply: Is("type", &["pong"]),
            // Events follow the result of a subscription.
            partial: Is("type", &["result", "event"]),
            named: Is("type", &["result"]),
        },
    ],
    heartbeats: &[Is("type", &["ping", "pong"])],
    credentials: &["access_token"],
    has_batches: true,
    ..Rule::EMPTY
});

/// OpenAI Realtime: `{type, event_id}`.
pub(in super::super) static OPENAI_REALTIME: RuleProtocol = RuleProtocol(&Rule {
    key: "openai-realtime",
    label: "OpenAI Realtime",
    urls: &["://api.openai.com/v1/realtime", "/openai/realtime?", "/openai/v1/realtime"],
    distinctive: &[Starts(
        "type",
        &[
            "input_audio_buffer.",
            "output_audio_buffer.",
            "conversation.item.",
            "response.output_",
            "response.audio",
        ],
    )],
    neutral: &[
        Starts("type", &["session.", "response.", "conversation.", "transcription_session."]),
        Is("type", &["error", "rate_limits.updated"]),
    ],
    names: &[(Always, &[At("type")])],
    credentials: &["session.client_secret"],
    ..Rule::EMPTY
});

/// Janus: `{janus, transaction}`.
pub(in super::super) static JANUS: RuleProtocol = RuleProtocol(&Rule {
    key: "janus",
    label: "Janus",
    subprotocols: &["janus-protocol"],
    distinctive: &[All(&[Has("janus"), Has("transaction")]), All(&[Has("janus"), Has("session_id")])],
    neutral: &[Has("janus")],
    names: &[
        (All(&[Is("janus", &["message"]), Has("body.request")]), &[Text("message "), At("body.request")]),
        (Always, &[At("janus")]),
    ],
    exchanges: &[Exchange {
        id: Id::Typed("transaction"),
        request: Not(&Is("janus", &["ack", "success", "error", "event", "server_info", "pong"])),
        reply: Is("janus", &["success", "error", "event", "server_info", "pong"]),
        partial: Is("janus", &["ack"]),
        named: Always,
    }],
    heartbeats: &[Is("janus", &["keepalive", "ping", "pong"])],
    heartbeat_requests: &["keepalive", "ping"],
    credentials: &["token", "apisecret"],
    ..Rule::EMPTY
});

/// SignalR of ASP.NET, before ASP.NET Core: `{H, M, A, I}` is answered by `{I, R}`, the server
/// calls in `{C, M: […]}`.
pub(in super::super) static CLASSIC_SIGNALR: RuleProtocol = RuleProtocol(&Rule {
    key: "classic-signalr",
    label: "SignalR (ASP.NET, classic)",
    urls: &["/signalr/connect", "/signalr/reconnect"],
    distinctive: &[All(&[Has("H"), Has("M"), Has("A")]), All(&[Has("C"), Has("M")])],
    neutral: &[Empty, Has("I"), Has("C")],
    names: &[
        (Empty, &[Text("keepalive")]),
        (Has("H"), &[At("H"), Text("."), At("M")]),
        (Has("M.1"), &[At("M.0.H"), Text("."), At("M.0.M"), Text(" and more")]),
        (Has("M.0"), &[At("M.0.H"), Text("."), At("M.0.M")]),
        (Has("S"), &[Text("initialized")]),
        (Has("E"), &[Text("error")]),
        (Has("I"), &[Text("result")]),
        (Has("C"), &[Text("message")]),
    ],
    exchanges: &[Exchange {
        // A number in the call, a string in the result.
        id: Id::Text("I"),
        request: Has("H"),
        reply: All(&[Has("I"), Not(&Has("P"))]),
        partial: Has("P"),
        named: Always,
    }],
    heartbeats: &[Empty],
    ..Rule::EMPTY
});

/// The hot reloading of Next.js.
pub(in super::super) static NEXT_HMR: RuleProtocol = RuleProtocol(&Rule {
    key: "next-hmr",
    label: "Next.js dev server",
    urls: &["/_next/webpack-hmr", "/_next/hmr"],
    distinctive: &[
        Is("action", NEXT_ACTIONS),
        Is("type", NEXT_ACTIONS),
        All(&[Is("action", &["sync"]), Has("versionInfo")]),
        All(&[Is("type", &["sync"]), Has("versionInfo")]),
    ],
    neutral: &[Has("action"), Has("event"), Has("type")],
    names: &[(Always, &[At("action")]), (Always, &[At("type")]), (Always, &[At("event")])],
    exchanges: &[Exchange {
        id: Id::InOrder("ping"),
        request: Is("event", &["ping"]),
        reply: Is("action", &["pong"]),
        partial: Never,
        named: Never,
    }],
    heartbeats: &[Is("event", &["ping"]), Is("action", &["pong"]), Is("event", &["pong"])],
    ..Rule::EMPTY
});

const NEXT_ACTIONS: &[&str] = &[
    "serverComponentChanges",
    "turbopack-message",
    "turbopack-connected",
    "isrManifest",
    "appIsrManifest",
    "devIndicator",
    "addedPage",
    "removedPage",
    "finishBuilding",
];

/// Binance: streams of events `{e, E, s}`, alone or in `{stream, data}`, and requests
/// `{method, params, id}`.
pub(in super::super) static BINANCE: RuleProtocol = RuleProtocol(&Rule {
    key: "binance",
    label: "Binance",
    urls: &["binance.com", "binance.vision", "binance.us"],
    distinctive: &[All(&[Has("stream"), Has("data.e"), Has("data.E")]), All(&[Has("e"), Has("E")])],
    neutral: &[
        All(&[Has("stream"), Has("data")]),
        All(&[Has("id"), Has("result")]),
        All(&[Has("id"), Has("status")]),
        All(&[Has("id"), Has("method")]),
        All(&[Has("code"), Has("msg")]),
        Has("error"),
        Has("lastUpdateId"),
        All(&[Has("u"), Has("b"), Has("a")]),
        Has("0.e"),
    ],
    names: &[
        (Has("stream"), &[At("stream")]),
        (Has("e"), &[At("e"), Text(" "), At("s")]),
        (Has("e"), &[At("e")]),
        (Has("0.e"), &[At("0.e")]),
        (Has("method"), &[At("method"), Text(" "), At("params.0")]),
        (Has("method"), &[At("method")]),
        (Has("error"), &[Text("error")]),
        (Has("id"), &[Text("result")]),
        (Has("lastUpdateId"), &[Text("depth")]),
        (Has("u"), &[Text("bookTicker "), At("s")]),
    ],
    exchanges: &[Exchange {
        id: Id::Typed("id"),
        request: Has("method"),
        reply: Has("id"),
        partial: Never,
        named: Always,
    }],
    credentials: &["params.apiKey", "params.signature"],
    ..Rule::EMPTY
});

/// Kraken: version 2 `{channel, type, data}` and `{method, params, req_id}`, version 1
/// `{event, reqid}` and arrays.
pub(in super::super) static KRAKEN: RuleProtocol = RuleProtocol(&Rule {
    key: "kraken",
    label: "Kraken",
    urls: &["kraken.com"],
    distinctive: &[
        All(&[Is("channel", &["heartbeat"]), Not(&Has("data"))]),
        All(&[Is("channel", &["status"]), Has("type"), Has("data.0.api_version")]),
        All(&[Is("event", &["systemStatus"]), Has("connectionID")]),
    ],
    neutral: &[
        All(&[Has("channel"), Has("data")]),
        Has("method"),
        Has("event"),
        Has("feed"),
        Has("error"),
        All(&[Has("2"), Not(&Has("5"))]),
    ],
    names: &[
        (All(&[Has("success"), Not(&Is("method", &["pong"]))]), &[Text("result")]),
        (Has("channel"), &[At("channel"), Text(" "), At("data.0.symbol")]),
        (Has("channel"), &[At("channel")]),
        (Has("method"), &[At("method"), Text(" "), At("params.channel")]),
        (Has("method"), &[At("method")]),
        (Has("event"), &[At("event"), Text(" "), At("subscription.name")]),
        (Has("event"), &[At("event")]),
        (Has("feed"), &[At("feed")]),
        (Has("3"), &[At("2"), Text(" "), At("3")]),
        (Has("2"), &[At("1")]),
        (Has("error"), &[Text("error")]),
    ],
    exchanges: &[
        Exchange {
            id: Id::Typed("req_id"),
            request: All(&[Has("method"), Not(&Has("success")), Not(&Is("method", &["pong"]))]),
            reply: Has("method"),
            partial: Never,
            named: Has("success"),
        },
        Exchange {
            id: Id::Typed("reqid"),
            request: Is("event", &["subscribe", "unsubscribe", "ping", "addOrder", "cancelOrder"]),
            reply: Has("event"),
            partial: Never,
            named: Never,
        },
    ],
    heartbeats: &[
        Is("channel", &["heartbeat"]),
        Is("event", &["heartbeat", "ping", "pong"]),
        Is("method", &["ping", "pong"]),
    ],
    credentials: &["params.token", "subscription.token", "token"],
    ..Rule::EMPTY
});
