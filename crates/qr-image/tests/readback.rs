//! What we draw, read by readers that others wrote.

#[cfg(test)]
#[path = "photographs/codes.rs"]
mod codes;

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use qr_image::{Card, CardError, CardScheme, CardSize, Code, Fonts, scan};

    use crate::codes::codes;

    fn is_ci() -> bool {
        std::env::var("CI").is_ok_and(|value| value == "true")
    }

    /// Whether a program is there; without it a test is left out, but never in CI.
    fn has(program: &str, package: &str) -> bool {
        let is_there = Command::new(program).arg("-h").output().is_ok();
        if !is_there {
            assert!(!is_ci(), "CI has {program}");
            eprintln!("left out: reading back, which needs `{program}` (Debian's {package})");
        }
        is_there
    }

    fn fonts() -> Option<Fonts> {
        match Fonts::from_system() {
            Ok(fonts) => Some(fonts),
            Err(error) => {
                assert!(!is_ci(), "{error}");
                eprintln!("left out: cards, which need fonts ({error})");
                None
            }
        }
    }

    /// What zbar reads in a picture, each code on a line.
    fn zbar(picture: &Path) -> String {
        let read = Command::new("zbarimg")
            .args(["--quiet", "--raw", "--nodbus"])
            .arg(picture)
            .output()
            .expect("zbarimg starts");
        String::from_utf8(read.stdout)
            .expect("UTF-8")
            .trim_end_matches('\n')
            .to_owned()
    }

    fn output(program: &str, arguments: &[&str], file: &Path) -> String {
        let ran = Command::new(program)
            .args(arguments)
            .arg(file)
            .arg("-")
            .output()
            .expect("poppler-utils start");
        assert!(ran.status.success(), "{program} {ran:?}");
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    fn card<'a>(scheme: CardScheme, payload: &'a str) -> Card<'a> {
        let (name, name_local, city, currency) = match scheme {
            CardScheme::Khqr => ("Srey Cafe", "ហាងកាហ្វេអង្គរ", "Phnom Penh", "KHR"),
            CardScheme::Jpqr => ("Cafe Sora", "カフェ空", "Tokyo", "JPY"),
        };
        Card {
            scheme,
            payload,
            name,
            name_local: Some(name_local),
            city: Some(city),
            currency,
            amount: None,
            reference: Some("srey_shop@aclb"),
            is_simulated: true,
        }
    }

    #[test]
    fn drawn_codes_are_read_by_others() {
        if !has("zbarimg", "zbar-tools") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("code.png");
        let long = "1a".repeat(900);
        let mixed = "ស្ពាន 橋 🌉 ".repeat(20);
        for payload in codes().iter().chain([&long, &mixed]) {
            let code = Code::new(payload).unwrap();
            for pixels in [1, 2, 3, 4, 10] {
                let file = code.to_png(pixels).unwrap();
                std::fs::write(&picture, &file).unwrap();
                assert_eq!(zbar(&picture), *payload, "{pixels}");
                let ours = scan(&file, &mut || true).unwrap();
                assert_eq!(ours.codes[0].text, *payload, "{pixels}");
            }
        }
    }

    #[test]
    fn cards_are_read_by_others() {
        let Some(fonts) = fonts() else { return };
        if !has("zbarimg", "zbar-tools") || !has("pdftoppm", "poppler-utils") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (picture, paper) = (
            folder.path().join("card.png"),
            folder.path().join("card.pdf"),
        );
        let codes = codes();
        for (scheme, payload) in [
            (CardScheme::Khqr, &codes[0]),
            (CardScheme::Khqr, &codes[1]),
            (CardScheme::Jpqr, &codes[2]),
        ] {
            for size in [CardSize::A6, CardSize::Receipt] {
                let sheet = card(scheme, payload).print(size, &fonts).unwrap();
                let file = sheet.to_png().unwrap();
                std::fs::write(&picture, &file).unwrap();
                assert_eq!(zbar(&picture), *payload, "{scheme:?} {size:?}");
                assert_eq!(scan(&file, &mut || true).unwrap().codes[0].text, *payload);

                std::fs::write(&paper, sheet.to_pdf().unwrap()).unwrap();
                let seen = folder.path().join("seen");
                let drawn = Command::new("pdftoppm")
                    .args(["-r", "150", "-png", "-singlefile"])
                    .args([&paper, &seen])
                    .status();
                assert!(drawn.expect("pdftoppm starts").success());
                assert_eq!(
                    zbar(&seen.with_extension("png")),
                    *payload,
                    "{scheme:?} {size:?}"
                );
            }
        }
    }

    #[test]
    fn a_pdf_holds_one_page_and_its_text() {
        let Some(fonts) = fonts() else { return };
        if !has("pdftotext", "poppler-utils") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let paper = folder.path().join("card.pdf");
        let payload = &codes()[0];
        for is_simulated in [false, true] {
            let khqr = Card {
                amount: Some("120000"),
                is_simulated,
                ..card(CardScheme::Khqr, payload)
            };
            let sheet = khqr.print(CardSize::A6, &fonts).unwrap();
            assert_eq!(sheet.size_mm(), (105, 148));
            std::fs::write(&paper, sheet.to_pdf().unwrap()).unwrap();
            let text = output("pdftotext", &["-raw"], &paper);
            let lines: Vec<&str> = text.trim_end_matches(['\n', '\u{c}']).lines().collect();
            let mut expected = vec![
                "KHQR KHR រៀល",
                "ហាងកាហ្វេអង្គរ",
                "Srey Cafe",
                "Phnom Penh",
                "120,000 ៛",
                "ស្កេនដើម្បីបង់ប្រាក់",
                "Scan to pay",
                "スキャンしてお支払いください",
                "srey_shop@aclb",
            ];
            if is_simulated {
                expected.extend([
                    "SIMULATED: no real money",
                    "សម្រាប់សាកល្បង មិនមែនប្រាក់ពិតទេ",
                    "テスト用：実際のお金は動きません",
                ]);
            }
            assert_eq!(lines, expected);
        }
        let info = Command::new("pdfinfo")
            .arg(&paper)
            .output()
            .expect("pdfinfo starts");
        let info = String::from_utf8_lossy(&info.stdout);
        for line in ["Pages:           1", "297.638 x 419.528 pts", "Srey Cafe"] {
            assert!(info.contains(line), "{line}\n{info}");
        }
    }

    #[test]
    fn what_cannot_be_printed_whole_is_refused() {
        let Some(fonts) = fonts() else { return };
        let payload = &codes()[0];
        let print = |change: fn(&mut Card<'_>)| {
            let mut card = card(CardScheme::Khqr, payload);
            change(&mut card);
            let print = |size| card.print(size, &fonts).map(|_| ());
            let (large, small) = (print(CardSize::A6), print(CardSize::Receipt));
            assert_eq!(large, small);
            large.map_err(|error| format!("{}: {error}", error.code()))
        };
        let refused = |words: &str| Err(words.to_owned());
        let thai = "glyph_missing: print `ร\u{e49}` (U+0E23 U+0E49): `Noto Sans` does not have it";
        let emoji = "glyph_missing: print `☕` (U+2615): `Noto Sans` does not have it";
        let turned = "text_unprintable: print a text with the character U+202E, \
                      which steers and is not seen";
        let amount = "amount_shape: print the amount: not digits with at most one point: `abc`";
        assert_eq!(print(|_| {}), Ok(()));
        assert_eq!(print(|card| card.name_local = Some("ร้าน")), refused(thai));
        assert_eq!(print(|card| card.name = "Cafe ☕"), refused(emoji));
        assert_eq!(
            print(|card| card.city = Some("100\u{202e}001")),
            refused(turned)
        );
        assert_eq!(print(|card| card.amount = Some("abc")), refused(amount));
        assert_eq!(
            print(|card| card.payload = ""),
            refused("payload_empty: draw nothing: the payload is empty")
        );
        // The longest names of a code fit, as wide as letters get.
        assert_eq!(
            print(|card| card.name = "WWWWWWWWWWWWWWWWWWWWWWWWW"),
            Ok(())
        );
        let japanese = "空空空空空空空空空空空空空空空空空空空空空空空空空";
        assert_eq!(
            print(
                |card| card.name_local = Some("空空空空空空空空空空空空空空空空空空空空空空空空空")
            ),
            Ok(())
        );
        let too_long = CardError::TextTooLong {
            text: japanese.repeat(2),
        };
        let long = japanese.repeat(2);
        let card = Card {
            name_local: Some(&long),
            ..card(CardScheme::Khqr, payload)
        };
        assert_eq!(card.print(CardSize::A6, &fonts).unwrap_err(), too_long);
    }
}
