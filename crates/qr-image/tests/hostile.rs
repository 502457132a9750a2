//! Files that are no honest picture: each gets its own answer, and none gets much memory.

#![expect(clippy::as_conversions, reason = "small numbers of our own")]

#[cfg(test)]
mod tests {
    use peak_alloc::PeakAlloc;
    use qr_image::{FILE_BYTES_MAX, JPEG_SCANS_MAX, scan};

    #[global_allocator]
    static ALLOCATOR: PeakAlloc = PeakAlloc;

    fn png(width: u32, height: u32, change: fn(&mut png::Encoder<'_, &mut Vec<u8>>)) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgba);
        change(&mut encoder);
        let mut writer = encoder.write_header().unwrap();
        let row = vec![255; width as usize * 4];
        let mut stream = writer.stream_writer().unwrap();
        for _ in 0..height {
            std::io::Write::write_all(&mut stream, &row).unwrap();
        }
        stream.finish().unwrap();
        drop(writer);
        file
    }

    fn plain() -> Vec<u8> {
        png(60, 60, |_| {})
    }

    /// The header's size replaced, and its checksum made right again.
    fn claims(width: u32, height: u32) -> Vec<u8> {
        let mut file = plain();
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut sum = u32::MAX;
        for byte in bytes {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 {
                    sum >> 1 ^ 0xedb8_8320
                } else {
                    sum >> 1
                };
            }
        }
        !sum
    }

    fn jpeg(color: jpeg_encoder::ColorType, bytes: usize) -> Vec<u8> {
        let mut file = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut file, 80);
        encoder
            .encode(&vec![200; 64 * 64 * bytes], 64, 64, color)
            .unwrap();
        file
    }

    fn grey_jpeg() -> Vec<u8> {
        jpeg(jpeg_encoder::ColorType::Luma, 1)
    }

    fn jpeg_claims(side: u16) -> Vec<u8> {
        let mut file = grey_jpeg();
        let frame = file.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        file[frame + 5..frame + 7].copy_from_slice(&side.to_be_bytes());
        file[frame + 7..frame + 9].copy_from_slice(&side.to_be_bytes());
        file
    }

    fn cut(mut file: Vec<u8>, of: usize) -> Vec<u8> {
        file.truncate(file.len() * of / 100);
        file
    }

    fn answer(file: &[u8]) -> String {
        match scan(file, &mut || true) {
            Ok(scan) => format!("{} codes", scan.codes.len()),
            Err(error) => error.code().to_owned(),
        }
    }

    fn check(name: &str, file: &[u8], expected: &str, peak_mb_max: usize) {
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        assert_eq!(answer(file), expected, "{name}");
        let peak = (ALLOCATOR.peak_usage() - before) >> 20;
        assert!(peak <= peak_mb_max, "{name} took {peak} MB");
    }

    type Row = (&'static str, Vec<u8>, &'static str);

    fn no_pictures() -> Vec<Row> {
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let too_large = vec![0xff; FILE_BYTES_MAX + 1];
        vec![
            ("nothing", vec![], "picture_empty"),
            ("a word", b"hello".to_vec(), "picture_format"),
            ("zeros", vec![0; 1_000], "picture_format"),
            ("a payload", b"00020101021129".to_vec(), "picture_format"),
            ("a GIF", b"GIF89a\x01\0\x01\0".to_vec(), "picture_format"),
            ("a HEIC", heic.to_vec(), "picture_format"),
            ("a file too large", too_large, "picture_file_too_large"),
        ]
    }

    fn pngs() -> Vec<Row> {
        let mut wrong_sum = plain();
        wrong_sum[30] ^= 1;
        let mut wrong_pixels = plain();
        let at = wrong_pixels.len() - 20;
        wrong_pixels[at] ^= 0xff;
        let animated = png(60, 60, |encoder| encoder.set_animated(1, 0).unwrap());
        let noted = png(60, 60, |encoder| {
            let note = "a".repeat(64 << 20);
            encoder.add_ztxt_chunk("Comment".to_owned(), note).unwrap();
        });
        let hugest = claims(0x7fff_ffff, 0x7fff_ffff);
        vec![
            ("first bytes", plain()[..8].to_vec(), "picture_damaged"),
            ("a half", cut(plain(), 50), "picture_damaged"),
            ("no end", cut(plain(), 96), "picture_damaged"),
            ("a wrong sum", wrong_sum, "picture_damaged"),
            ("wrong pixels", wrong_pixels, "picture_damaged"),
            ("no width", claims(0, 60), "picture_damaged"),
            ("claims more rows", claims(60, 90), "picture_damaged"),
            ("huge", claims(65_000, 65_000), "picture_too_many_pixels"),
            ("hugest", hugest, "picture_too_many_pixels"),
            ("long", claims(20_000, 60), "picture_too_many_pixels"),
            ("animated", animated, "picture_animated"),
            ("a note that unpacks to 64 MB", noted, "0 codes"),
        ]
    }

    fn jpegs() -> Vec<Row> {
        let mut many_passes = grey_jpeg();
        for _ in 0..=JPEG_SCANS_MAX {
            let end = many_passes.len() - 2;
            many_passes.splice(end..end, [0xff, 0xda, 0, 3, 0]);
        }
        let cmyk = jpeg(jpeg_encoder::ColorType::Cmyk, 4);
        let ycck = jpeg(jpeg_encoder::ColorType::CmykAsYcck, 4);
        vec![
            ("first bytes", grey_jpeg()[..4].to_vec(), "picture_damaged"),
            ("a half", cut(grey_jpeg(), 50), "picture_damaged"),
            ("no end", cut(grey_jpeg(), 99), "picture_damaged"),
            ("huge", jpeg_claims(65_000), "picture_too_many_pixels"),
            ("no width", jpeg_claims(0), "picture_damaged"),
            ("many passes", many_passes, "picture_too_many_passes"),
            ("printing colours", cmyk, "picture_printing_colours"),
            (
                "printing colours, twisted",
                ycck,
                "picture_printing_colours",
            ),
        ]
    }

    // One test, so that nobody else's memory is counted.
    #[test]
    fn each_hostile_file_has_its_answer_and_little_memory() {
        for (name, file, expected) in [no_pictures(), pngs(), jpegs()].concat() {
            check(name, &file, expected, 4);
        }
        // 100 MB of pixels in 100 KB: the largest that is taken, and what it may cost.
        check("largest", &png(6_144, 4_096, |_| {}), "0 codes", 160);
        check(
            "one row more",
            &png(6_144, 4_097, |_| {}),
            "picture_too_many_pixels",
            4,
        );
    }
}
