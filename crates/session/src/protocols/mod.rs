//! What is spoken inside a WebSocket: protocols, and the pass that applies one of them to all
//! messages of a socket.
//!
//! A message is not always one unit of its protocol: SignalR puts several into one message, MQTT
//! spreads one over several, Socket.IO sends binary attachments as messages of their own. A table
//! row stays the recorded message; a [`Decoder`] reports the [`Unit`]s in it. The recorded payload
//! is never altered.
//!
//! - [`recognize()`] selects a protocol by the subprotocol, the URL, or the first messages.
//! - [`Analyzer`] runs its decoder over the messages in slices and fills an [`Analysis`]: event
//!   names, heartbeats, pairs of request and reply. It decodes a single message in full on demand.
//!
//! **A protocol is one file and one line in [`PROTOCOLS`]**, with a row in
//! `tests/suite/protocols/descriptions.rs` from which `docs/protocols.md` is written.

mod ably;
mod action_cable;
mod analysis;
mod analyzer;
mod appsync_events;
mod byte_reader;
mod byte_stream;
mod centrifugo;
mod continuity;
mod ddp;
mod decoded_payloads;
mod dev_server;
mod engine_io;
mod field_pairing;
mod firebase;
mod frame;
mod generic;
mod graphql;
mod graphql_transport_ws;
mod graphql_ws;
mod grpc_web;
mod heartbeats;
mod json_message;
mod json_rpc;
mod jupyter;
mod kubernetes;
mod layers;
mod library;
mod live_kit;
mod mqtt;
mod nakama;
mod nats;
mod pairing;
mod phoenix;
mod pusher;
mod recognize;
mod rules;
mod signal_r;
mod sock_js;
mod socket_io;
mod stomp;
mod typed;
mod unit;
mod units;
mod wamp;
mod yjs;
mod zlib_stream;

pub use analysis::{Analysis, EventId, EventNames, Part};
pub use analyzer::{Analyzer, DecodeCursor, DecodedMessage};
pub use continuity::{Continuity, continuity};
pub use field_pairing::{FieldPairs, FieldPath};
pub use frame::{Frame, Handshake, Opcode, Sample};
pub use heartbeats::{SILENT_PERIODS, SocketEnd, heartbeat_period};
pub use library::{AllProtocols, Analyze, Library, install, installed};
pub use recognize::{Evidence, Fit, Recognition, recognize};
pub use unit::{DecodedBody, DecodedField, DecodedUnit, PairKey, Role, Unit};
pub use units::{Detail, Scratch, Units};

use crate::model::Direction;
use byte_reader::ByteReader;

/// The protocols, in the order of the **Decode as** list. Of two that fit equally well the earlier
/// one is selected.
pub static PROTOCOLS: &[&dyn Protocol] = &[
    &socket_io::SocketIo,
    &sock_js::SockJs,
    &signal_r::SignalR,
    &stomp::Stomp,
    &mqtt::Mqtt,
    &wamp::Wamp,
    &nats::Nats,
    &jupyter::Jupyter,
    &kubernetes::Kubernetes,
    &grpc_web::GrpcWeb,
    &yjs::Yjs,
    &live_kit::LiveKit,
    &graphql_transport_ws::GraphqlTransportWs,
    &graphql_ws::GraphqlWs,
    &appsync_events::AppsyncEvents,
    &phoenix::Phoenix,
    &action_cable::ActionCable,
    &pusher::Pusher,
    &json_rpc::Trpc,
    &json_rpc::Lsp,
    &json_rpc::Cdp,
    &json_rpc::JsonRpc,
    &dev_server::Vite,
    &dev_server::Webpack,
    &firebase::Firebase,
    &ddp::Ddp,
    &centrifugo::Centrifugo,
    &ably::Ably,
    &nakama::Nakama,
    &rules::DISCORD,
    &rules::OBS,
    &rules::HOME_ASSISTANT,
    &rules::OPENAI_REALTIME,
    &rules::JANUS,
    &rules::CLASSIC_SIGNALR,
    &rules::NEXT_HMR,
    &rules::BINANCE,
    &rules::KRAKEN,
    &zlib_stream::ZlibStream,
    &generic::GenericJson,
    &generic::GenericBinary::MESSAGE_PACK,
    &generic::GenericBinary::CBOR,
    &generic::GenericBinary::BSON,
    &generic::GenericBinary::PROTOBUF,
];

/// A protocol spoken inside a WebSocket.
pub trait Protocol: Sync {
    /// Its name in addresses: lower case, hyphens for spaces. Never changes.
    fn key(&self) -> &'static str;

    /// Its name on screen.
    fn label(&self) -> &'static str;

    /// What the handshake says: an agreed subprotocol of this protocol, or a URL that only it has.
    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let _ = handshake;
        None
    }

    /// How well a message fits. Called for a few messages of the socket; a socket is recognized by
    /// its messages only if none is [`Fit::No`] and at least one is [`Fit::Distinctive`].
    fn fit(&self, frame: &Frame<'_>) -> Fit;

    /// Number of distinctive messages in a sample; 0 if a message does not fit. Protocols whose
    /// units run over several messages look at the messages together.
    fn score(&self, sample: &Sample) -> usize {
        recognize::count_distinctive(sample, |frame| self.fit(frame))
    }

    /// A decoder at the beginning of a socket's messages. `sample` has the first of them.
    fn decoder(&self, handshake: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder>;

    /// Whether the protocol defines what a heartbeat is. If not, messages are heartbeats that
    /// repeat at a regular time without news.
    fn has_heartbeats(&self) -> bool {
        true
    }

    /// Whether messages may have replies that the protocol does not say. If so, a field that the
    /// user selects can pair them.
    fn can_pair_by_field(&self) -> bool {
        false
    }

    /// Whether the session of an earlier connection was resumed; `None` if the first messages do
    /// not say so.
    fn continuity(&self, handshake: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        let _ = (handshake, sample);
        None
    }

    /// The meaning of a close code that this protocol defines.
    fn close_code(&self, code: u16) -> Option<&'static str> {
        let _ = code;
        None
    }
}

impl std::fmt::Debug for dyn Protocol {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.key())
    }
}

/// The state of a protocol within one socket. Messages are decoded in file order.
pub trait Decoder: CloneDecoder {
    /// Decodes one message and reports its units. Errors are reported as units that are malformed,
    /// and do not stop the decoding of later messages.
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>);

    /// Called instead of [`decode`](Self::decode) for a data message that could not be read: it was
    /// not recorded, or is too large. A unit that runs over several messages cannot be continued.
    fn skip(&mut self, direction: Direction) {
        let _ = direction;
    }

    /// What is spoken exactly, as far as the messages so far show: `Socket.IO 4 over Engine.IO 4`.
    fn label(&self) -> Option<String> {
        None
    }

    /// Approximate size of the state in bytes: large states are copied less often.
    fn state_len(&self) -> usize {
        0
    }
}

/// Copies a decoder behind a `Box`. Implemented for every decoder that is `Clone`.
pub trait CloneDecoder {
    fn clone_box(&self) -> Box<dyn Decoder>;
}

impl<D: Decoder + Clone + 'static> CloneDecoder for D {
    fn clone_box(&self) -> Box<dyn Decoder> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Decoder> {
    fn clone(&self) -> Self {
        self.as_ref().clone_box()
    }
}

impl std::fmt::Debug for dyn Decoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Decoder").field("label", &self.label()).finish_non_exhaustive()
    }
}

/// The protocol with that [`Protocol::key`].
pub fn protocol(key: &str) -> Option<&'static dyn Protocol> {
    PROTOCOLS.iter().copied().find(|protocol| protocol.key() == key)
}

#[cfg(test)]
mod robustness;
#[cfg(test)]
pub(crate) mod test_support;
