//! The bytes of a file as they came, kept in segments so that a large file never needs one large block twice.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::fmt;

use json_spans::Span;

/// The most bytes kept of one file: 2 GB. A browser's wasm memory ends at 4 GiB, and positions are 32-bit numbers.
pub const MAX_BUFFER_BYTES: u64 = 2_000_000_000;

const SEGMENT_BITS: u32 = 20;
const SEGMENT_LEN: usize = 1 << SEGMENT_BITS;

/// Why bytes cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendError {
    /// The file is larger than [`MAX_BUFFER_BYTES`].
    TooLarge,
    /// The memory of the process or of the page is used up.
    OutOfMemory,
}

/// Bytes in segments of 1 MiB, all full but the last.
pub struct SegmentedBuffer {
    segments: Vec<Vec<u8>>,
    len: u64,
    most: u64,
    /// Up to this length the memory is there already.
    ahead: u64,
}

impl Default for SegmentedBuffer {
    fn default() -> Self {
        Self { segments: Vec::new(), len: 0, most: MAX_BUFFER_BYTES, ahead: FEW_BYTES }
    }
}

impl fmt::Debug for SegmentedBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeptBytes").field("len", &self.len).finish_non_exhaustive()
    }
}

impl SegmentedBuffer {
    /// Refuses sooner than [`MAX_BUFFER_BYTES`].
    #[cfg(test)]
    pub(crate) fn of_at_most(most: u64) -> Self {
        Self { most, ..Self::default() }
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a piece of the file.
    ///
    /// # Errors
    /// When the file would pass [`MAX_BUFFER_BYTES`], or there is no memory; nothing of the piece is kept then.
    pub fn append(&mut self, mut piece: &[u8]) -> Result<(), AppendError> {
        if self.len + piece.len() as u64 > self.most {
            return Err(AppendError::TooLarge);
        }
        let before = self.len;
        self.len += piece.len() as u64;
        if self.len > self.ahead {
            self.ahead = self.len + grow_memory(self.len);
        }
        while !piece.is_empty() {
            if self.segments.last().is_none_or(|last| last.len() == SEGMENT_LEN) {
                self.segments.push(Vec::new());
            }
            let is_large = self.segments.len() > 1;
            let Some(last) = self.segments.last_mut() else { break };
            let (now, later) = piece.split_at(piece.len().min(SEGMENT_LEN - last.len()));
            if grow(last, now.len(), is_large).is_err() {
                self.truncate(before);
                return Err(AppendError::OutOfMemory);
            }
            last.extend_from_slice(now);
            piece = later;
        }
        Ok(())
    }

    fn truncate(&mut self, len: u64) {
        self.len = len;
        self.segments.truncate(len.div_ceil(SEGMENT_LEN as u64) as usize);
        let in_last = len as usize & (SEGMENT_LEN - 1);
        if let Some(last) = self.segments.last_mut().filter(|_| in_last > 0) {
            last.truncate(in_last);
        }
    }

    /// The bytes of `span`, cut to what is there: borrowed where they lie in one segment, else joined.
    pub fn slice(&self, span: Span) -> Cow<'_, [u8]> {
        let end = u64::from(span.end()).min(self.len);
        let start = u64::from(span.start).min(end);
        let first = (start >> SEGMENT_BITS) as usize;
        let Some(segment) = self.segments.get(first) else { return Cow::Borrowed(&[]) };
        let from = (start as usize) & (SEGMENT_LEN - 1);
        let wanted = (end - start) as usize;
        if let Some(whole) = segment.get(from..from + wanted) {
            return Cow::Borrowed(whole);
        }
        let mut joined = Vec::with_capacity(wanted);
        joined.extend_from_slice(segment.get(from..).unwrap_or_default());
        for segment in self.segments.iter().skip(first + 1) {
            let missing = wanted - joined.len();
            joined.extend_from_slice(segment.get(..missing.min(segment.len())).unwrap_or_default());
            if joined.len() == wanted {
                break;
            }
        }
        Cow::Owned(joined)
    }
}

/// A file up to this size asks for memory as it comes.
const FEW_BYTES: u64 = 2 << 20;
/// The most memory that is asked for before it is needed.
const MOST_AHEAD: u64 = 64 << 20;

/// Lets the memory of a WebAssembly module grow by half of what is kept, and tells how much. A browser takes a tenth of a
/// millisecond for each step, and counts them towards its next garbage collection: many small ones would take a sixth of the
/// time that reading a file takes. Memory that was freed is used again, and nothing is written to it before.
fn grow_memory(kept: u64) -> u64 {
    let more = (kept / 2).clamp(FEW_BYTES, MOST_AHEAD);
    let mut room: Vec<u8> = Vec::new();
    // Where there is not so much, what is needed is asked for as it comes.
    let _ = room.try_reserve_exact(more as usize);
    drop(std::hint::black_box(room));
    // What is read of the file takes its part.
    more / 4 * 3
}

/// Makes room for `more` bytes: doubling, but never past a whole segment. Of a large file each segment is whole from the
/// start, which saves copying it.
fn grow(segment: &mut Vec<u8>, more: usize, is_large: bool) -> Result<(), TryReserveError> {
    let needed = segment.len() + more;
    if needed > segment.capacity() {
        let doubled = needed.max(segment.capacity() * 2).min(SEGMENT_LEN);
        let target = if is_large { SEGMENT_LEN } else { doubled };
        return segment.try_reserve_exact(target - segment.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_the_same_within_and_across_segments() {
        let whole: Vec<u8> = (0..SEGMENT_LEN * 2 + 500).map(|at| (at % 251) as u8).collect();
        let mut kept = SegmentedBuffer::default();
        for piece in whole.chunks(70_001) {
            kept.append(piece).expect("a small file");
        }
        assert_eq!(kept.len(), whole.len() as u64);
        for (start, end) in
            [(0, 10), (SEGMENT_LEN - 3, SEGMENT_LEN + 3), (5, whole.len()), (SEGMENT_LEN, SEGMENT_LEN * 2)]
        {
            let span = Span::between(start as u64, end as u64);
            assert_eq!(kept.slice(span).as_ref(), &whole[start..end]);
        }
        assert!(matches!(kept.slice(Span::between(10, 2000)), Cow::Borrowed(_)));
    }

    #[test]
    fn bytes_that_cannot_be_kept_are_taken_back() {
        let mut kept = SegmentedBuffer::default();
        kept.append(&vec![b'a'; SEGMENT_LEN + 10]).expect("a small file");
        kept.append(&vec![b'b'; SEGMENT_LEN]).expect("a small file");
        kept.truncate(SEGMENT_LEN as u64 + 10);
        kept.append(b"cd").expect("a small file");
        assert_eq!(kept.len(), SEGMENT_LEN as u64 + 12);
        assert_eq!(kept.slice(Span { start: SEGMENT_LEN as u32 + 8, len: 9 }).as_ref(), b"aacd");
        kept.truncate(SEGMENT_LEN as u64);
        assert_eq!(kept.slice(Span { start: SEGMENT_LEN as u32 - 1, len: 9 }).as_ref(), b"a");
        kept.truncate(0);
        assert!(kept.is_empty() && kept.slice(Span { start: 0, len: 9 }).is_empty());
    }

    #[test]
    fn a_span_past_the_end_is_cut() {
        let mut kept = SegmentedBuffer::default();
        kept.append(b"abc").expect("a small file");
        assert_eq!(kept.slice(Span { start: 1, len: 90 }).as_ref(), b"bc");
        assert_eq!(kept.slice(Span { start: 90, len: u32::MAX }).as_ref(), b"");
        assert_eq!(SegmentedBuffer::default().slice(Span { start: 0, len: 1 }).as_ref(), b"");
    }
}
