/// A range of bytes of a text: `len` bytes from `start`, both below 4 GiB. Two 32-bit numbers,
/// because a recording has millions of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Number of bytes.
    pub len: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`; empty where `end` is before `start`.
    /// Offsets of 4 GiB and more wrap: callers bound the text.
    pub fn between(start: u64, end: u64) -> Self {
        Self { start: start as u32, len: end.saturating_sub(start) as u32 }
    }

    /// Offset one past the last byte.
    pub fn end(self) -> u32 {
        self.start.saturating_add(self.len)
    }

    /// Whether the span has no bytes.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}
