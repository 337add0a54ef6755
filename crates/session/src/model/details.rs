//! What the details of one row show, read from the session's bytes when they are opened.

/// A header as recorded: order, case and repeats are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub name: String,
    pub value: String,
}

/// A labelled fact about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
}

/// A body, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing was sent: the recording says so.
    Empty,
    /// The recording does not hold it; the sentence says so.
    NotRecorded(String),
    /// In a file beside the recording, named relative to it; to be read when it is looked at.
    InFile {
        path: Box<str>,
        mime: String,
    },
    Text {
        text: String,
        mime: String,
        truncated: bool,
    },
    Binary {
        bytes: Vec<u8>,
        mime: String,
        truncated: bool,
    },
}

/// The details of one record. A list that was not recorded is `None`, which is not the same as empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub facts: Vec<Fact>,
    pub request_headers: Option<Vec<Header>>,
    pub response_headers: Option<Vec<Header>>,
    pub query: Vec<Header>,
    /// Fields of a submitted form, where the producer lists them.
    pub form: Vec<Header>,
    pub request_body: Body,
    pub response_body: Body,
}
