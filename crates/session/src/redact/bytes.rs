//! Classes of bytes.

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-.[]~$%".contains(&byte)
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// What ends a URL within a text.
pub(super) fn is_end_of_url(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`')
}

/// What a URL without a scheme can follow.
pub(super) fn is_boundary(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'"' | b'\'' | b'<' | b'=' | b'(' | b',' | b';')
}

/// Characters of base64, base64url and of the tokens of RFC 6750.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
