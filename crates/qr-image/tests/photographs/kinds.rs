//! Codes in every kind of picture that is read, several in one, and what readers guess.

use qr_image::{CODES_MAX, Code, Scan, scan};

use crate::camera::png_of;
use crate::codes::codes;

fn texts(scan: &Scan) -> Vec<&str> {
    scan.codes.iter().map(|found| found.text.as_str()).collect()
}

fn always(file: &[u8]) -> Scan {
    scan(file, &mut || true).unwrap()
}

/// Light of a drawn code, `pixels` for a module, on a sheet of its own.
fn sheet(code: &Code, pixels: usize) -> (Vec<u8>, usize) {
    let side = (usize::from(code.size()) + 8) * pixels;
    let dark = |at: usize| {
        let module = |pixel: usize| (pixel / pixels).checked_sub(4);
        let place = module(at % side).zip(module(at / side));
        place.is_some_and(|(x, y)| code.is_dark(x as u16, y as u16))
    };
    let light = (0..side * side).map(|at| if dark(at) { 0 } else { 255 });
    (light.collect(), side)
}

fn encoded(color: png::ColorType, depth: png::BitDepth, pixels: &[u8], side: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == png::ColorType::Indexed {
        encoder.set_palette([255, 255, 255, 0, 0, 90].as_slice());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn every_kind_of_png_and_jpeg_is_read() {
    use png::{BitDepth, ColorType};
    let payload = &codes()[2];
    let code = Code::new(payload).unwrap();
    let (light, side) = sheet(&code, 4);
    let spread = |pixel: fn(u8) -> Vec<u8>| -> Vec<u8> {
        light.iter().flat_map(|light| pixel(*light)).collect()
    };
    let blue = spread(|light| vec![light, light, light.max(120)]);
    // Ink on nothing, as designers export it: what shows through must count as paper.
    let clear = spread(|light| vec![0, 0, 0, 255 - light]);
    let faint = spread(|light| vec![0, 255 - light]);
    let deep = spread(|light| vec![light, 7]);
    let listed = spread(|light| vec![u8::from(light == 0)]);
    let drawn = code.to_png(3).unwrap();
    for (name, file) in [
        ("drawn by us", drawn),
        (
            "grey",
            encoded(ColorType::Grayscale, BitDepth::Eight, &light, side),
        ),
        (
            "16 bits",
            encoded(ColorType::Grayscale, BitDepth::Sixteen, &deep, side),
        ),
        (
            "colours",
            encoded(ColorType::Rgb, BitDepth::Eight, &blue, side),
        ),
        (
            "clear ground",
            encoded(ColorType::Rgba, BitDepth::Eight, &clear, side),
        ),
        (
            "clear grey",
            encoded(ColorType::GrayscaleAlpha, BitDepth::Eight, &faint, side),
        ),
        (
            "palette",
            encoded(ColorType::Indexed, BitDepth::Eight, &listed, side),
        ),
    ] {
        assert_eq!(texts(&always(&file)), [payload], "{name}");
    }
    for is_progressive in [false, true] {
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 75);
        encoder.set_progressive(is_progressive);
        let rgb = jpeg_encoder::ColorType::Rgb;
        encoder
            .encode(&blue, side as u16, side as u16, rgb)
            .unwrap();
        assert_eq!(
            texts(&always(&file)),
            [payload],
            "progressive: {is_progressive}"
        );
    }
}

#[test]
fn every_code_of_a_picture_is_told_from_the_top_down() {
    let payloads = codes();
    let sheets: Vec<_> = payloads
        .iter()
        .zip([3, 2, 4])
        .map(|(payload, pixels)| sheet(&Code::new(payload).unwrap(), pixels))
        .collect();
    let width = 600;
    let mut light = Vec::new();
    let mut middles = Vec::new();
    for (index, (part, side)) in sheets.iter().enumerate() {
        let left = index * 90;
        let top = light.len() / width;
        middles.push(((left + side / 2) as f32, (top + side / 2) as f32));
        for row in part.chunks(*side) {
            light.extend(vec![255; left]);
            light.extend(row);
            light.extend(vec![255; width - left - side]);
        }
    }
    // The first once more at the bottom: it is still one code.
    let (part, side) = &sheets[0];
    for row in part.chunks(*side) {
        light.extend(row);
        light.extend(vec![255; width - side]);
    }
    let found = always(&png_of(&light, width));
    assert_eq!(texts(&found), payloads.iter().collect::<Vec<_>>());
    for (code, (x, y)) in found.codes.iter().zip(middles).skip(1) {
        let (dx, dy) = ((code.middle.0 - x).abs(), (code.middle.1 - y).abs());
        assert!(dx < 6.0 && dy < 6.0, "{:?} {x} {y}", code.middle);
    }
    assert!(found.is_complete && found.codes.len() < CODES_MAX);
}

#[test]
fn light_codes_on_dark_ground_are_read() {
    let payload = &codes()[0];
    let (light, side) = sheet(&Code::new(payload).unwrap(), 4);
    let inverted: Vec<u8> = light.iter().map(|light| 255 - light).collect();
    assert_eq!(texts(&always(&png_of(&inverted, side))), [payload]);
}

#[test]
fn text_without_a_designator_is_guessed() {
    use qrcodegen::{QrCode, QrCodeEcc, QrSegment};
    let shift_jis = b"\x83\x4a\x83\x74\x83\x46\x8b\xf3 JPQR";
    let latin = b"Caf\xe9 de la Paix";
    for (eci, bytes, expected) in [
        (None, "ស្ពាន".as_bytes(), "ស្ពាន"),
        (None, "カフェ空".as_bytes(), "カフェ空"),
        (None, shift_jis, "カフェ空 JPQR"),
        (Some(20), shift_jis, "カフェ空 JPQR"),
        (Some(26), "ស្ពាន".as_bytes(), "ស្ពាន"),
        (Some(3), latin, "Café de la Paix"),
        (None, latin, "Café de la Paix"),
    ] {
        let mut segments: Vec<QrSegment> = eci.map(QrSegment::make_eci).into_iter().collect();
        segments.push(QrSegment::make_bytes(bytes));
        let code = QrCode::encode_segments(&segments, QrCodeEcc::Medium).unwrap();
        let side = code.size() as usize * 5 + 40;
        let dark = |at: usize| {
            let (x, y) = ((at % side) as i32 - 20, (at / side) as i32 - 20);
            code.get_module(x.div_euclid(5), y.div_euclid(5))
        };
        let light: Vec<u8> = (0..side * side)
            .map(|at| 255 * u8::from(!dark(at)))
            .collect();
        assert_eq!(texts(&always(&png_of(&light, side))), [expected], "{eci:?}");
    }
}

#[test]
fn a_picture_without_a_code_holds_none() {
    for (light, width) in [
        (vec![255; 400], 20),
        (vec![9; 1], 1),
        (vec![90; 90_000], 300),
    ] {
        let found = always(&png_of(&light, width));
        assert_eq!((texts(&found), found.is_complete), (vec![], true));
    }
}
