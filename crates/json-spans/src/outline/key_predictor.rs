//! Predicts the next key: objects of one node mostly have the same keys in the same order, written
//! in the same way. Comparing the text with the key that followed last time costs a fraction of
//! reading a key and asking for its route.

use crate::block::{self, Block};
use crate::event::{NodeId, Route};

/// Bytes of the longest text that is cached, from a key's opening quote to its value.
const MAX_TEXT: usize = 2 * block::LEN;
/// Number of cached keys: a power of two.
const SLOTS: usize = 256;

/// A key as written, and the route of its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct CachedKey {
    /// From the key's opening quote to just before the value, padded with zeros.
    text: [u8; MAX_TEXT],
    /// A bit for each byte of the text; 0 in an empty slot.
    mask: u32,
    /// Number of bytes from the key's opening quote to the value.
    pub(super) len: u8,
    /// Length of the key in bytes, without its quotes.
    pub(super) key_len: u8,
    node: NodeId,
    pub(super) route: Route,
    /// The slot of the key that followed it last time.
    next: u8,
}

const UNKNOWN: CachedKey =
    CachedKey { text: [0; MAX_TEXT], mask: 0, len: 0, key_len: 0, node: 0, route: Route::Skip, next: 0 };

/// The cached keys, in slots by hash; a slot holds the latest of the keys that share it.
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
    /// The cached key that `text` begins with, if it is the one that followed the last key before.
    #[inline]
    pub(super) fn next(&mut self, node: NodeId, text: &[u8]) -> Option<CachedKey> {
        let slot = self.slots.get(usize::from(self.last))?.next;
        let cached = self.slots.get(usize::from(slot))?;
        if cached.node != node || cached.mask == 0 || !cached.begins(text) {
            return None;
        }
        self.last = slot;
        Some(*cached)
    }

    /// Caches the key that `text` begins with; its value begins after `len` bytes.
    pub(super) fn record(&mut self, node: NodeId, text: &[u8], key_len: usize, len: usize, route: Route) {
        let Some(written) = text.get(..len).filter(|_| (1..=MAX_TEXT).contains(&len)) else { return };
        let mut bytes = [0; MAX_TEXT];
        for (to, from) in bytes.iter_mut().zip(written) {
            *to = *from;
        }
        let slot = self.slot_for(node, &bytes);
        let Some(cached) = self.slots.get_mut(usize::from(slot)) else { return };
        // The key that followed the same key last time may follow it again.
        let next = if cached.is(node, &bytes) { cached.next } else { slot };
        let mask = u32::MAX >> (MAX_TEXT - len);
        *cached = CachedKey { text: bytes, mask, len: len as u8, key_len: key_len as u8, node, route, next };
        if let Some(last) = self.slots.get_mut(usize::from(self.last)) {
            last.next = slot;
        }
        self.last = slot;
    }

    /// The slot of a key: one of the few after its hash, or that of another key, which it replaces.
    fn slot_for(&self, node: NodeId, text: &[u8; MAX_TEXT]) -> u8 {
        let first = hash_of(node, text);
        let is_free_or_same = |slot: &u8| {
            self.slots.get(usize::from(*slot)).is_some_and(|cached| cached.mask == 0 || cached.is(node, text))
        };
        (0..8).map(|step| first.wrapping_add(step)).find(is_free_or_same).unwrap_or(first)
    }
}

impl CachedKey {
    fn is(&self, node: NodeId, text: &[u8; MAX_TEXT]) -> bool {
        self.text == *text && self.node == node
    }

    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        let Some(text) = text.first_chunk::<MAX_TEXT>() else { return false };
        let half = |at: usize| {
            let cached = Block::of(self.text.get(at..).unwrap_or_default());
            let found = Block::of(text.get(at..).unwrap_or_default());
            cached.zip(found).map_or(0, |(cached, found)| cached.same(found))
        };
        (half(0) | half(block::LEN) << block::LEN) & self.mask == self.mask
    }
}

/// A hash that differs between most keys.
fn hash_of(node: NodeId, text: &[u8; MAX_TEXT]) -> u8 {
    let words = text.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
    let hash = words
        .fold(u64::from(node), |hash, word| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (hash >> 56) as u8
}
