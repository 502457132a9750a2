#![expect(
    clippy::string_slice,
    reason = "receipts are ASCII, names cut at known places"
)]

use expect_test::expect_file;

use super::*;
use crate::keys::Domain;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

fn keys() -> Jwks {
    Jwks::new([key(8).public(), key(7).public()]).unwrap()
}

/// The first payment of the story that the sandbox tells.
fn receipt() -> Receipt {
    Receipt {
        payment: "7f3b0c9e-5a7e-4d0f-9a52-3c1f6f7a9b10".parse().unwrap(),
        decided_at_ms: 1_795_392_000_123,
        shop: ReceiptAmount::new(392, 3_000, 0).unwrap(),
        payer: ReceiptAmount::new(116, 80_536, 0).unwrap(),
        rate: ReceiptRate::new(26_712, 3).unwrap(),
        reference_rate: ReceiptRate::new(265, 1).unwrap(),
        journal_seq: 42,
        journal_hash: [0xa5; 32],
        corridor: ReceiptCorridor::parse("KH-JP").unwrap(),
        merchant: ReceiptMerchant::parse("抹茶カフェ 京都").unwrap(),
    }
}

fn largest() -> Receipt {
    Receipt {
        decided_at_ms: u64::MAX,
        shop: ReceiptAmount::new(999, u64::MAX, 18).unwrap(),
        rate: ReceiptRate::new(u64::MAX, 18).unwrap(),
        corridor: ReceiptCorridor::parse("ABCDEF-9").unwrap(),
        merchant: ReceiptMerchant::parse(&"ស".repeat(25)).unwrap(),
        ..receipt()
    }
}

#[test]
fn receipt_of_version_1_is_written_as_in_its_golden_file() {
    let text = receipt().encode(&key(7));
    expect_file!["../../golden/receipt-v1.txt"].assert_eq(&format!("{text}\n"));
    assert_eq!(Receipt::decode(&text, &keys()), Ok(receipt()));
}

#[test]
fn the_largest_receipt_fits_its_bound_and_the_smallest_is_read_too() {
    let text = largest().encode(&key(7));
    assert_eq!(text.len(), 355);
    assert!(text.len() <= limits::RECEIPT_CHARS_MAX);
    assert_eq!(Receipt::decode(&text, &keys()), Ok(largest()));

    let merchant = ReceiptMerchant::parse("").unwrap();
    let smallest = Receipt {
        merchant,
        ..receipt()
    };
    let text = smallest.encode(&key(7));
    assert_eq!(Receipt::decode(&text, &keys()), Ok(smallest));
}

#[test]
fn a_receipt_fits_an_address_and_a_code() {
    let text = largest().encode(&key(7));
    assert!(
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)),
        "{text}"
    );
}

#[test]
fn every_single_changed_character_is_refused() {
    let text = receipt().encode(&key(7));
    let alphabet = ('0'..='9')
        .chain('a'..='z')
        .chain('A'..='Z')
        .chain("-_.=+/ é".chars());
    let alphabet = alphabet.collect::<Vec<_>>();
    let mut refused = 0;
    for place in 0..text.len() {
        for other in &alphabet {
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            if changed != text {
                assert!(Receipt::decode(&changed, &keys()).is_err(), "{changed}");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, text.len() * (alphabet.len() - 1));
}

#[test]
fn every_cut_is_a_cut() {
    for text in [receipt().encode(&key(7)), largest().encode(&key(7))] {
        for end in PREFIX.len()..text.len() {
            let found = Receipt::decode(&text[..end], &keys());
            assert_eq!(found, Err(ReceiptError::Truncated), "{end}");
        }
        let found = Receipt::decode(&text[..4], &keys());
        assert_eq!(found, Err(ReceiptError::NotAReceipt));
    }
}

/// Signs whatever bytes, as a hub with a bug would.
fn signed(change: impl Fn(&mut Vec<u8>)) -> String {
    let mut bytes = layout::write(&receipt(), &key(7));
    bytes.truncate(bytes.len() - 64);
    change(&mut bytes);
    let signature = key(7).sign(Domain::Receipt, &bytes);
    format!("{PREFIX}{}", encoding::encode(&[bytes, signature].concat()))
}

#[test]
fn refusals_are_told_apart() {
    let good = receipt().encode(&key(7));
    let foreign = receipt().encode(&key(9));
    let longer = format!("{good}A");
    let far_longer = format!("{good}{}", "A".repeat(360));
    let other_domain = {
        let mut bytes = layout::write(&receipt(), &key(7));
        bytes.truncate(bytes.len() - 64);
        let signature = key(7).sign(Domain::QuoteToken, &bytes);
        format!("{PREFIX}{}", encoding::encode(&[bytes, signature].concat()))
    };
    for (what, text, expected) in [
        ("unknown key", foreign, ReceiptError::KeyUnknown),
        (
            "changed payment id",
            good.replacen("5ND5pS", "5ND5pT", 1),
            ReceiptError::Tampered,
        ),
        ("other domain", other_domain, ReceiptError::Tampered),
        ("one more", longer, ReceiptError::TooLong),
        ("many more", far_longer, ReceiptError::TooLong),
        ("empty", String::new(), ReceiptError::NotAReceipt),
        (
            "other token",
            good.replacen("spr1.", "spq1.", 1),
            ReceiptError::NotAReceipt,
        ),
        (
            "other version",
            signed(|b| b[0] = 2),
            ReceiptError::VersionUnknown,
        ),
        (
            "other alphabet",
            format!("{}+", &good[..good.len() - 1]),
            ReceiptError::Malformed,
        ),
        ("not ASCII", format!("{PREFIX}ééé"), ReceiptError::Malformed),
        (
            "signed nonsense",
            signed(|b| b[35] = 0xff),
            ReceiptError::Unfit,
        ),
        (
            "signed broken name",
            signed(|b| *b.last_mut().unwrap() = 0xff),
            ReceiptError::Malformed,
        ),
        (
            "signed, lengths false",
            signed(|b| b[2] += 1),
            ReceiptError::Truncated,
        ),
        (
            "signed, one byte over",
            signed(|b| b.push(0)),
            ReceiptError::TooLong,
        ),
    ] {
        assert_ne!(text, good, "{what}");
        assert_eq!(Receipt::decode(&text, &keys()), Err(expected), "{what}");
    }
    assert_eq!(signed(|_| ()), good);
}

#[test]
fn values_that_no_receipt_can_print_are_unfit() {
    assert_eq!(ReceiptAmount::new(1000, 1, 0), Err(ReceiptError::Unfit));
    assert_eq!(ReceiptAmount::new(999, 1, 19), Err(ReceiptError::Unfit));
    assert_eq!(ReceiptRate::new(1, 19), Err(ReceiptError::Unfit));
    for bad in ["", "kh-jp", "KH JP", "KH-JP-KH-"] {
        assert_eq!(
            ReceiptCorridor::parse(bad),
            Err(ReceiptError::Unfit),
            "{bad}"
        );
    }
}

#[test]
fn a_merchant_s_name_is_one_honest_line() {
    let long = "a".repeat(26);
    let wide = "🍣".repeat(19);
    for (name, is_fit, shortened) in [
        ("ហាងកាហ្វេ", true, "ហាងកាហ្វេ"),
        ("Café 9", true, "Café 9"),
        ("", true, ""),
        (&long, false, &long[1..]),
        (&wide, false, &wide[..18 * 4]),
        ("two\nlines", false, "twolines"),
        ("\u{202e}pohs", false, "pohs"),
        ("nul\0", false, "nul"),
    ] {
        assert_eq!(ReceiptMerchant::parse(name).is_ok(), is_fit, "{name}");
        assert_eq!(
            ReceiptMerchant::shortened(name).as_str(),
            shortened,
            "{name}"
        );
        assert!(ReceiptMerchant::parse(shortened).is_ok());
    }
}

#[test]
fn only_an_unknown_key_may_become_known() {
    for (error, code) in [
        (ReceiptError::KeyUnknown, Code::ReceiptUnknownKey),
        (ReceiptError::Tampered, Code::ReceiptInvalid),
        (ReceiptError::Truncated, Code::ReceiptInvalid),
    ] {
        assert_eq!(error.code(), code);
    }
}
