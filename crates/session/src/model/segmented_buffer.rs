//! The bytes of a file as received, in segments, so that growing never copies a large file.

use std::borrow::Cow;
use std::collections::TryReserveError;
use std::fmt;

use json_spans::Span;

/// Largest file that is loaded, in bytes: 2 GB. A browser's WebAssembly memory ends at 4 GiB, and
/// positions are 32-bit numbers.
pub const MAX_BUFFER_BYTES: u64 = 2_000_000_000;

const SEGMENT_BITS: u32 = 20;
const SEGMENT_LEN: usize = 1 << SEGMENT_BITS;

/// Why bytes cannot be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The file is larger than [`MAX_BUFFER_BYTES`].
    #[error("the file is larger than 2 GB")]
    TooLarge,
    /// The memory of the process or of the page is used up.
    #[error("out of memory")]
    OutOfMemory,
}

/// A byte buffer in segments of 1 MiB, all full but the last.
pub struct SegmentedBuffer {
    segments: Vec<Vec<u8>>,
    len: u64,
    max_len: u64,
    /// The length up to which memory was reserved ahead.
    ahead: u64,
}

impl Default for SegmentedBuffer {
    fn default() -> Self {
        Self { segments: Vec::new(), len: 0, max_len: MAX_BUFFER_BYTES, ahead: MIN_AHEAD }
    }
}

impl fmt::Debug for SegmentedBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SegmentedBuffer").field("len", &self.len).finish_non_exhaustive()
    }
}

impl SegmentedBuffer {
    /// A buffer that is full at `max_len` bytes instead of [`MAX_BUFFER_BYTES`].
    #[cfg(test)]
    pub(crate) fn with_max_len(max_len: u64) -> Self {
        Self { max_len, ..Self::default() }
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a piece of the file.
    ///
    /// # Errors
    /// If the buffer would exceed [`MAX_BUFFER_BYTES`] or the memory is used up; the buffer is
    /// unchanged then.
    pub fn append(&mut self, mut piece: &[u8]) -> Result<(), AppendError> {
        if self.len + piece.len() as u64 > self.max_len {
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
            let (head, tail) = piece.split_at(piece.len().min(SEGMENT_LEN - last.len()));
            if grow(last, head.len(), is_large).is_err() {
                self.truncate(before);
                return Err(AppendError::OutOfMemory);
            }
            last.extend_from_slice(head);
            piece = tail;
        }
        Ok(())
    }

    /// Removes the bytes from `len` on.
    pub(crate) fn truncate(&mut self, len: u64) {
        let len = len.min(self.len);
        self.len = len;
        self.segments.truncate(len.div_ceil(SEGMENT_LEN as u64) as usize);
        let in_last = len as usize & (SEGMENT_LEN - 1);
        if let Some(last) = self.segments.last_mut().filter(|_| in_last > 0) {
            last.truncate(in_last);
        }
    }

    /// The bytes of `span` as far as it is within the buffer: borrowed from one segment, or copied
    /// from several.
    pub fn slice(&self, span: Span) -> Cow<'_, [u8]> {
        let end = u64::from(span.end()).min(self.len);
        let start = u64::from(span.start).min(end);
        let first = (start >> SEGMENT_BITS) as usize;
        let Some(segment) = self.segments.get(first) else { return Cow::Borrowed(&[]) };
        let from = (start as usize) & (SEGMENT_LEN - 1);
        let wanted = (end - start) as usize;
        if let Some(bytes) = segment.get(from..from + wanted) {
            return Cow::Borrowed(bytes);
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

/// Bytes of the smallest reservation ahead, and of the largest file for which none is made.
const MIN_AHEAD: u64 = 2 << 20;
/// Bytes of the largest reservation ahead.
const MAX_AHEAD: u64 = 64 << 20;

/// Grows the memory of a WebAssembly module by half of the buffer's length, and returns the number
/// of bytes that are now available. A browser takes a tenth of a millisecond per growth, and counts
/// it towards the next garbage collection: many small growths would take a sixth of the time of
/// reading a file. The memory is freed again without being written to, and the allocator reuses it.
fn grow_memory(len: u64) -> u64 {
    let more = (len / 2).clamp(MIN_AHEAD, MAX_AHEAD);
    let mut reserved: Vec<u8> = Vec::new();
    // If there is not as much, memory grows as needed.
    let _ = reserved.try_reserve_exact(more as usize);
    drop(std::hint::black_box(reserved));
    // The model takes a part of it.
    more / 4 * 3
}

/// Reserves `more` bytes in a segment, by doubling up to a full segment. Segments of a large file
/// are reserved in full at once, which saves copies.
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
        let bytes: Vec<u8> = (0..SEGMENT_LEN * 2 + 500).map(|at| (at % 251) as u8).collect();
        let mut buffer = SegmentedBuffer::default();
        for piece in bytes.chunks(70_001) {
            buffer.append(piece).expect("a small file");
        }
        assert_eq!(buffer.len(), bytes.len() as u64);
        for (start, end) in
            [(0, 10), (SEGMENT_LEN - 3, SEGMENT_LEN + 3), (5, bytes.len()), (SEGMENT_LEN, SEGMENT_LEN * 2)]
        {
            let span = Span::between(start as u64, end as u64);
            assert_eq!(buffer.slice(span).as_ref(), &bytes[start..end]);
        }
        assert!(matches!(buffer.slice(Span::between(10, 2000)), Cow::Borrowed(_)));
    }

    #[test]
    fn a_truncated_buffer_continues_at_its_end() {
        let mut buffer = SegmentedBuffer::default();
        buffer.append(&vec![b'a'; SEGMENT_LEN + 10]).expect("a small file");
        buffer.append(&vec![b'b'; SEGMENT_LEN]).expect("a small file");
        buffer.truncate(SEGMENT_LEN as u64 + 10);
        buffer.append(b"cd").expect("a small file");
        assert_eq!(buffer.len(), SEGMENT_LEN as u64 + 12);
        assert_eq!(buffer.slice(Span { start: SEGMENT_LEN as u32 + 8, len: 9 }).as_ref(), b"aacd");
        buffer.truncate(SEGMENT_LEN as u64);
        assert_eq!(buffer.slice(Span { start: SEGMENT_LEN as u32 - 1, len: 9 }).as_ref(), b"a");
        buffer.truncate(0);
        assert!(buffer.is_empty() && buffer.slice(Span { start: 0, len: 9 }).is_empty());
    }

    #[test]
    fn a_span_past_the_end_is_truncated() {
        let mut buffer = SegmentedBuffer::default();
        buffer.append(b"abc").expect("a small file");
        assert_eq!(buffer.slice(Span { start: 1, len: 90 }).as_ref(), b"bc");
        assert_eq!(buffer.slice(Span { start: 90, len: u32::MAX }).as_ref(), b"");
        assert_eq!(SegmentedBuffer::default().slice(Span { start: 0, len: 1 }).as_ref(), b"");
    }
}
