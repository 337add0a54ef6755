//! The attributes that names and paths need.

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Id,
    Class,
    Role,
    AriaLabel,
    AriaLabelledBy,
    AriaHidden,
    TestId,
    Name,
    Type,
    Value,
    Placeholder,
    Alt,
    Title,
    For,
    Href,
    Target,
    Download,
    ContentEditable,
}

impl Attribute {
    /// The attribute of that name, if it is needed.
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"id" => Self::Id,
            b"class" => Self::Class,
            b"role" => Self::Role,
            b"aria-label" => Self::AriaLabel,
            b"aria-labelledby" => Self::AriaLabelledBy,
            b"aria-hidden" => Self::AriaHidden,
            b"data-testid" => Self::TestId,
            b"name" => Self::Name,
            b"type" => Self::Type,
            b"value" => Self::Value,
            b"placeholder" => Self::Placeholder,
            b"alt" => Self::Alt,
            b"title" => Self::Title,
            b"for" => Self::For,
            b"href" | b"xlink:href" => Self::Href,
            b"target" => Self::Target,
            b"download" => Self::Download,
            b"contenteditable" => Self::ContentEditable,
            _ => return None,
        })
    }

    /// Number of characters that are kept of its value.
    pub(super) fn max_chars(self) -> usize {
        match self {
            Self::Href | Self::Target | Self::Download | Self::AriaHidden | Self::ContentEditable => 12,
            Self::Type | Self::Role => 24,
            _ => 120,
        }
    }
}
