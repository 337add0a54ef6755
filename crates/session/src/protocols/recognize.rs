//! Which protocol a socket speaks.

use super::generic::{GenericBinary, GenericJson};
use super::{Frame, Handshake, Opcode, PROTOCOLS, Protocol, Sample};
use crate::encodings::one_line;

/// How well a message fits a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The protocol does not allow it.
    No,
    /// It is allowed, but other protocols have such messages too.
    Neutral,
    /// Hardly any other protocol has such a message.
    Distinctive,
}

/// What a protocol was recognized by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    Subprotocol,
    Url,
    Messages,
    /// Its messages are of an encoding that protocols without a decoder use.
    Guess,
}

/// A recognized protocol.
#[derive(Clone, Debug)]
pub struct Recognition {
    pub protocol: &'static dyn Protocol,
    pub evidence: Evidence,
}

/// Characters of a subprotocol that are shown.
const MAX_SUBPROTOCOL_CHARS: usize = 60;

impl Recognition {
    /// What it was recognized by, for people: `by the URL`.
    pub fn reason(&self, handshake: &Handshake<'_>) -> String {
        match self.evidence {
            Evidence::Subprotocol => {
                let name =
                    one_line(handshake.subprotocol.as_deref().unwrap_or_default(), MAX_SUBPROTOCOL_CHARS);
                format!("by the subprotocol {name}")
            }
            Evidence::Url => "by the URL".to_owned(),
            Evidence::Messages => "by its first messages".to_owned(),
            Evidence::Guess => "guessed by its first messages".to_owned(),
        }
    }
}

/// The protocol of a socket: by its subprotocol, else by its URL unless the messages contradict,
/// else by its first messages. `None` if none fits.
pub fn recognize(handshake: &Handshake<'_>, sample: &Sample) -> Option<Recognition> {
    let by_handshake = |wanted: Evidence| {
        let found = PROTOCOLS.iter().copied().find(|protocol| {
            protocol.evidence(handshake) == Some(wanted.clone())
                && (wanted == Evidence::Subprotocol || !contradicts(*protocol, sample))
        });
        found.map(|protocol| Recognition { protocol, evidence: wanted })
    };
    by_handshake(Evidence::Subprotocol)
        .or_else(|| by_handshake(Evidence::Url))
        .or_else(|| by_messages(sample, None))
        .or_else(|| fallback(sample))
}

/// JSON without a known protocol if most of the messages are JSON, else an encoding of the binary
/// messages.
fn fallback(sample: &Sample) -> Option<Recognition> {
    static BINARY: [GenericBinary; 4] =
        [GenericBinary::MESSAGE_PACK, GenericBinary::CBOR, GenericBinary::BSON, GenericBinary::PROTOBUF];
    let json: &'static dyn Protocol = &GenericJson;
    let is_json = !sample.is_empty() && !contradicts(json, sample);
    let binary = || BINARY.iter().find(|encoding| encoding.is_spoken(sample));
    let (protocol, evidence) = if is_json {
        let is_text = sample.frames().all(|frame| frame.opcode == Opcode::Text);
        (json, if is_text { Evidence::Messages } else { Evidence::Guess })
    } else {
        (binary()? as &'static dyn Protocol, Evidence::Guess)
    };
    Some(Recognition { protocol, evidence })
}

/// The protocol whose messages the protocol with the key `outer` carries: another one, by `sample`,
/// the first of the carried messages.
pub(super) fn recognize_within(outer: &str, sample: &Sample) -> Option<&'static dyn Protocol> {
    let recognition = by_messages(sample, Some(outer)).or_else(|| fallback(sample))?;
    Some(recognition.protocol)
}

/// Whether most of the messages do not fit.
fn contradicts(protocol: &dyn Protocol, sample: &Sample) -> bool {
    let (mut fitting, mut all) = (0, 0);
    for frame in complete(sample) {
        all += 1;
        fitting += usize::from(protocol.fit(&frame) != Fit::No);
    }
    fitting * 2 < all
}

/// The protocol that most messages are distinctive of, other than the one with the key `excluded`.
fn by_messages(sample: &Sample, excluded: Option<&str>) -> Option<Recognition> {
    let mut best: Option<(usize, &'static dyn Protocol)> = None;
    for protocol in PROTOCOLS.iter().copied().filter(|protocol| Some(protocol.key()) != excluded) {
        let score = protocol.score(sample);
        if score > best.map_or(0, |(best, _)| best) {
            best = Some((score, protocol));
        }
    }
    best.map(|(_, protocol)| Recognition { protocol, evidence: Evidence::Messages })
}

/// Number of distinctive messages; 0 if one does not fit.
pub(super) fn count_distinctive(sample: &Sample, fit: impl Fn(&Frame<'_>) -> Fit) -> usize {
    let mut distinctive = 0;
    for frame in complete(sample) {
        match fit(&frame) {
            Fit::No => return 0,
            Fit::Neutral => {}
            Fit::Distinctive => distinctive += 1,
        }
    }
    distinctive
}

fn complete(sample: &Sample) -> impl Iterator<Item = Frame<'_>> {
    sample.frames().filter(|frame| !frame.is_truncated)
}
