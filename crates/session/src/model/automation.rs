//! What a test tool recorded beside the network: its actions, and pictures of the page.

use super::{EpochMs, Span};

/// An action of a test: a click, a navigation, an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The method as the test calls it: `page.goto`, `locator.click`.
    pub title: Box<str>,
    /// The selector or the address it was called with; empty where there is none, or the title names it.
    pub target: Box<str>,
    pub start: Option<EpochMs>,
    /// When it was done; `None` where the recording ended first.
    pub end: Option<EpochMs>,
    pub failed: bool,
    /// The line of the trace that began it.
    pub source: Span,
    /// The line that ended it, where another one did.
    pub end_source: Option<Span>,
}

/// What an action says of itself, decoded from its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionDetails {
    /// What it was called with, in the order of the source: names, and values as words or as JSON text.
    pub parameters: Vec<(String, String)>,
    /// Why it failed, where it did and the trace says so.
    pub error: Option<String>,
}

/// A picture of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Screenshot {
    pub time: Option<EpochMs>,
    /// The file beside the trace that holds it.
    pub path: Box<str>,
    /// In CSS pixels, where recorded.
    pub size: Option<(u32, u32)>,
}
