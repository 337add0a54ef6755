//! Character classes.

/// Whether a byte can be part of the name of a header, a parameter or a key.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-.[]~$%".contains(&byte)
}

/// White space of JSON and of headers.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Slashes as browsers accept them in a URL.
pub(super) fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

/// Whether a byte ends a URL within a text.
pub(super) fn is_end_of_url(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`')
}

/// Whether a URL without a scheme can follow a byte.
pub(super) fn is_boundary(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'"' | b'\'' | b'<' | b'=' | b'(' | b',' | b';')
}

/// Whether a byte is of base64, base64url or a token of RFC 6750.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
