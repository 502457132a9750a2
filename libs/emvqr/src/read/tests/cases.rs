//! The payloads, by what they are about.

use super::*;

/// All of them.
pub(super) fn all() -> [Vec<Case>; 9] {
    [
        whole_payload(),
        any_field(),
        particular_fields(),
        amounts(),
        accounts(),
        accounts_of_khqr(),
        schemes(),
        times(),
        strictly(),
    ]
}

fn whole_payload() -> Vec<Case> {
    let sound = sealed(KHQR);
    std::vec![
        raw(&sound, &[]),
        raw("", &["r not-a-code "]),
        raw("https://example.com/pay?id=1", &["r not-a-code "]),
        raw(&"0".repeat(4_097), &["r payload-too-long "]),
        raw(&format!(" {sound}"), &["r surrounding-space "]),
        raw(
            &format!("{sound}\n"),
            &["r surrounding-space ", "r checksum-not-last 63"]
        ),
        raw(
            &sound.replace("5904Shop", "5904Shoq"),
            &["r checksum-wrong 63"]
        ),
        raw(
            &sound
                .to_ascii_lowercase()
                .replace("kh5904shop", "KH5904Shop"),
            &["r checksum-wrong 63"]
        ),
        case(KHQR, &[("", "A102XY")], &["r bad-tag "]),
        case(KHQR, &[("", "62０４0100")], &["r bad-length "]),
        case(KHQR, &[("", "62-4ABCD")], &["r bad-length "]),
        raw(&format!("{KHQR}6299AB"), &["r truncated "]),
        case(
            "5902🍣00110VVVVVVVVVV",
            &[],
            &[
                "r ambiguous-length ",
                "o not-ascii 59",
                "v astral-character 59",
                "v too-long 01",
                "v not-digits 01",
                "v initiation 01",
            ],
        ),
        case(KHQR, &[("", "6204ABCD")], &["r template-unreadable 62"]),
        case(KHQR, &[("", "8004TEST")], &["v foreign-unreadable 80"]),
        case(KHQR, &[("", "5904Evil")], &["r repeated-tag 59"]),
        case(
            KHQR,
            &[("29170013", "29260013"), ("52045999", "0005x@y.z52045999")],
            &["r repeated-tag 29.00"]
        ),
        case(
            KHQR,
            &[("000201010211", "010211000201")],
            &["v format-not-first 00"]
        ),
        case(
            JPQR,
            &[("000201010211", "010211000201")],
            &["r format-not-first 00"]
        ),
    ]
}

fn any_field() -> Vec<Case> {
    let long = |tags: core::ops::Range<u8>| {
        tags.map(|tag| format!("{tag}890011com.example0170{}", "x".repeat(70)))
            .collect::<String>()
    };
    std::vec![
        case(KHQR, &[("", &long(80..86))], &["v over-advised-length "]),
        case(JPQR, &[("", &long(80..86))], &["r over-advised-length "]),
        case(KHQR, &[("5904Shop", "")], &["r missing 59"]),
        case(KHQR, &[("5904Shop", "5900")], &["r missing 59"]),
        case(JPQR, &[("52045812", "")], &["v missing-advised 52"]),
        case(KHQR, &[("", "6100")], &["v empty 61"]),
        case(KHQR, &[("", "62040100")], &["r empty-label 62.01"]),
        case(KHQR, &[("5904Shop", "5904    ")], &["r blank 59"]),
        case(
            KHQR,
            &[("5904Shop", "5926ABCDEFGHIJKLMNOPQRSTUVWXYZ")],
            &["r too-long 59"]
        ),
        case(
            KHQR,
            &[("", "62300526ABCDEFGHIJKLMNOPQRSTUVWXYZ")],
            &["v too-long-minor 62.05"]
        ),
        case(KHQR, &[("52045999", "5203599")], &["v too-short 52"]),
        case(KHQR, &[("52045999", "520459A9")], &["r not-digits 52"]),
        case(KHQR, &[("5904Shop", "5904ហាង1")], &["o not-ascii 59"]),
        case(JPQR, &[("5905RAMEN", "5902鳥居")], &["v not-ascii 59"]),
        case(
            KHQR,
            &[("5904Shop", "5904Sh\np")],
            &["o not-ascii 59", "r control-character 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5904Sh\u{202e}p")],
            &["o not-ascii 59", "r bidi-control 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5904Sh\u{200b}p")],
            &["o not-ascii 59", "r invisible-character 59"],
        ),
        case(
            KHQR,
            &[("5904Shop", "5903ក\u{200b}ខ")],
            &["o not-ascii 59", "o word-break 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5903ក\u{200b}k")],
            &["o not-ascii 59", "r invisible-character 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5902e\u{301}")],
            &["o not-ascii 59", "v combining-mark 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5902A🍣")],
            &["o not-ascii 59", "v astral-character 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5903A🍣")],
            &["o not-ascii 59", "v astral-character 59"]
        ),
        case(KHQR, &[("", "6503RFU")], &["o reserved-tag 65"]),
    ]
}

fn particular_fields() -> Vec<Case> {
    std::vec![
        case(KHQR, &[("000201", "000202")], &["v format-version 00"]),
        case(JPQR, &[("000201", "000202")], &["r format-version 00"]),
        case(KHQR, &[("010211", "010213")], &["r initiation 01"]),
        case(KHQR, &[("5802KH", "5803KHM")], &["v country-shape 58"]),
        case(JPQR, &[("5802JP", "5802jp")], &["r country-shape 58"]),
        case(KHQR, &[("5802KH", "5802TH")], &["v country-mismatch 58"]),
        case(JPQR, &[("5802JP", "5802KH")], &["r country-mismatch 58"]),
        case(
            KHQR,
            &[("5303116", "5303abc")],
            &["r not-digits 53", "r currency-shape 53"]
        ),
        case(KHQR, &[("5303116", "5303392")], &["r currency-mismatch 53"]),
        case(JPQR, &[("5303392", "5303840")], &["r currency-mismatch 53"]),
        case(KHQR, &[("", "62060902AA")], &["v data-request 62.09"]),
        case(KHQR, &[("", "550201")], &["o tip-asked 55"]),
        case(KHQR, &[("", "5502025603100")], &["o tip-asked 55"]),
        case(
            KHQR,
            &[("", "55020257045.00")],
            &["v tip-contradiction 55", "v tip-contradiction 57"]
        ),
        case(
            KHQR,
            &[("", "5502035703abc")],
            &["v fee-shape 57", "o tip-asked 55"]
        ),
        case(JPQR, &[("", "550204")], &["r tip-indicator 55"]),
    ]
}

fn amounts() -> Vec<Case> {
    std::vec![
        case(DYNAMIC, &[("54045000", "5400")], &["r amount-empty 54"]),
        case(DYNAMIC, &[("54045000", "54040.00")], &["r amount-zero 54"]),
        case(
            DYNAMIC,
            &[("54045000", "5402-5")],
            &["r amount-negative 54"]
        ),
        case(DYNAMIC, &[("54045000", "5402+5")], &["r amount-sign 54"]),
        case(
            DYNAMIC,
            &[("54045000", "54031e3")],
            &["r amount-exponent 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "54055,000")],
            &["r amount-grouping 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "5403abc")],
            &["r amount-not-a-number 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "54065000.5")],
            &["r amount-too-precise 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "541450000000000000")],
            &["r amount-too-long 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "54199999999999999999999")],
            &["r amount-too-large 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "54065000.0")],
            &["v amount-zeros 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "54055000.")],
            &["o amount-unusual 54"]
        ),
        case(
            DYNAMIC,
            &[("54045000", "540500500")],
            &["o amount-unusual 54"]
        ),
    ]
}

fn accounts() -> Vec<Case> {
    std::vec![
        case(
            OTHER,
            &[],
            &[
                "v missing-advised 52",
                "v missing-advised 59",
                "v missing-advised 60"
            ]
        ),
        case(
            OTHER,
            &[("5303764", "5303704")],
            &[
                "v missing-advised 52",
                "v missing-advised 59",
                "v missing-advised 60",
                "v currency-country 53"
            ]
        ),
        case(
            OTHER,
            &[("29370016A00000067701011101130066812223333", "")],
            &[
                "v missing-advised 52",
                "v missing-advised 59",
                "v missing-advised 60",
                "r account-missing ",
            ],
        ),
    ]
}

fn accounts_of_khqr() -> Vec<Case> {
    let second = "27680019jp.or.paymentsjapan01139999999999999020400010306000001040600000153";
    std::vec![
        case(
            KHQR,
            &[("29170013shop_one@aclb", "29120008shop_one")],
            &["r account-shape 29.00"]
        ),
        case(
            KHQR,
            &[("29170013shop_one@aclb", "29090005a@b@c")],
            &["r account-shape 29.00"]
        ),
        case(
            KHQR,
            &[("shop_one@aclb", "shop one@aclb")],
            &["v account-characters 29.00"]
        ),
        case(
            KHQR,
            &[("shop_one@aclb", "shop_оne@aclb")],
            &["v account-characters 29.00", "r mixed-scripts 29.00"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5904Shоp")],
            &["o not-ascii 59", "r mixed-scripts 59"]
        ),
        case(
            KHQR,
            &[("5904Shop", "5904Ｓhop")],
            &["o not-ascii 59", "o wide-character 59"]
        ),
        case(
            KHQR,
            &[("5204", "30170013shop_two@aclb5204")],
            &[
                "v missing-advised 30.01",
                "v missing-advised 30.02",
                "r two-faced 30"
            ],
        ),
        case(
            JPQR,
            &[("5204", &second.replace("0600000153", "060000015204"))],
            &["r two-faced 27"]
        ),
        case(
            JPQR,
            &[("5204", "29170013shop_one@aclb5204")],
            &[
                "r two-schemes 26",
                "r currency-mismatch 53",
                "v country-mismatch 58",
            ],
        ),
    ]
}

fn schemes() -> Vec<Case> {
    std::vec![
        under(Profile::Jpqr, case(KHQR, &[], &["r other-scheme "])),
        under(Profile::Khqr, case(JPQR, &[], &["r other-scheme "])),
        under(Profile::Khqr, case(KHQR, &[], &[])),
        under(Profile::Jpqr, case(JPQR, &[], &[])),
        case(
            KHQR,
            &[("29170013", "1504197629170013"), ("5303116", "5303840")],
            &["v union-pay-dollars 15"],
        ),
        case(JPQR, &[("00010306", "000x0306")], &["o store-letters 26"]),
        case(JPQR, &[("00010306", "00-10306")], &["r store-id 26.02"]),
        case(
            JPQR,
            &[("61071060032", "6108106-0032")],
            &["o postal-shape 61"]
        ),
        case(JPQR, &[("0002JA", "0002ja")], &["r language-not-ja 64.00"]),
        case(
            JPQR,
            &[("64140002JA", "64200002JA0202東京")],
            &["r local-city 64.02"]
        ),
    ]
}

fn times() -> Vec<Case> {
    let times = "99340013176722560000001131767226200000";
    std::vec![
        case(DYNAMIC, &[], &[]),
        case(DYNAMIC, &[("54045000", "")], &["r dynamic-without-amount "]),
        case(
            DYNAMIC,
            &[("010212", "010211")],
            &["v static-with-amount 54"]
        ),
        case(DYNAMIC, &[(times, "")], &["r expiry-missing "]),
        case(
            DYNAMIC,
            &[(times, "991700131767225600000")],
            &["r expiry-missing "]
        ),
        case(
            DYNAMIC,
            &[("01131767226200000", "01131767226X00000")],
            &["r expiry-shape 99.01"]
        ),
        case(
            DYNAMIC,
            &[("01131767226200000", "01131767225599999")],
            &["r expiry-before-creation 99.01", "r expired 99.01"],
        ),
        case(
            DYNAMIC,
            &[
                ("0013176722560", "0013176722550"),
                ("01131767226200000", "01131767225599999")
            ],
            &["r expired 99.01"],
        ),
        case(DYNAMIC, &[("01131767226200000", "01131767225600000")], &[]),
        case(
            DYNAMIC,
            &[("1767225600000", "39CA026411FDA")],
            &["o creation-unusual 99.00"]
        ),
        case(
            DYNAMIC,
            &[
                ("0013176722560", "0013176722621"),
                ("01131767226200000", "01131767226300000")
            ],
            &["v not-yet-valid 99.00"]
        ),
        case(
            DYNAMIC,
            &[(times, "991701131767226200000")],
            &["o creation-missing 99"]
        ),
        case(
            KHQR,
            &[("", "991700131739495778722")],
            &["o static-times 99"]
        ),
        case(
            KHQR,
            &[("", "99170013F1BF016411FDA")],
            &["o static-times 99"]
        ),
    ]
}

fn strictly() -> Vec<Case> {
    let strict = |case| under(Profile::Strict, case);
    std::vec![
        strict(case(KHQR, &[], &[])),
        strict(case(DYNAMIC, &[], &[])),
        strict(case(JPQR, &[], &[])),
        strict(case(KHQR, &[("5904Shop", "5904ហាង1")], &["r not-ascii 59"])),
        strict(case(
            KHQR,
            &[("000201", "000202")],
            &["r format-version 00"]
        )),
        strict(case(KHQR, &[("", "6100")], &["r empty 61"])),
        strict(case(
            OTHER,
            &[],
            &["r missing 52", "r missing 59", "r missing 60"]
        )),
        strict(case(
            KHQR,
            &[("", "8004TEST")],
            &["r foreign-unreadable 80"]
        )),
        strict(case(KHQR, &[("", "80080104ABCD")], &["r missing 80.00"])),
    ]
}
