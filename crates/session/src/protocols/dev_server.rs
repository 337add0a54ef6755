//! Development servers: Vite (8.3) and webpack-dev-server (4 and 5 with `type`, 6 with `action`).

use super::json_message::{JsonDecoder, JsonDialect, UnitResult, distinctive_if, json_fit, named};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, Protocol, Sample, Unit, Units};
use crate::encodings::{NodeKind, SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct Vite;

impl Protocol for Vite {
    fn key(&self) -> &'static str {
        "vite"
    }

    fn label(&self) -> &'static str {
        "Vite dev server"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        if handshake.has_subprotocol(&["vite-hmr", "vite-ping"]) {
            return Some(Evidence::Subprotocol);
        }
        // Nothing but a token: 9 random bytes in base64url.
        let query = handshake.url.split_once('?').map_or("", |(_, query)| query);
        let is_token = query.strip_prefix("token=").is_some_and(|token| {
            token.len() == 12
                && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        });
        (is_token && handshake.path().ends_with('/')).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| {
            let has = |key, kind| message.get(key).is_some_and(|value: Value<'_>| value.kind() == kind);
            match message.get_str("type").as_deref() {
                Some("connected" | "ping" | "full-reload" | "prune") => Fit::Neutral,
                Some("bundled-dev-update") => Fit::Distinctive,
                Some("update") => distinctive_if(has("updates", NodeKind::Array)),
                Some("error") => distinctive_if(has("err", NodeKind::Object)),
                Some("custom") if has("event", NodeKind::String) => Fit::Neutral,
                _ => Fit::No,
            }
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(ViteDialect))
    }
}

#[derive(Clone, Debug)]
struct ViteDialect;

impl JsonDialect for ViteDialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, _: &mut Units<'_>) -> UnitResult<'v> {
        let kind = message.get_str("type").ok_or("A message without a type")?;
        Ok(match &*kind {
            "ping" => Unit::heartbeat(0..0, "ping"),
            "custom" => Unit::new(0..0, named(kind, message.get_str("event").as_deref())),
            "update" => {
                let updates = message.get("updates").filter(|updates| updates.is_array());
                let updates = updates.ok_or("An update without its list of modules")?;
                let path = updates.at(0).and_then(|update| update.get_str("path"));
                let further = updates.len().saturating_sub(1);
                let subject = match (path, further) {
                    (Some(path), 1..) => Some(format!("{path} and {further} more").into()),
                    (path, _) => path,
                };
                Unit::new(0..0, named(kind, subject.as_deref()))
            }
            _ => Unit::new(0..0, kind),
        })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.value("Message", message);
    }
}

#[derive(Debug)]
pub(super) struct Webpack;

/// Types that other protocols hardly have.
const WEBPACK_TYPES: &[&str] = &[
    "hot",
    "liveReload",
    "reconnect",
    "overlay",
    "progress-update",
    "hash",
    "still-ok",
    "static-changed",
    "content-changed",
];

impl Protocol for Webpack {
    fn key(&self) -> &'static str {
        "webpack"
    }

    fn label(&self) -> &'static str {
        "webpack dev server"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match kind(message).as_deref() {
            Some(kind) if WEBPACK_TYPES.contains(&kind) => {
                // Nothing but the type and its data.
                distinctive_if(message.len() <= 2 || message.get("params").is_some())
            }
            Some("progress" | "invalid" | "ok" | "warnings" | "errors" | "error" | "close") => Fit::Neutral,
            _ => Fit::No,
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(WebpackDialect))
    }
}

fn kind(message: Value<'_>) -> Option<std::borrow::Cow<'_, str>> {
    message.get_str("type").or_else(|| message.get_str("action"))
}

#[derive(Clone, Debug)]
struct WebpackDialect;

impl JsonDialect for WebpackDialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, _: &mut Units<'_>) -> UnitResult<'v> {
        Ok(Unit::new(0..0, kind(message).ok_or("Neither a type nor an action")?))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.content("Data", message.get("data"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    const UPDATE: &str = r#"{"type":"update","updates":[{"type":"js-update","path":"/a.ts","acceptedPath":"/a.ts","timestamp":1}]}"#;

    #[test]
    fn updates_of_vite_are_named_by_their_module() {
        let messages = [
            received(r#"{"type":"connected"}"#),
            sent(r#"{"type":"ping"}"#),
            received(UPDATE),
            received(r#"{"type":"update","updates":[{"path":"/a"},{"path":"/b"},{}]}"#),
            received(r#"{"type":"custom","event":"my:event","data":{}}"#),
            received(r#"{"type":"full-reload","path":"*"}"#),
        ];
        let conversation = Conversation::new("ws://localhost:5173/?token=t", Some("vite-hmr"), &messages);
        assert_eq!(
            conversation.events(),
            ["connected", "ping", "update /a.ts", "update /a and 2 more", "custom my:event", "full-reload"]
        );
        assert_eq!((conversation.heartbeats(), conversation.pairs()), (vec![1], vec![]));
        assert_eq!(conversation.recognized(), "vite by the subprotocol vite-hmr");
        let conversation = Conversation::new("ws://localhost/", None, &messages);
        assert_eq!(conversation.recognized(), "vite by its first messages");
        let url = "ws://localhost:4200/?token=sWKZyERu4h-y";
        assert_eq!(Conversation::new(url, None, &messages[..2]).recognized(), "vite by the URL");
        let bad = [received(r#"{"type":"update"}"#), received("x"), received("{}")];
        assert_eq!(Conversation::new("ws://x.test/", Some("vite-hmr"), &bad).malformed(), [0, 1, 2]);
    }

    #[test]
    fn messages_of_webpack_have_a_type_or_an_action() {
        let messages = [
            received(r#"{"type":"hot"}"#),
            received(r#"{"type":"hash","data":"abc"}"#),
            received(r#"{"action":"ok"}"#),
        ];
        let conversation = Conversation::new("ws://localhost:8080/ws", None, &messages);
        assert_eq!(conversation.events(), ["hot", "hash", "ok"]);
        assert_eq!(conversation.recognized(), "webpack by its first messages");
    }
}
