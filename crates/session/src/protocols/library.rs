//! The code of all protocols behind one object, so that an app can load it when it first needs it.

use std::sync::OnceLock;

use super::{
    Analysis, Analyzer, Continuity, DecodeCursor, DecodedMessage, FieldPairs, FieldPath, Handshake,
    PROTOCOLS, Protocol, Recognition, Sample, SocketEnd, continuity, recognize,
};
use crate::model::MessageLog;

/// Recognizes protocols and makes analyzers. What calls the code of protocols only through this
/// trait and through objects that it returned can be linked separately from it.
pub trait Library: Sync {
    /// The protocols, in the order of the **Decode as** list.
    fn protocols(&self) -> &'static [&'static dyn Protocol];

    /// See [`recognize()`].
    fn recognize(&self, handshake: &Handshake<'_>, sample: &Sample) -> Option<Recognition>;

    /// See [`continuity()`].
    fn continuity(&self, handshake: &Handshake<'_>, log: MessageLog<'_>) -> Option<Continuity>;

    /// An analyzer at the beginning of a socket's messages. Without a protocol it finds heartbeats
    /// and decodes nothing. With a path it pairs messages by the field there.
    fn analyzer(
        &self,
        protocol: Option<&'static dyn Protocol>,
        handshake: &Handshake<'_>,
        sample: &Sample,
        pair_by: Option<FieldPath>,
    ) -> Box<dyn Analyze>;

    /// The protocol with that [`Protocol::key`].
    fn protocol(&self, key: &str) -> Option<&'static dyn Protocol> {
        self.protocols().iter().copied().find(|protocol| protocol.key() == key)
    }
}

impl std::fmt::Debug for dyn Library {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Library")
    }
}

/// The analysis of the messages of one socket, in slices as they arrive. [`Analyzer`] is the only
/// implementation.
pub trait Analyze {
    /// What is known so far.
    fn analysis(&self) -> &Analysis;

    /// What is spoken exactly, as far as the messages so far show.
    fn label(&self) -> Option<String>;

    /// Analyzes at most `max_messages` further messages of `log`; whether there are more.
    fn advance(&mut self, log: MessageLog<'_>, max_messages: usize) -> bool;

    /// Finds what depends on all messages: heartbeats of a protocol that does not define them, those
    /// that stay visible, and requests without a reply. To be called once, when all messages of the
    /// socket are there and analyzed.
    fn finish(&mut self, log: MessageLog<'_>, end: SocketEnd);

    /// Makes the messages that may be heartbeats heartbeats.
    fn accept_suggested_heartbeats(&mut self, log: MessageLog<'_>, end: SocketEnd);

    /// How many messages are paired by a field, if they are paired by one.
    fn field_pairs(&self) -> Option<FieldPairs>;

    /// The message at `index` in full. `max_bytes` bounds the payload as it is in the file.
    fn decode(&self, log: MessageLog<'_>, index: u32, max_bytes: u32) -> DecodedMessage;

    /// The units that end in the message at `index`, in full. Faster than [`decode`](Self::decode)
    /// where the indexes rise; a unit over several messages is that of the last one. `max_bytes`
    /// bounds the payload as it is in the file.
    fn decode_next(
        &self,
        cursor: &mut DecodeCursor,
        log: MessageLog<'_>,
        index: u32,
        max_bytes: u32,
    ) -> DecodedMessage;
}

impl std::fmt::Debug for dyn Analyze {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Analyze").field("analyzed", &self.analysis().len()).finish_non_exhaustive()
    }
}

/// All protocols of this crate.
#[derive(Clone, Copy, Debug)]
pub struct AllProtocols;

impl Library for AllProtocols {
    fn protocols(&self) -> &'static [&'static dyn Protocol] {
        PROTOCOLS
    }

    fn recognize(&self, handshake: &Handshake<'_>, sample: &Sample) -> Option<Recognition> {
        recognize(handshake, sample)
    }

    fn continuity(&self, handshake: &Handshake<'_>, log: MessageLog<'_>) -> Option<Continuity> {
        continuity(handshake, log)
    }

    fn analyzer(
        &self,
        protocol: Option<&'static dyn Protocol>,
        handshake: &Handshake<'_>,
        sample: &Sample,
        pair_by: Option<FieldPath>,
    ) -> Box<dyn Analyze> {
        let analyzer = match protocol {
            Some(protocol) => Analyzer::new(protocol, handshake, sample),
            None => Analyzer::of_unknown(handshake, sample),
        };
        Box::new(match pair_by {
            Some(path) => analyzer.pairing_by(path),
            None => analyzer,
        })
    }
}

/// Labels are made far from where the library is loaded, and only add what it says.
static INSTALLED: OnceLock<&'static dyn Library> = OnceLock::new();

/// Makes the library available to [`installed`]. The first call counts.
pub fn install(library: &'static dyn Library) -> &'static dyn Library {
    *INSTALLED.get_or_init(|| library)
}

/// The library, once it is loaded: labels are shorter without it.
pub fn installed() -> Option<&'static dyn Library> {
    INSTALLED.get().copied()
}
