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

/// The analysis of one socket. See [`Analyzer`], which is its only implementation.
pub trait Analyze {
    /// See [`Analyzer::analysis`].
    fn analysis(&self) -> &Analysis;

    /// See [`Analyzer::label`].
    fn label(&self) -> Option<String>;

    /// See [`Analyzer::advance`].
    fn advance(&mut self, log: MessageLog<'_>, max_messages: usize) -> bool;

    /// See [`Analyzer::finish`].
    fn finish(&mut self, log: MessageLog<'_>, end: SocketEnd);

    /// See [`Analyzer::accept_suggested_heartbeats`].
    fn accept_suggested_heartbeats(&mut self, log: MessageLog<'_>, end: SocketEnd);

    /// See [`Analyzer::field_pairs`].
    fn field_pairs(&self) -> Option<FieldPairs>;

    /// See [`Analyzer::decode`].
    fn decode(&self, log: MessageLog<'_>, index: u32, max_bytes: u32) -> DecodedMessage;

    /// See [`Analyzer::decode_next`].
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

impl Analyze for Analyzer {
    fn analysis(&self) -> &Analysis {
        self.analysis()
    }

    fn label(&self) -> Option<String> {
        self.label()
    }

    fn advance(&mut self, log: MessageLog<'_>, max_messages: usize) -> bool {
        self.advance(log, max_messages)
    }

    fn finish(&mut self, log: MessageLog<'_>, end: SocketEnd) {
        self.finish(log, end);
    }

    fn accept_suggested_heartbeats(&mut self, log: MessageLog<'_>, end: SocketEnd) {
        self.accept_suggested_heartbeats(log, end);
    }

    fn field_pairs(&self) -> Option<FieldPairs> {
        self.field_pairs()
    }

    fn decode(&self, log: MessageLog<'_>, index: u32, max_bytes: u32) -> DecodedMessage {
        self.decode(log, index, max_bytes)
    }

    fn decode_next(
        &self,
        cursor: &mut DecodeCursor,
        log: MessageLog<'_>,
        index: u32,
        max_bytes: u32,
    ) -> DecodedMessage {
        self.decode_next(cursor, log, index, max_bytes)
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
