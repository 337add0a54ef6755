use proptest::prelude::*;

use super::*;

fn png_of(width: u32, height: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x02\0\0\0"]
        .concat()
}

type Identified = (ImageFormat, Size, ImageCheck);

fn identify(bytes: &[u8]) -> Option<Identified> {
    Image::of(bytes).map(|image| (image.format, image.size, image.check))
}

fn safe(format: ImageFormat, width: u32, height: u32) -> Identified {
    (format, Some((width, height)), ImageCheck::Safe)
}

#[test]
fn each_format_is_recognized_with_its_size() {
    assert_eq!(identify(&png_of(16, 9)), Some(safe(ImageFormat::Png, 16, 9)));
    let jpeg = b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc4\0\x02\xff\xc2\0\x11\x08\x01\x02\x03\x04\x03";
    assert_eq!(identify(jpeg), Some(safe(ImageFormat::Jpeg, 0x304, 0x102)));
    assert_eq!(identify(b"GIF89a\x10\0\x09\0\0"), Some(safe(ImageFormat::Gif, 16, 9)));
    let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x10\0\x09\x40";
    assert_eq!(identify(lossy), Some(safe(ImageFormat::Webp, 16, 9)));
    let lossless = [&b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f"[..], &(15_u32 | 8 << 14).to_le_bytes()].concat();
    assert_eq!(identify(&lossless), Some(safe(ImageFormat::Webp, 16, 9)));
    let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x08\0\0";
    assert_eq!(identify(extended), Some(safe(ImageFormat::Webp, 16, 9)));
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0ispe\0\0\0\0\0\0\0\x10\0\0\0\x09";
    assert_eq!(identify(avif), Some(safe(ImageFormat::Avif, 16, 9)));
    let bmp = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x10\0\0\0\xf7\xff\xff\xff\x01\0\x18\0";
    assert_eq!(identify(bmp), Some(safe(ImageFormat::Bmp, 16, 9)));
    let ico = b"\0\0\x01\0\x01\0\x10\0\0\0\x01\0\x20\0\x01\0\0\0\x16\0\0\0x";
    assert_eq!(identify(ico), Some(safe(ImageFormat::Ico, 16, 256)));
}

#[test]
fn text_and_other_files_are_not_images() {
    for bytes in [
        &b"BMW is a brand of cars, as everybody knows"[..],
        b"\0\0\x01\0",
        b"GIF",
        b"RIFF\0\0\0\0WAVE",
        b"",
        b"{}",
    ] {
        assert_eq!(identify(bytes), None, "{bytes:?}");
    }
}

#[test]
fn an_image_that_would_take_gigabytes_is_not_safe() {
    let check = |bytes: &[u8]| Image::of(bytes).map(|image| image.check);
    assert_eq!(check(&png_of(10_000, 5_000)), Some(ImageCheck::Safe));
    assert_eq!(check(&png_of(10_000, 5_001)), Some(ImageCheck::TooManyPixels));
    assert_eq!(check(&png_of(u32::MAX, u32::MAX)), Some(ImageCheck::TooManyPixels));
    assert_eq!(check(&png_of(0, 9)), Some(ImageCheck::UnknownSize));
    assert_eq!(check(b"\xff\xd8\xff\xd9"), Some(ImageCheck::UnknownSize));
    let tiles = b"\0\0\0\x1cftypavif\0\0\0\0ispe\0\0\0\0\0\0\x10\0\0\0\x10\0ispe\0\0\0\0\0\0\xff\0\0\0\xff\0";
    assert_eq!(check(tiles), Some(ImageCheck::TooManyPixels));
    let inside = png_of(60_000, 60_000);
    let entry = [
        &b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0"[..],
        &(inside.len() as u32).to_le_bytes(),
        &22_u32.to_le_bytes(),
    ];
    assert_eq!(check(&[&entry.concat()[..], &inside].concat()), Some(ImageCheck::TooManyPixels));
}

#[test]
fn an_svg_is_safe_if_its_elements_are_bounded() {
    let check = |inside: &str| {
        let text =
            format!("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>");
        Image::of_svg(&text).map(|image| image.check)
    };
    assert_eq!(check("<circle r=\"9\"/><use href=\"#a\"/>"), Some(ImageCheck::Safe));
    for inside in [
        "<use href=\"#a\"/>".repeat(33),
        "<s:use href=\"#a\"/>".repeat(33),
        "<rect fill=\"url(#p)\"/>".repeat(33),
        "<!ENTITY a \"b\">".to_owned(),
        "<image href=\"data:image/png;base64,\"/>".to_owned(),
        "<svg:foreignObject/>".to_owned(),
        " ".repeat(MAX_SVG_BYTES),
    ] {
        assert_eq!(check(&inside), Some(ImageCheck::TooComplex), "{inside:.40}");
    }
    assert_eq!(Image::of_svg("{\"a\":\"<svg>\"}"), None);
    assert_eq!(Image::of_svg("<html></html>"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_inspected_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), start in 0_usize..8) {
        let starts: [&[u8]; 8] =
            [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF....WEBPVP8 ", b"....ftypavif", b"BM", b"\0\0\x01\0", b""];
        let _ = Image::of(&[starts[start], &bytes].concat());
        let _ = Image::of_svg(&String::from_utf8_lossy(&bytes));
    }
}
