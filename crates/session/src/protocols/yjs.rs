//! Yjs: shared documents, by y-websocket and by Hocuspocus. The content of updates is not decoded.

mod message;

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{
    Decoder, Detail, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Scratch, Unit, Units,
};
use crate::encodings::Syntax;
use crate::model::{Direction, plural};
use message::{Awareness, Content, Dialect, Message, client_count, state_vector};

/// Clients whose last state is remembered.
const MAX_CLIENTS: usize = 10_000;
/// Clients of a state vector that are listed.
const MAX_LISTED: usize = 100;

#[derive(Debug)]
pub(super) struct Yjs;

impl Protocol for Yjs {
    fn key(&self) -> &'static str {
        "yjs"
    }

    fn label(&self) -> &'static str {
        "Yjs"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let dialects = [Dialect::YWebsocket, Dialect::Hocuspocus];
        dialects.map(|dialect| fit(frame, dialect)).into_iter().max().unwrap_or(Fit::No)
    }

    fn score(&self, sample: &Sample) -> usize {
        let score = |dialect| super::recognize::count_distinctive(sample, |frame| fit(frame, dialect));
        score(Dialect::YWebsocket).max(score(Dialect::Hocuspocus))
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        let count = |dialect| sample.frames().filter(|frame| fit(frame, dialect) != Fit::No).count();
        let is_hocuspocus = count(Dialect::Hocuspocus) > count(Dialect::YWebsocket);
        let dialect = if is_hocuspocus { Dialect::Hocuspocus } else { Dialect::YWebsocket };
        Box::new(YjsDecoder { dialect, clients: HashMap::new() })
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        (4400..4500).contains(&code).then_some("y-websocket does not connect again")
    }
}

fn fit(frame: &Frame<'_>, dialect: Dialect) -> Fit {
    if frame.opcode == Opcode::Text {
        return Fit::No;
    }
    match Message::of(frame.data, dialect).map(|message| message.content) {
        None => Fit::No,
        Some(Content::Step1(vector)) if state_vector(vector).is_none() => Fit::No,
        Some(Content::Step1(_) | Content::Step2(_) | Content::Update(_) | Content::Awareness(_)) => {
            Fit::Distinctive
        }
        Some(_) => Fit::Neutral,
    }
}

#[derive(Clone, Debug)]
struct YjsDecoder {
    dialect: Dialect,
    /// The clock of each client, and a hash of its state.
    clients: HashMap<(Direction, u64), (u64, u64)>,
}

impl Decoder for YjsDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let message = Message::of(frame.data, self.dialect).filter(|_| frame.opcode == Opcode::Binary);
        let Some(message) = message else {
            let reason = match self.dialect {
                Dialect::YWebsocket => "Not a message of y-websocket",
                Dialect::Hocuspocus => "Not a message of Hocuspocus",
            };
            units.push_plain(Unit::malformed(all, frame.problem(reason)));
            return;
        };
        let key = |space| PairKey::new(space, message.document);
        let (event, role) = match message.content {
            Content::Step1(_) => ("sync step 1", Role::Request(key("sync"))),
            Content::Step2(_) => ("sync step 2", Role::Reply(key("sync"))),
            Content::Update(_) => ("update", Role::None),
            Content::Awareness(_) => ("awareness", Role::None),
            Content::QueryAwareness => ("query awareness", Role::None),
            Content::Token(_) => ("authenticate", Role::Request(key("auth"))),
            Content::PermissionDenied(_) => ("permission denied", Role::Reply(key("auth"))),
            Content::Authenticated(_) => ("authenticated", Role::Reply(key("auth"))),
            Content::Stateless(_) => ("stateless", Role::None),
            Content::Close(_) => ("close", Role::None),
            Content::SyncStatus(_) => ("sync status", Role::None),
            Content::Ping => ("ping", Role::Request(key("ping"))),
            Content::Pong => ("pong", Role::ReplyInOrder(key("ping"))),
        };
        let event = match message.document {
            Some(document) => format!("{event} · {document}").into(),
            None => Cow::Borrowed(event),
        };
        let is_heartbeat = match message.content {
            Content::Ping | Content::Pong => true,
            Content::Awareness(awareness) => self.is_refresh(frame.direction, awareness),
            _ => false,
        };
        let unit = Unit { is_heartbeat, ..Unit::new(all, event) }.with_role(role);
        units.push(unit, |detail| describe(&message, detail));
    }

    fn label(&self) -> Option<String> {
        let label = match self.dialect {
            Dialect::YWebsocket => "Yjs by y-websocket",
            Dialect::Hocuspocus => "Yjs by Hocuspocus",
        };
        Some(label.to_owned())
    }

    fn state_len(&self) -> usize {
        self.clients.len() * 48
    }
}

impl YjsDecoder {
    /// Whether the states are those that the clients had, with the next clock: a client repeats its
    /// state so that it is not taken for gone.
    fn is_refresh(&mut self, direction: Direction, awareness: Awareness<'_>) -> bool {
        let mut is_refresh = awareness.states().next().is_some();
        for client in awareness.states() {
            let mut hasher = DefaultHasher::new();
            client.state.hash(&mut hasher);
            let state = hasher.finish();
            let key = (direction, client.client);
            let before = self.clients.get(&key).copied();
            is_refresh &=
                before.is_some() && before == client.clock.checked_sub(1).map(|clock| (clock, state));
            if before.is_some() || self.clients.len() < MAX_CLIENTS {
                self.clients.insert(key, (client.clock, state));
            }
        }
        is_refresh
    }
}

fn describe(message: &Message<'_>, detail: &mut Detail) {
    detail.optional("Document", message.document);
    match message.content {
        Content::Step1(vector) => {
            for (client, clock) in state_vector(vector).unwrap_or_default().into_iter().take(MAX_LISTED) {
                detail.field(format!("Client {client}"), format!("clock {clock}"));
            }
            detail.body("State vector", None, vector);
        }
        Content::Step2(update) | Content::Update(update) => {
            detail.field("Size", plural(update.len() as u64, "byte"));
            detail.optional("Clients", client_count(update).map(|count| count.to_string()));
            detail.body("Update", None, update);
        }
        Content::Awareness(awareness) => {
            for client in awareness.states().take(MAX_LISTED) {
                detail.field(format!("Client {}", client.client), format!("clock {}", client.clock));
                let name = format!("State of client {}", client.client);
                detail.body(name, Some(Syntax::Json), client.state);
            }
        }
        Content::Token(token) => {
            detail.credential("Token", token);
        }
        Content::PermissionDenied(reason) | Content::Close(reason) => {
            detail.field("Reason", reason);
        }
        Content::Authenticated(scope) => {
            detail.field("Scope", scope);
        }
        Content::Stateless(payload) => {
            detail.body("Payload", None, payload);
        }
        Content::SyncStatus(is_saved) => {
            detail.field("Saved", if is_saved { "yes" } else { "no" });
        }
        Content::QueryAwareness | Content::Ping | Content::Pong => {}
    }
}

#[cfg(test)]
mod tests;
