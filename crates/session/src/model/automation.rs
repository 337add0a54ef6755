//! What a test tool recorded beside the network: its actions, and pictures of the page.

use super::{EpochMs, Span};

/// An action of a test: a click, a navigation, an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The method as the test calls it: `page.goto`, `locator.click`.
    pub title: Box<str>,
    pub start: Option<EpochMs>,
    /// When it was done; `None` where the recording ended first.
    pub end: Option<EpochMs>,
    pub failed: bool,
    /// The line of the trace that began it.
    pub source: Span,
}

/// A picture of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub time: Option<EpochMs>,
    /// The file beside the trace that holds it.
    pub path: Box<str>,
    /// In CSS pixels, where recorded.
    pub size: Option<(u32, u32)>,
}
