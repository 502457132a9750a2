//! Codes in other forms say what they said: over every accepted vector, and over the codes below
//! to the letter.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use emvqr::{
        Additional, BuildError, Change, Code, Currency, OnePayment, Options, Rebuilt, Scheme,
        assemble, outline, read,
    };
    use serde_json::Value;

    const NOW_MS: i64 = 1_767_225_600_000;
    const RULES: &str = include_str!("vectors/rules.txt");

    /// Codes as banks print them, and what their other forms are.
    const ABA: &str = "00020101021130430017merchant_one@abaa01061234560208ABA Bank40100006abaP2P\
        5204581253031165802KH5904Shop6010Phnom Penh62220110INV-00000168040000\
        9924001339CA026411FDA6803mmp8004TEST";
    const JPQR: &str = "00020161071060032010212264700\
        19jp.or.paymentsjapan0113000000000000102040001030600000104060000015204581253033925404\
        19805802JP5905RAMEN6005TOKYO62150103B-70504R-10";

    fn sealed(body: &str) -> String {
        let covered = format!("{body}6304");
        format!("{covered}{:04x}", emvqr::crc::checksum(covered.as_bytes()))
    }

    fn code(payload: &str) -> Code<'_> {
        let reading = read(payload, &Options::at(NOW_MS));
        let findings = reading.findings;
        reading
            .code
            .unwrap_or_else(|| panic!("{payload} {findings:?}"))
    }

    fn one(amount: &str) -> OnePayment<'_> {
        OnePayment {
            amount,
            currency: None,
            now_ms: NOW_MS,
            life_ms: None,
        }
    }

    /// All accepted vectors that there are.
    fn accepted() -> BTreeSet<String> {
        let quoted = RULES.lines().filter_map(|line| line.split_once(" \""));
        let mut payloads: BTreeSet<String> = quoted
            .map(|(_, payload)| payload.trim_end_matches('"').to_owned())
            .collect();
        if let Some(folder) = std::env::var_os("SPEAN_CONFORMANCE_DIR") {
            let file = PathBuf::from(folder).join("qr").join("vectors.jsonl");
            for line in std::fs::read_to_string(file).unwrap().lines() {
                let row: Value = serde_json::from_str(line).unwrap();
                payloads.insert(row["payload"].as_str().unwrap_or("").to_owned());
            }
        }
        let is_accepted = |payload: &String| read(payload, &Options::at(NOW_MS)).code.is_some();
        payloads.retain(is_accepted);
        assert!(payloads.len() > 25, "{}", payloads.len());
        payloads
    }

    /// What of the code does not depend on how it is written.
    fn meaning(code: &Code<'_>) -> String {
        let common = code.common();
        let exponent = common.currency.exponent().unwrap_or(2);
        let amount = common.amount.map(|amount| amount.minor_units(exponent));
        let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let Additional {
            bill,
            mobile,
            store_label,
            reference,
            terminal,
            purpose,
        } = common.additional;
        let labels = [
            bill,
            mobile,
            store_label,
            reference,
            terminal,
            purpose,
            common.name,
            common.city,
            common.category,
            common.postal_code,
        ];
        let unknown: BTreeSet<String> = common
            .unknown()
            .iter()
            .filter(|field| !field.value.is_empty())
            .map(|field| format!("{field:?}"))
            .collect();
        let who = match code {
            Code::Khqr(khqr) => format!(
                "{:?} {} {:?} {:?} {:?} {:?} {:?} {:?}",
                khqr.kind(),
                khqr.account_id(),
                khqr.account_information(),
                khqr.merchant_id(),
                khqr.acquiring_bank(),
                khqr.union_pay_account(),
                khqr.created_ms(),
                khqr.expires_ms()
            ),
            Code::Jpqr(jpqr) => format!("{} {}", jpqr.store_id(), jpqr.local_name()),
            Code::Merchant(merchant) => {
                let mut accounts = merchant.accounts();
                accounts.sort_by_key(|account| account.tag);
                format!("{accounts:?}")
            }
        };
        format!(
            "{who} {:?} {amount:?} {:?} {:?} {} {:?} {:?} {unknown:?} {:?}",
            common.initiation,
            common.currency,
            common.tip,
            common.country,
            common.local,
            labels.map(filled),
            code.code_key()
        )
    }

    fn texts(changes: &[Change]) -> Vec<String> {
        let text = |change: &Change| format!("{} {}", change.code(), change.path());
        changes.iter().map(text).collect()
    }

    #[test]
    fn the_usual_form_of_a_code_says_the_same_and_is_its_own_usual_form() {
        for payload in accepted() {
            let before = code(&payload);
            let rebuilt = match before.canonical() {
                Ok(rebuilt) => rebuilt,
                Err(error) => {
                    assert_eq!(error.code(), "astral-character", "{payload}");
                    continue;
                }
            };
            let after = code(&rebuilt.payload);
            assert_eq!(meaning(&after), meaning(&before), "{payload}");
            let again = after.canonical().unwrap();
            assert_eq!(
                (&again.payload, &again.changes[..]),
                (&rebuilt.payload, &[][..])
            );
            let is_same = payload == rebuilt.payload;
            assert_eq!(is_same, rebuilt.changes.is_empty(), "{payload}");
        }
    }

    #[test]
    fn fields_taken_apart_are_put_together_again() {
        for payload in accepted() {
            let parts: Vec<_> = outline(&payload).iter().map(|f| f.to_part()).collect();
            let written = assemble(&parts).unwrap();
            let is_plain = payload.chars().all(|c| c <= '\u{ffff}');
            let (body, sum) = payload.split_at(payload.len() - 4);
            if is_plain {
                assert_eq!(written, format!("{body}{}", sum.to_uppercase()));
            }
        }
    }

    #[test]
    fn one_payment_and_back_is_the_code_for_many() {
        let mut made = 0;
        for payload in accepted() {
            let before = code(&payload);
            let Ok(standing) = before.to_static() else {
                continue;
            };
            let many = code(&standing.payload);
            assert_eq!((many.common().amount, many.code_key()), (None, None));
            match many.to_dynamic(&one("7")) {
                Ok(dynamic) => {
                    let code = code(&dynamic.payload);
                    let amount = code.common().amount.map(|amount| amount.text().to_owned());
                    assert_eq!(amount.as_deref(), Some("7"), "{payload}");
                    let back = code.to_static().unwrap();
                    assert_eq!(back.payload, many.canonical().unwrap().payload);
                    made += 1;
                }
                Err(error) => assert_eq!(error.code(), "currency-unknown", "{payload} {error}"),
            }
        }
        assert!(made > 25, "{made}");
    }

    #[test]
    fn what_nobody_knows_stays_in_a_khqr() {
        let payload = sealed(ABA);
        let before = code(&payload);
        let check = |made: Result<Rebuilt, BuildError>, body: &str, want: &[&str]| {
            let made = made.unwrap();
            let covered = format!("{body}6304");
            let sum = emvqr::crc::checksum(covered.as_bytes());
            assert_eq!(made.payload, format!("{covered}{sum:04X}"));
            assert_eq!(texts(&made.changes), want);
        };
        let sorted = "00020101021130430017merchant_one@abaa01061234560208ABA Bank40100006abaP2P\
            5204581253031165802KH5904Shop6010Phnom Penh62220110INV-00000168040000\
            8004TEST9924001339CA026411FDA6803mmp";
        check(before.canonical(), sorted, &["reordered "]);
        let dynamic = "00020101021230430017merchant_one@abaa01061234560208ABA Bank40100006abaP2P\
            52045812530384054041.505802KH5904Shop6010Phnom Penh62220110INV-00000168040000\
            8004TEST994100131767225600000011317672256600006803mmp";
        let asked = OnePayment {
            currency: Some(Currency::USD),
            life_ms: Some(60_000),
            ..one("1.5")
        };
        let want = [
            "rewritten 01",
            "rewritten 53",
            "rewritten 99.00",
            "added 54",
            "added 99.01",
        ];
        check(before.to_dynamic(&asked), dynamic, &want);
        let standing = "00020101021130430017merchant_one@abaa01061234560208ABA Bank40100006abaP2P\
            5204581253031165802KH5904Shop6010Phnom Penh620868040000\
            8004TEST99076803mmp";
        check(
            before.to_static(),
            standing,
            &["dropped 62.01", "dropped 99.00"],
        );
    }

    #[test]
    fn a_jpqr_goes_to_yen_and_back() {
        let payload = sealed(&format!(
            "{}64140002JA0104鳥居屋台",
            JPQR.replace(
                "264700\
        19jp",
                "2668001\
        9jp"
            )
        ));
        let standing = code(&payload).to_static().unwrap();
        assert!(standing.payload.starts_with("00020101021126680019"));
        assert_eq!(
            texts(&standing.changes),
            [
                "rewritten 01",
                "dropped 54",
                "dropped 62.01",
                "dropped 62.05"
            ]
        );
        assert!(!standing.payload.contains("5404"));
        let made = code(&standing.payload).to_dynamic(&one("1980")).unwrap();
        assert!(made.payload.contains("0102122668") && made.payload.contains("54041980"));
        assert!(matches!(code(&made.payload), Code::Jpqr(jpqr) if jpqr.is_dynamic()));
    }

    #[test]
    fn what_no_reader_should_meet_is_not_written() {
        let static_khqr = sealed(
            "00020101021129170013shop_one@aclb15163197011600520446\
             5204599953031165802KH5904Shop6010Phnom Penh",
        );
        let thai = sealed("00020101021129370016A0000006770101110113006681222333353037645802TH");
        let strange =
            sealed("00020101021126150011com.example5204581253039995802ZZ5904Shop6004City");
        let fish = sealed(
            "00020101021129170013shop_one@aclb5204599953031165802KH5905Fish🐟6010Phnom Penh",
        );
        let check = |payload: &str, one: &OnePayment<'_>, want: (&str, &str)| {
            let error = code(payload).to_dynamic(one).unwrap_err();
            assert_eq!((error.code(), error.path()), want, "{error}");
        };
        check(&static_khqr, &one("0"), ("amount-zero", "54"));
        check(&static_khqr, &one("1,000"), ("amount-grouping", "54"));
        check(&static_khqr, &one("1.50"), ("amount-too-precise", "54"));
        let dollars = OnePayment {
            currency: Some(Currency::USD),
            ..one("1.50")
        };
        check(&static_khqr, &dollars, ("union-pay-dollars", "15"));
        let yen = OnePayment {
            currency: Some(Currency::JPY),
            ..one("1")
        };
        check(&static_khqr, &yen, ("currency-mismatch", "53"));
        check(&thai, &yen, ("currency-mismatch", "53"));
        check(&strange, &one("1"), ("currency-unknown", "53"));
        check(&fish, &one("1"), ("astral-character", ""));
        let life = |life_ms| OnePayment {
            life_ms: Some(life_ms),
            ..one("1")
        };
        check(&thai, &life(60_000), ("no-expiry", ""));
        check(&static_khqr, &life(-1), ("expiry-before-creation", "99.01"));
        check(&static_khqr, &life(i64::MAX), ("expiry-shape", "99.01"));
        let early = OnePayment {
            now_ms: 5,
            ..one("1")
        };
        check(&static_khqr, &early, ("creation-unusual", "99.00"));
        let made = code(&static_khqr).to_dynamic(&one("1")).unwrap();
        check(&made.payload, &one("2"), ("already-dynamic", ""));
        // What the payer is asked to type is there for many payments too.
        let asking = sealed(
            "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh\
             62070103***",
        );
        assert_eq!(code(&asking).scheme(), Scheme::Khqr);
        assert!(
            code(&asking)
                .to_static()
                .unwrap()
                .payload
                .contains("62070103***")
        );
    }
}
