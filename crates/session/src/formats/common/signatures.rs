//! The first bytes of files that are not text.

/// Whether the bytes begin as a file of a known binary format that is not an image: `WebAssembly`,
/// WOFF, WOFF2, `OpenType`, `TrueType`, PDF, zip, MP3, Ogg, FLAC, WAV and `WebP`, `WebM`, MP4 and
/// AVIF.
pub(in crate::formats) fn is_binary_file(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 12] = [
        b"\0asm",
        b"wOFF",
        b"wOF2",
        b"OTTO",
        b"\0\x01\0\0",
        b"%PDF",
        b"PK\x03\x04",
        b"ID3",
        b"OggS",
        b"fLaC",
        b"RIFF",
        b"\x1a\x45\xdf\xa3",
    ];
    let is_media = matches!(bytes, [_, _, _, _, b'f', b't', b'y', b'p', ..]);
    is_media || SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
}

/// Whether the bytes begin as an image: PNG, JPEG, GIF, ICO or SVG. For the first bytes of a file;
/// with more of them [`Image`](crate::encodings::Image) recognizes more.
pub(super) fn is_image_file(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 7] =
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\0\0\x01\0", b"<svg ", b"<?xml "];
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
}
