//! What a test tool recorded in addition to the network: its actions, and screenshots of the page.

use super::{EpochMs, Span};

/// An action of a test: a click, a navigation, an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The method that the test called: `page.goto`, `locator.click`.
    pub title: Box<str>,
    /// The selector or URL that it was called with; empty if there is none, or if the title has it.
    pub target: Box<str>,
    pub start: Option<EpochMs>,
    /// When it was completed; `None` if the recording ended first.
    pub end: Option<EpochMs>,
    pub has_failed: bool,
    /// The line of the trace that began it.
    pub source: Span,
    /// The line that ended it, if it is another one.
    pub end_source: Option<Span>,
}

/// The details of an action, decoded from its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionDetails {
    /// Its parameters in the order of the source: names, and values as plain or JSON text.
    pub parameters: Vec<(String, String)>,
    /// Why it failed, if it did and the trace says so.
    pub error: Option<String>,
}

/// A screenshot of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Screenshot {
    pub time: Option<EpochMs>,
    /// The path of its file, relative to the trace.
    pub path: Box<str>,
    /// In CSS pixels, where recorded.
    pub size: Option<(u32, u32)>,
}
