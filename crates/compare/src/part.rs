//! The parts of a row that are compared, and why one was not.

/// A part of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Status,
    Timing,
    Size,
    RequestHeaders,
    ResponseHeaders,
    RequestBody,
    ResponseBody,
    /// How a socket ended.
    Close,
    /// The messages of a socket.
    Messages,
}

impl Part {
    /// All parts, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Status,
        Self::Timing,
        Self::Size,
        Self::RequestHeaders,
        Self::ResponseHeaders,
        Self::RequestBody,
        Self::ResponseBody,
        Self::Close,
        Self::Messages,
    ];

    /// Its name on screen, within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Timing => "timing",
            Self::Size => "size",
            Self::RequestHeaders => "request headers",
            Self::ResponseHeaders => "response headers",
            Self::RequestBody => "request body",
            Self::ResponseBody => "response body",
            Self::Close => "close",
            Self::Messages => "messages",
        }
    }

    /// Its name in options and JSON: lower case, hyphens for spaces.
    pub fn key(self) -> &'static str {
        match self {
            Self::RequestHeaders => "request-headers",
            Self::ResponseHeaders => "response-headers",
            Self::RequestBody => "request-body",
            Self::ResponseBody => "response-body",
            part => part.label(),
        }
    }

    /// The part with that [`Part::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// Why a part was not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// One of the recordings, or both, do not hold it.
    NotRecorded,
    /// Only the beginning was recorded, and the beginnings are the same.
    Truncated,
    /// In a file of its own, which is read when the row is selected.
    InFile,
    /// The row is larger than those that are decoded for the list, or the list has too many rows.
    TooLarge,
    /// Messages are compared on request.
    OnRequest,
}

impl Reason {
    /// The reason within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotRecorded => "not recorded",
            Self::Truncated => "recorded only in part",
            Self::InFile => "in a file of its own",
            Self::TooLarge => "too large for the list",
            Self::OnRequest => "compared on request",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_name_their_part() {
        for part in Part::ALL {
            assert_eq!(Part::from_key(part.key()), Some(part));
            assert!(part.key().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        }
        assert_eq!(Part::from_key("nothing"), None);
    }
}
