//! The keys that came before: objects of one place mostly have the same keys in the same order, written in the same way.
//! What comes is compared with what came last time, which takes a fraction of reading a key and asking what is wanted of it.

use crate::block::{self, Block};
use crate::event::{NodeId, Route};

/// The longest text that is remembered, from a key's quote to its value.
const LONGEST: usize = 2 * block::LEN;
/// How many keys are remembered: a power of two.
const SLOTS: usize = 256;

/// A key as it stood, and what was wanted of its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct CachedKey {
    /// From the quote that opens the key to before the value, filled up.
    text: [u8; LONGEST],
    /// A bit for each byte of the text; none where nothing is known.
    mask: u32,
    /// How many bytes of the text lie before the value.
    pub(super) len: u8,
    /// How many bytes the key has.
    pub(super) key_len: u8,
    place: NodeId,
    pub(super) route: Route,
    /// The slot of the key that came after it.
    next: u8,
}

const UNKNOWN: CachedKey =
    CachedKey { text: [0; LONGEST], mask: 0, len: 0, key_len: 0, place: 0, route: Route::Skip, next: 0 };

/// What is remembered, in slots by key: of keys that share one, the last is known.
#[derive(Debug)]
pub(super) struct KeyPredictor {
    slots: Box<[CachedKey; SLOTS]>,
    /// The slot of the last key.
    last: u8,
}

impl Default for KeyPredictor {
    fn default() -> Self {
        Self { slots: Box::new([UNKNOWN; SLOTS]), last: 0 }
    }
}

impl KeyPredictor {
    /// What is known of the key that begins `text`, where it is the one that came after the last key before.
    #[inline]
    pub(super) fn next(&mut self, place: NodeId, text: &[u8]) -> Option<CachedKey> {
        let slot = self.slots.get(usize::from(self.last))?.next;
        let known = self.slots.get(usize::from(slot))?;
        if known.place != place || known.mask == 0 || !known.begins(text) {
            return None;
        }
        self.last = slot;
        Some(*known)
    }

    /// Remembers the key that begins `text`, the value of which stands `len` bytes further on.
    pub(super) fn record(&mut self, place: NodeId, text: &[u8], key_len: usize, len: usize, route: Route) {
        let Some(written) = text.get(..len).filter(|_| (1..=LONGEST).contains(&len)) else { return };
        let mut kept = [0; LONGEST];
        for (to, from) in kept.iter_mut().zip(written) {
            *to = *from;
        }
        let slot = self.slot_for(place, &kept);
        let Some(known) = self.slots.get_mut(usize::from(slot)) else { return };
        // What came after the same key the last time may come again.
        let next = if known.is(place, &kept) { known.next } else { slot };
        let mask = u32::MAX >> (LONGEST - len);
        *known = CachedKey { text: kept, mask, len: len as u8, key_len: key_len as u8, place, route, next };
        if let Some(last) = self.slots.get_mut(usize::from(self.last)) {
            last.next = slot;
        }
        self.last = slot;
    }

    /// Where a key is, or will be: in one of a few slots, or in place of another one.
    fn slot_for(&self, place: NodeId, text: &[u8; LONGEST]) -> u8 {
        let first = mark_of(place, text);
        let fits = |slot: &u8| {
            self.slots.get(usize::from(*slot)).is_some_and(|known| known.mask == 0 || known.is(place, text))
        };
        (0..8).map(|step| first.wrapping_add(step)).find(fits).unwrap_or(first)
    }
}

impl CachedKey {
    fn is(&self, place: NodeId, text: &[u8; LONGEST]) -> bool {
        self.text == *text && self.place == place
    }

    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        let Some(text) = text.first_chunk::<LONGEST>() else { return false };
        let half = |at: usize| {
            let known = Block::of(self.text.get(at..).unwrap_or_default());
            let found = Block::of(text.get(at..).unwrap_or_default());
            known.zip(found).map_or(0, |(known, found)| known.same(found))
        };
        (half(0) | half(block::LEN) << block::LEN) & self.mask == self.mask
    }
}

/// Differs between most keys.
fn mark_of(place: NodeId, text: &[u8; LONGEST]) -> u8 {
    let words = text.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
    let mark = words.fold(u64::from(place), |mark, word| {
        (mark.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    });
    (mark >> 56) as u8
}
