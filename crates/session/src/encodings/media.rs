//! Recognizes fonts, audio, video and PDF by their bytes. Nothing is decoded here.

/// What a media file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    Font,
    Audio,
    Video,
    /// A document that is only saved.
    Document,
}

/// A media file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    pub kind: MediaKind,
    /// The name of the format.
    pub label: &'static str,
    /// The MIME type.
    pub mime: &'static str,
    /// The extension of a file name, without the dot.
    pub extension: &'static str,
}

/// The first bytes of each format, with the number of bytes before them.
const SIGNATURES: &[(usize, &[u8], Media)] = &[
    (0, b"wOFF", media(MediaKind::Font, "WOFF", "font/woff", "woff")),
    (0, b"wOF2", media(MediaKind::Font, "WOFF2", "font/woff2", "woff2")),
    (0, b"OTTO", media(MediaKind::Font, "OpenType", "font/otf", "otf")),
    (0, b"\0\x01\0\0\0", media(MediaKind::Font, "TrueType", "font/ttf", "ttf")),
    (0, b"true", media(MediaKind::Font, "TrueType", "font/ttf", "ttf")),
    (0, b"%PDF-", media(MediaKind::Document, "PDF", "application/pdf", "pdf")),
    (0, b"fLaC", media(MediaKind::Audio, "FLAC", "audio/flac", "flac")),
    (0, b"ID3", media(MediaKind::Audio, "MP3", "audio/mpeg", "mp3")),
    (8, b"WAVE", media(MediaKind::Audio, "WAV", "audio/wav", "wav")),
    (4, b"ftypM4A", media(MediaKind::Audio, "MPEG-4 audio", "audio/mp4", "m4a")),
    (4, b"ftyp", media(MediaKind::Video, "MP4", "video/mp4", "mp4")),
    (0, b"\x1a\x45\xdf\xa3", media(MediaKind::Video, "WebM", "video/webm", "webm")),
    (0, b"OggS", media(MediaKind::Audio, "Ogg", "audio/ogg", "ogg")),
];

const fn media(kind: MediaKind, label: &'static str, mime: &'static str, extension: &'static str) -> Media {
    Media { kind, label, mime, extension }
}

impl Media {
    /// Recognizes a media file by its bytes. `mime` is the recorded type, which tells audio from
    /// video where both are in the same container.
    pub fn of(bytes: &[u8], mime: &str) -> Option<Self> {
        let is_at = |(offset, signature, _): &&(usize, &[u8], Self)| {
            bytes.get(*offset..).is_some_and(|from| from.starts_with(signature))
        };
        let found = SIGNATURES.iter().find(is_at).map(|(_, _, media)| *media);
        let found = found.or_else(|| is_mpeg_audio(bytes, mime).then_some(MP3))?;
        let kind = |name: &str| mime.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        Some(match (found.kind, found.label) {
            (MediaKind::Video, "WebM") if kind("audio/") => {
                Self { kind: MediaKind::Audio, mime: "audio/webm", ..found }
            }
            (MediaKind::Video, _) if kind("audio/") => {
                Self { kind: MediaKind::Audio, mime: "audio/mp4", ..found }
            }
            (MediaKind::Audio, "Ogg") if kind("video/") => {
                Self { kind: MediaKind::Video, mime: "video/ogg", ..found }
            }
            _ => found,
        })
    }
}

const MP3: Media = media(MediaKind::Audio, "MP3", "audio/mpeg", "mp3");

/// Whether the bytes begin with a frame of MPEG audio. Its mark has 11 bits only, so the type has to
/// say so too.
fn is_mpeg_audio(bytes: &[u8], mime: &str) -> bool {
    let is_frame = matches!(bytes, [0xff, second, ..] if second & 0xe6 == 0xe2);
    is_frame && mime.trim_start().to_ascii_lowercase().starts_with("audio/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognized_by_their_bytes() {
        for (bytes, mime, kind, label) in [
            (&b"wOF2...."[..], "", MediaKind::Font, "WOFF2"),
            (b"\0\x01\0\0\0\x0e", "", MediaKind::Font, "TrueType"),
            (b"%PDF-1.7", "text/html", MediaKind::Document, "PDF"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "", MediaKind::Audio, "WAV"),
            (b"\xff\xfb\x90\0", "audio/mpeg", MediaKind::Audio, "MP3"),
            (b"\0\0\0\x18ftypisom", "", MediaKind::Video, "MP4"),
            (b"\x1a\x45\xdf\xa3", "audio/webm", MediaKind::Audio, "WebM"),
            (b"OggS", "video/ogg", MediaKind::Video, "Ogg"),
        ] {
            let found = Media::of(bytes, mime).expect(label);
            assert_eq!((found.kind, found.label), (kind, label));
        }
    }

    #[test]
    fn other_bytes_are_no_media() {
        for (bytes, mime) in
            [(&b""[..], "font/woff2"), (b"\xff\xfb", ""), (b"RIFF", "audio/wav"), (b"%PDF", "")]
        {
            assert_eq!(Media::of(bytes, mime), None);
        }
    }
}
