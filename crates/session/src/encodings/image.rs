//! Recognizes images by their bytes: the format, and the size in the header. No image is decoded
//! here.

/// An image format that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
    Gif,
    Webp,
    Avif,
    Bmp,
    Ico,
    Svg,
}

impl ImageFormat {
    /// The name of the format.
    pub fn label(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Avif => "AVIF",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Svg => "SVG",
        }
    }

    /// The MIME type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Bmp => "image/bmp",
            Self::Ico => "image/x-icon",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The extension of a file name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Ico => "ico",
            Self::Svg => "svg",
        }
    }
}

/// The properties of an image, from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// The format.
    pub format: ImageFormat,
    /// Width and height in pixels; `None` if the header does not have them, as that of an SVG.
    pub size: Option<(u32, u32)>,
    /// Whether a browser may decode it.
    pub check: ImageCheck,
}

/// Whether an image is safe to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageCheck {
    /// It is within the bounds.
    Safe,
    /// It has more than [`MAX_PIXELS`] pixels.
    TooManyPixels,
    /// Its header does not have its size.
    UnknownSize,
    /// An SVG that is large, or whose elements multiply or embed others.
    TooComplex,
}

/// Pixels of the largest image that is decoded: four bytes each, 200 MB.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Bytes of the largest SVG that is drawn.
const MAX_SVG_BYTES: usize = 1 << 20;
/// Maximum number of references of an SVG, which multiply what is drawn: nested as densely as
/// possible, they draw 3^10 elements.
const MAX_SVG_REFERENCES: usize = 32;
/// Number of leading bytes in which the size of an AVIF is searched.
const AVIF_HEADER: usize = 64 << 10;
/// Maximum number of segments of a JPEG before its size.
const MAX_JPEG_SEGMENTS: usize = 1000;

impl Image {
    /// Recognizes an image by its bytes; `None` if they are not one. For SVG, see
    /// [`Image::of_svg`].
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (format, size) = match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => (ImageFormat::Png, png(bytes)),
            [0xff, 0xd8, 0xff, ..] => (ImageFormat::Jpeg, jpeg(bytes)),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => {
                (ImageFormat::Gif, little_u16(bytes, 6).zip(little_u16(bytes, 8)))
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                (ImageFormat::Webp, webp(bytes))
            }
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => {
                (ImageFormat::Avif, avif(bytes))
            }
            [b'B', b'M', ..] => (ImageFormat::Bmp, Some(bmp(bytes)?)),
            [0, 0, 1, 0, ..] => (ImageFormat::Ico, Some(ico(bytes)?)),
            _ => return None,
        };
        let size = size.filter(|(width, height)| *width > 0 && *height > 0);
        let check = match size {
            None => ImageCheck::UnknownSize,
            Some((width, height)) if u64::from(width) * u64::from(height) > MAX_PIXELS => {
                ImageCheck::TooManyPixels
            }
            Some(_) => ImageCheck::Safe,
        };
        Some(Self { format, size, check })
    }

    /// Recognizes an SVG in text of its MIME type; `None` if it does not begin like one.
    pub fn of_svg(text: &str) -> Option<Self> {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if !start.starts_with('<') || !text.contains("<svg") && !text.contains(":svg") {
            return None;
        }
        let check = if is_svg_simple(text) { ImageCheck::Safe } else { ImageCheck::TooComplex };
        Some(Self { format: ImageFormat::Svg, size: None, check })
    }
}

/// Whether the cost of drawing is bounded by the length of the text: references can be nested so
/// that each level draws the one below several times, as can entities, and embedded documents are
/// unbounded.
fn is_svg_simple(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut references = memchr::memmem::find_iter(bytes, b"url(").count();
    for at in memchr::memchr2_iter(b'<', b':', bytes) {
        let name = bytes.get(at + 1..).unwrap_or_default();
        let len = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match name.get(..len).unwrap_or_default() {
            b"use" => references += 1,
            b"image" | b"feImage" | b"foreignObject" => return false,
            _ if name.starts_with(b"!ENTITY") => return false,
            _ => {}
        }
    }
    text.len() <= MAX_SVG_BYTES && references <= MAX_SVG_REFERENCES
}

type Size = Option<(u32, u32)>;

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn big_u32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

fn big_u16(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(|bytes| u16::from_be_bytes(bytes).into())
}

fn little_u16(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(|bytes| u16::from_le_bytes(bytes).into())
}

fn little_u32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn little_u24(bytes: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high] = array(bytes, at)?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

fn png(bytes: &[u8]) -> Size {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    big_u32(bytes, 16).zip(big_u32(bytes, 20))
}

/// Walks the segments to the frame header.
fn jpeg(bytes: &[u8]) -> Size {
    let mut at = 2;
    for _ in 0..MAX_JPEG_SEGMENTS {
        let [0xff, marker] = array(bytes, at)? else { return None };
        match marker {
            // Fill bytes.
            0xff => at += 1,
            // Markers without a length.
            0x01 | 0xd0..=0xd8 => at += 2,
            // Frame headers; not the tables whose numbers are between theirs.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return big_u16(bytes, at + 7).zip(big_u16(bytes, at + 5));
            }
            _ => at += 2 + big_u16(bytes, at + 2)? as usize,
        }
    }
    None
}

fn webp(bytes: &[u8]) -> Size {
    match bytes.get(12..16)? {
        b"VP8 " => {
            (bytes.get(23..26)? == [0x9d, 0x01, 0x2a]).then_some(())?;
            Some((little_u16(bytes, 26)? & 0x3fff, little_u16(bytes, 28)? & 0x3fff))
        }
        b"VP8L" => {
            let bits = little_u32(bytes, 21)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little_u24(bytes, 24)? + 1, little_u24(bytes, 27)? + 1)),
        _ => None,
    }
}

/// The largest of the sizes that the file declares (`ispe`): a picture of tiles names that of a
/// tile, too.
fn avif(bytes: &[u8]) -> Size {
    let header = bytes.get(..AVIF_HEADER).unwrap_or(bytes);
    let sizes = memchr::memmem::find_iter(header, b"ispe")
        .filter_map(|at| big_u32(header, at + 8).zip(big_u32(header, at + 12)));
    sizes.max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

/// `None` too where two letters are all that speaks for a BMP.
fn bmp(bytes: &[u8]) -> Size {
    match little_u32(bytes, 14)? {
        12 if little_u16(bytes, 22)? == 1 => little_u16(bytes, 18).zip(little_u16(bytes, 20)),
        40 | 52 | 56 | 64 | 108 | 124 if little_u16(bytes, 26)? == 1 => {
            let width = little_u32(bytes, 18)?.cast_signed().unsigned_abs();
            // Below zero where the rows begin at the top.
            Some((width, little_u32(bytes, 22)?.cast_signed().unsigned_abs()))
        }
        _ => None,
    }
}

/// The largest picture of an icon. `None` too where the directory does not fit the file.
fn ico(bytes: &[u8]) -> Size {
    const ENTRY: usize = 16;
    let count = little_u16(bytes, 4)? as usize;
    let entries = bytes.get(6..6 + count * ENTRY)?.chunks_exact(ENTRY);
    let picture = |entry: &[u8]| {
        let (len, at) = (little_u32(entry, 8)? as usize, little_u32(entry, 12)? as usize);
        let picture = bytes.get(at..at.checked_add(len)?)?;
        let side = |side: u8| if side == 0 { 256 } else { u32::from(side) };
        let declared = (side(*entry.first()?), side(*entry.get(1)?));
        // A PNG within has a size of its own.
        let embedded = picture.starts_with(b"\x89PNG").then(|| png(picture));
        embedded.unwrap_or(Some(declared))
    };
    let sizes: Option<Vec<(u32, u32)>> = entries.map(picture).collect();
    sizes?.into_iter().max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

#[cfg(test)]
mod tests;
