//! Bodies that must be decoded for display: compressed ones, and base64 without a flag.
//!
//! The caller decompresses, step by step, because Brotli and Zstandard are not part of this crate:
//!
//! ```
//! use session::archive::{Inflater, Wrapper};
//! use session::model::Body;
//! use session::formats::{Coding, StoredBody};
//!
//! fn readable(body: Body, headers: &[session::model::Header]) -> Body {
//!     let Some(mut stored) = StoredBody::of(&body, Some(headers)) else { return body };
//!     while let Some(coding) = stored.next_coding() {
//!         let mut plain = Vec::new();
//!         // A real caller bounds what comes out.
//!         match coding {
//!             Coding::Gzip => match Inflater::new(Wrapper::Gzip, stored.bytes()) {
//!                 Ok(mut inflater) => while !inflater.is_done() && inflater.pull(stored.bytes(), &mut plain).is_ok() {},
//!                 Err(why) => { stored.fail(coding, &why.to_string()); continue }
//!             },
//!             _ => { stored.fail(coding, "not supported here"); continue }
//!         }
//!         stored.undo(coding, plain, false);
//!     }
//!     stored.into_readable().body
//! }
//! # assert_eq!(readable(Body::Empty, &[]), Body::Empty);
//! ```

use super::body;
use super::signatures::is_binary_file;
use super::unflagged_base64;
use crate::encodings::Image;
use crate::model::{Body, Header};

/// A content coding (RFC 9110, 8.4.1) that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    /// `deflate` as the RFC means it, in a zlib wrapper.
    Zlib,
    /// `deflate` as some servers mean it, without a wrapper.
    Deflate,
    Brotli,
    Zstandard,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib | Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstandard => "zstd",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let known = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        Some(match name {
            _ if known(&["gzip", "x-gzip"]) => Self::Gzip,
            _ if known(&["deflate"]) => Self::Zlib,
            _ if known(&["br", "brotli"]) => Self::Brotli,
            _ if known(&["zstd"]) => Self::Zstandard,
            _ => return None,
        })
    }

    /// The coding of the bytes, if it is the one of the header. Brotli and DEFLATE without a
    /// wrapper have no magic number.
    fn in_bytes(self, bytes: &[u8]) -> Option<Self> {
        match self {
            Self::Gzip => is_gzip(bytes).then_some(self),
            Self::Zstandard => is_zstandard(bytes).then_some(self),
            Self::Zlib if is_zlib(bytes) => Some(Self::Zlib),
            Self::Zlib | Self::Deflate => (!is_plain(bytes)).then_some(Self::Deflate),
            Self::Brotli => (!is_plain(bytes)).then_some(self),
        }
    }
}

/// Maximum number of codings that are undone, because each may multiply the size.
const MAX_CODINGS: usize = 4;
/// A body that is being decoded.
#[derive(Debug)]
pub struct StoredBody {
    mime: String,
    /// The bytes as stored, without the text form.
    stored: Vec<u8>,
    /// The bytes after undoing the codings in `undone`; empty if there are none.
    plain: Vec<u8>,
    /// The codings of the header, the first one applied first.
    claims: Vec<Coding>,
    undone: Vec<Coding>,
    /// How the recorded text encodes bytes without a flag.
    text_form: Option<TextForm>,
    /// The recorded text, which is shown if it turns out not to encode compressed bytes.
    text: Option<String>,
    is_truncated: bool,
    failure: Option<String>,
    is_given_up: bool,
}

/// How a text encodes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextForm {
    /// Base64 without a flag.
    Base64,
    /// A character for each byte.
    Latin1,
}

/// A body for display, and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadableBody {
    pub body: Body,
    /// The note about it: `stored compressed (br), decompressed for display`.
    pub note: Option<String>,
    /// The bytes as stored, if others are shown.
    pub stored: Option<Vec<u8>>,
}

impl StoredBody {
    /// `None` for a body that needs no decoding. `headers` are those of its request or response.
    pub fn of(body: &Body, headers: Option<&[Header]>) -> Option<Self> {
        let (mime, is_truncated) = match body {
            Body::Text { mime, is_truncated, .. } | Body::Binary { mime, is_truncated, .. } => {
                (mime, *is_truncated)
            }
            Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => return None,
        };
        let claims = claims(headers.unwrap_or_default());
        let (stored, text_form, failure) = match body {
            Body::Binary { bytes, .. } => (bytes.clone(), None, None),
            Body::Text { text, .. } => {
                if let Some((bytes, form)) = bytes_behind(text, mime, &claims) {
                    (bytes, Some(form), None)
                } else {
                    let damage = damage(text)?;
                    (text.clone().into_bytes(), None, Some(damage))
                }
            }
            _ => return None,
        };
        let mut stored = Self {
            mime: mime.clone(),
            stored,
            plain: Vec::new(),
            claims,
            undone: Vec::new(),
            text_form,
            text: body_text(body).filter(|_| text_form.is_some()).map(str::to_owned),
            is_truncated,
            is_given_up: failure.is_some(),
            failure,
        };
        let is_changed = stored.text_form.is_some() || stored.failure.is_some();
        (is_changed || stored.next_coding().is_some()).then_some(stored)
    }

    /// The bytes after the codings that were undone so far.
    pub fn bytes(&self) -> &[u8] {
        if self.undone.is_empty() { &self.stored } else { &self.plain }
    }

    /// The coding to undo next; `None` if there is none.
    pub fn next_coding(&mut self) -> Option<Coding> {
        if self.is_given_up || self.undone.len() >= MAX_CODINGS {
            return None;
        }
        // A coding of the header that the bytes do not have was undone before they were stored.
        while let Some(claim) = self.claims.last() {
            if let Some(coding) = claim.in_bytes(self.bytes()) {
                return Some(coding);
            }
            self.claims.pop();
        }
        let is_file = self.undone.is_empty() && is_compressed_file(&self.mime);
        match self.bytes() {
            _ if is_file => None,
            bytes if is_gzip(bytes) => Some(Coding::Gzip),
            bytes if is_zstandard(bytes) => Some(Coding::Zstandard),
            bytes if is_zlib(bytes) && !is_plain(bytes) => Some(Coding::Zlib),
            _ => None,
        }
    }

    /// Reports that the coding was undone, with the result `plain`. `is_partial`: only the
    /// beginning was decoded.
    pub fn undo(&mut self, coding: Coding, plain: Vec<u8>, is_partial: bool) {
        // Without a magic number, only a readable result shows that the coding was right.
        let is_weak = matches!(coding, Coding::Brotli | Coding::Deflate);
        let is_text = || std::str::from_utf8(&plain).is_ok_and(body::is_text);
        if is_weak && (plain.is_empty() || (self.text_form.is_some() && self.undone.is_empty() && !is_text()))
        {
            return self.fail(coding, "nothing readable comes out");
        }
        self.claims.pop();
        self.undone.push(coding);
        self.plain = plain;
        self.is_truncated |= is_partial;
    }

    /// Reports that the coding cannot be undone, and why: the bytes are shown as they are.
    pub fn fail(&mut self, coding: Coding, why: &str) {
        self.is_given_up = true;
        let is_image_file = Image::of(self.bytes()).is_some();
        if self.text_form.is_some() && self.undone.is_empty() && !is_image_file {
            // The text only looked like base64.
            self.text_form = None;
            self.stored = self.text.take().unwrap_or_default().into_bytes();
            return;
        }
        let name = coding.name();
        self.failure = match coding {
            // Two bytes may be those of a zlib header by accident.
            Coding::Zlib if self.claims.is_empty() => None,
            Coding::Brotli | Coding::Deflate => {
                Some(format!("shown as stored: Content-Encoding is {name}, but the bytes are not ({why})"))
            }
            _ => Some(format!("cannot be decompressed ({name}: {why}), shown as stored")),
        };
    }

    /// The result.
    pub fn into_readable(self) -> ReadableBody {
        let note = self.note();
        let Self { mime, stored, plain, undone, is_truncated, .. } = self;
        let (shown, stored) = if undone.is_empty() { (stored, None) } else { (plain, Some(stored)) };
        let mut body = body::from_file(shown, mime);
        body.set_truncated(is_truncated);
        ReadableBody { body, note, stored }
    }

    fn note(&self) -> Option<String> {
        let form = match self.text_form {
            Some(TextForm::Base64) => "stored as base64 without a flag",
            Some(TextForm::Latin1) => "stored as Latin-1 text",
            None => "",
        };
        let names = self.undone.iter().rev().map(|coding| coding.name()).collect::<Vec<_>>().join(", ");
        let coding = if names.is_empty() {
            String::new()
        } else {
            format!("stored compressed ({names}), decompressed for display")
        };
        let parts = [form.to_owned(), coding, self.failure.clone().unwrap_or_default()];
        let note = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        Some(note).filter(|note| !note.is_empty())
    }
}

fn body_text(body: &Body) -> Option<&str> {
    if let Body::Text { text, .. } = body { Some(text) } else { None }
}

/// The codings of all `Content-Encoding` headers, the first one applied first. Codings before one
/// that cannot be undone cannot be undone either.
fn claims(headers: &[Header]) -> Vec<Coding> {
    let mut claims = Vec::new();
    let fields = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("content-encoding"));
    for name in fields.flat_map(|header| header.value.split(',')).map(str::trim) {
        match Coding::of_name(name) {
            Some(coding) => claims.push(coding),
            None if name.is_empty() || name.eq_ignore_ascii_case("identity") => {}
            None => claims.clear(),
        }
    }
    claims
}

fn is_gzip(bytes: &[u8]) -> bool {
    matches!(bytes, [0x1f, 0x8b, 8, flags, ..] if flags & 0b1110_0000 == 0)
}

fn is_zstandard(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

/// A zlib header: DEFLATE with a window of at most 32 kB, and a check value of these two bytes.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..] if method & 0x0f == 8 && method >> 4 <= 7
        && flags & 0x20 == 0 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31))
}

/// Whether the bytes are not compressed: text, or a file of a known format.
fn is_plain(bytes: &[u8]) -> bool {
    is_binary_file(bytes) || Image::of(bytes).is_some() || std::str::from_utf8(bytes).is_ok_and(body::is_text)
}

/// Whether the MIME type is that of compressed files, which are not compressed for the transfer.
fn is_compressed_file(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    ["gzip", "gtar", "x-tgz", "tar", "zstd", "compressed", "zlib"].iter().any(|name| mime.contains(name))
}

/// The bytes that a text encodes without a flag, if they are an image as by its MIME type, or in a
/// coding of the header.
fn bytes_behind(text: &str, mime: &str, claims: &[Coding]) -> Option<(Vec<u8>, TextForm)> {
    let is_image = mime.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("image/"));
    if !is_image && claims.is_empty() {
        return None;
    }
    let is_expected = |bytes: &[u8]| {
        let is_image_file = || Image::of(bytes).is_some() || std::str::from_utf8(bytes).is_ok_and(is_svg);
        is_image && is_image_file() || claims.last().is_some_and(|claim| claim.in_bytes(bytes).is_some())
    };
    if let Some(bytes) = unflagged_base64::decode_expected(text, is_expected) {
        return Some((bytes, TextForm::Base64));
    }
    // These formats begin with control characters, which text does not have, except Zstandard and
    // images.
    if body::is_text(text) && !text.starts_with('(') && !text.starts_with('ÿ') {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect();
    bytes.filter(|bytes| !bytes.is_ascii() && is_expected(bytes)).map(|bytes| (bytes, TextForm::Latin1))
}

fn is_svg(text: &str) -> bool {
    Image::of_svg(text).is_some()
}

/// The note about compressed bytes that were stored as text, which replaced some of them.
fn damage(text: &str) -> Option<String> {
    let is_gzip = text.starts_with("\u{1f}\u{fffd}\u{8}");
    let is_zstandard = text.starts_with("(\u{fffd}/\u{fffd}");
    let name = if is_gzip { "gzip" } else { "zstd" };
    (is_gzip || is_zstandard).then(|| {
        format!("stored compressed ({name}) but as text, which replaced bytes: it cannot be decompressed")
    })
}
