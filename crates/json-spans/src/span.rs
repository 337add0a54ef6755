/// A range of bytes of a text: `len` bytes from `start`, both below 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    pub start: u32,
    pub len: u32,
}

impl Span {
    /// From `start` up to, not including, `end`; empty where `end` comes before `start`.
    pub fn between(start: u64, end: u64) -> Self {
        Self { start: start as u32, len: end.saturating_sub(start) as u32 }
    }

    pub fn end(self) -> u32 {
        self.start.saturating_add(self.len)
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}
