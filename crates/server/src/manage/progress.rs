//! How far a command is, for the person who waits for it.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Time between two lines: more often nobody reads it.
const EVERY: Duration = Duration::from_millis(200);

/// A line on standard error that is written again and again; nothing where that is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    last: Option<Instant>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { is_shown: io::stderr().is_terminal(), last: None }
    }

    /// Replaces the line.
    pub(super) fn show(&mut self, text: &str) {
        if self.is_shown && self.last.is_none_or(|last| last.elapsed() >= EVERY) {
            self.last = Some(Instant::now());
            // A line that is not shown is not missed.
            let _ = write!(io::stderr(), "\r\x1b[K{text}");
        }
    }

    /// Removes the line, so that another one can be written.
    pub(super) fn clear(&mut self) {
        if self.last.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
