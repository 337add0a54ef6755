//! The payloads of binary messages as they were sent. They are decoded from base64 once, so that a
//! filter over all messages need not decode them again at every keystroke.

/// Bytes of the payloads that are kept; those of further messages are decoded when they are needed.
const MAX_BYTES: usize = 128 << 20;
/// Bytes of a segment, and of the largest payload that is kept. Kept in segments, so that growing
/// copies nothing.
const SEGMENT_LEN: usize = 1 << SEGMENT_BITS;
const SEGMENT_BITS: u32 = 20;

/// Payloads by the index of their message.
#[derive(Clone, Debug, Default)]
pub(crate) struct DecodedPayloads {
    segments: Vec<Vec<u8>>,
    /// Where the payload of each message is; shorter than the number of messages if the last ones
    /// have none.
    places: Vec<Place>,
}

/// Where a payload is.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Its segment, and its offset in it.
    start: u32,
    /// Its length in bytes; [`NONE`](Self::NONE) if it is not kept.
    len: u32,
}

impl Place {
    const NONE: u32 = u32::MAX;
    const MISSING: Self = Self { start: 0, len: Self::NONE };
}

impl DecodedPayloads {
    /// Keeps the payload of the message at `index`, which is greater than those before, if there is
    /// space for it.
    pub(super) fn push(&mut self, index: u32, payload: &[u8]) {
        let is_full = self.segments.len() * SEGMENT_LEN >= MAX_BYTES;
        let fits = |segment: &Vec<u8>| segment.len() + payload.len() <= SEGMENT_LEN;
        let has_segment = self.segments.last().is_some_and(fits);
        if payload.len() > SEGMENT_LEN || (is_full && !has_segment) {
            return;
        }
        if !has_segment {
            self.segments.push(Vec::with_capacity(SEGMENT_LEN));
        }
        let nth = self.segments.len().saturating_sub(1);
        let Some(segment) = self.segments.last_mut() else { return };
        let start = (nth << SEGMENT_BITS | segment.len()) as u32;
        segment.extend_from_slice(payload);
        self.places.resize(index as usize, Place::MISSING);
        self.places.push(Place { start, len: payload.len() as u32 });
    }

    /// Bytes of the payloads that are kept.
    pub(super) fn len(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// The payload of a message; `None` if it is not kept.
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        let place = self.places.get(index).filter(|place| place.len != Place::NONE)?;
        let offset = place.start as usize & (SEGMENT_LEN - 1);
        self.segments.get((place.start >> SEGMENT_BITS) as usize)?.get(offset..offset + place.len as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_found_by_the_index_of_their_message() {
        let mut payloads = DecodedPayloads::default();
        payloads.push(2, b"two");
        payloads.push(3, b"");
        payloads.push(5, &vec![5; SEGMENT_LEN]);
        payloads.push(6, &vec![6; SEGMENT_LEN + 1]);
        payloads.push(7, b"seven");
        let lens: Vec<_> = (0..9).map(|index| payloads.get(index).map(<[u8]>::len)).collect();
        assert_eq!(lens, [None, None, Some(3), Some(0), None, Some(SEGMENT_LEN), None, Some(5), None]);
        assert_eq!(payloads.len(), SEGMENT_LEN + 8);
        assert_eq!((payloads.get(2), payloads.get(7)), (Some(&b"two"[..]), Some(&b"seven"[..])));
    }

    #[test]
    fn no_more_than_the_bound_is_kept() {
        let mut payloads = DecodedPayloads::default();
        let payload = vec![1; SEGMENT_LEN];
        let segments = MAX_BYTES / SEGMENT_LEN;
        for index in 0..=segments {
            payloads.push(index as u32, &payload);
        }
        assert!(payloads.get(segments - 1).is_some() && payloads.get(segments).is_none());
    }
}
