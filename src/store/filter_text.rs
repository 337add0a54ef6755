//! What is typed in a filter box: the last valid text stays in force.

use leptos::prelude::*;
use presentation::network::RequestFilter;
use session::filter::{FilterError, MessageFilter, Query, Remark};

/// The language of a filter box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterLanguage {
    Requests,
    /// Console entries, events.
    Rows,
    Messages,
}

impl FilterLanguage {
    fn check(self, text: &str) -> Result<Vec<Remark>, FilterError> {
        match self {
            Self::Requests => RequestFilter::parse(text).map(|filter| filter.remarks().to_vec()),
            Self::Rows => Query::try_parse(text).map(|query| query.remarks().to_vec()),
            Self::Messages => MessageFilter::parse(text).map(|filter| filter.remarks().to_vec()),
        }
    }
}

/// The text of a filter box as it is in force: what is typed, or what was typed last that is valid.
pub fn valid_filter(
    language: FilterLanguage,
    text: impl Fn() -> String + Send + Sync + 'static,
) -> Memo<String> {
    Memo::new(move |last: Option<&String>| {
        let text = text();
        if language.check(&text).is_ok() { text } else { last.cloned().unwrap_or_default() }
    })
}

/// Why the text of a filter box is not valid.
pub fn filter_error(
    language: FilterLanguage,
    text: impl Fn() -> String + Send + Sync + 'static,
) -> Memo<Option<String>> {
    Memo::new(move |_| language.check(&text()).err().map(|error| error.message))
}

/// What the author of a valid filter may not expect.
pub fn filter_remark(
    language: FilterLanguage,
    text: impl Fn() -> String + Send + Sync + 'static,
) -> Memo<Option<String>> {
    Memo::new(move |_| {
        let remarks = language.check(&text()).unwrap_or_default();
        remarks.into_iter().next().map(|remark| remark.message)
    })
}
