//! The codec against what others made of the same payloads: 629 vectors with the verdicts of the
//! official KHQR SDK and of a Japanese wallet's reader, and the payloads that the SDK builds.
//! Where we judge otherwise the vector stands in a list below, under the reason.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use emvqr::{
        Amount, Code, Currency, Dynamic, KhqrBuilder, MerchantAccount, Options, Profile, Verdict,
        read,
    };
    use serde_json::Value;

    /// The vectors' clock, for those that do not name one.
    const CLOCK_MS: i64 = 1_767_225_600_000;

    fn lines(file: &str) -> Option<Vec<Value>> {
        let Some(folder) = std::env::var_os("SPEAN_CONFORMANCE_DIR") else {
            let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
            assert!(
                !in_ci,
                "CI needs the conformance data, set SPEAN_CONFORMANCE_DIR"
            );
            println!("left out: {file} (set SPEAN_CONFORMANCE_DIR to the folder that holds qr/)");
            return None;
        };
        let path = PathBuf::from(folder).join("qr").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        Some(
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        )
    }

    fn text<'v>(row: &'v Value, key: &str) -> &'v str {
        row.get(key).and_then(Value::as_str).unwrap_or("")
    }

    /// Vectors that are judged otherwise than the reference judges them: what differs and the
    /// finding that says why.
    type Differences = BTreeMap<String, (String, String)>;

    const LISTED: &str = include_str!("differences.tsv");

    /// Those that we know, of the kinds that a test looks at.
    fn listed(kinds: &[&str]) -> Differences {
        let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let mut differences = Differences::new();
        for row in LISTED.lines().filter(is_row) {
            let [kind, finding, id] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{row}");
            };
            if kinds.contains(&kind) {
                let what = (kind.to_owned(), finding.to_owned());
                let before = differences.insert(id.to_owned(), what);
                assert_eq!(before, None, "{id} is listed twice");
            }
        }
        differences
    }

    /// Each side that has more than the other is named.
    fn assert_listed(found: &Differences, kinds: &[&str]) {
        let known = listed(kinds);
        let beyond = |some: &Differences, others: &Differences| -> String {
            some.iter()
                .filter(|(id, what)| others.get(*id) != Some(what))
                .map(|(id, (kind, finding))| format!("{kind}\t{finding}\t{id}\n"))
                .collect()
        };
        let (new, gone) = (beyond(found, &known), beyond(&known, found));
        assert!(
            new.is_empty() && gone.is_empty(),
            "differ and are not listed:\n{new}are listed and do not differ so:\n{gone}"
        );
    }

    #[test]
    fn every_difference_has_its_reason_on_the_page() {
        let page = include_str!("../../../docs/CONFORMANCE.md");
        for kind in ["refused", "accepted", "not-built", "number"] {
            for (_, finding) in listed(&[kind]).values() {
                let row = format!("| {kind} | `{finding}` |");
                assert!(page.contains(&row), "{row}");
            }
        }
    }

    #[test]
    fn verdicts_agree_but_for_the_listed_differences() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        assert_eq!(rows.len(), 629);
        let mut found = Differences::new();
        let mut compared = 0;
        for row in &rows {
            if text(row, "scheme").ends_with("-cpm") {
                continue;
            }
            let is_valid = row["valid"].as_bool().unwrap();
            compared += 1;
            let now_ms = row["clock_ms"].as_i64().unwrap_or(CLOCK_MS);
            let reading = read(text(row, "payload"), &Options::at(now_ms));
            let is_accepted = reading.verdict == Verdict::Accept;
            // Turned round, so that of several equally grave ones the first counts.
            let gravest = reading
                .findings
                .iter()
                .rev()
                .max_by_key(|finding| finding.severity);
            let code = gravest.map_or("-", |finding| finding.code).to_owned();
            let kind = match (is_valid, is_accepted) {
                (true, false) => "refused",
                (false, true) => "accepted",
                (true, true) | (false, false) => continue,
            };
            found.insert(text(row, "id").to_owned(), (kind.to_owned(), code));
        }
        assert_eq!(compared, 618);
        assert_listed(&found, &["refused", "accepted"]);
    }

    /// An integrator who comes from the official kit finds the number that it would have given
    /// among ours. From 8, which it gives to everything that it cannot read, nothing follows.
    #[test]
    fn the_official_kits_numbers_are_found_again() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        let (mut found, mut compared) = (Differences::new(), 0);
        for row in &rows {
            let is_khqr = text(row, "scheme").starts_with("khqr");
            let number = text(row, "error").split(' ').next().unwrap_or_default();
            let number = number.parse::<u8>().ok().filter(|number| *number != 8);
            let (Some(number), true) = (number, is_khqr) else {
                continue;
            };
            compared += 1;
            let options = Options {
                now_ms: row["clock_ms"].as_i64().unwrap_or(CLOCK_MS),
                profile: Profile::Khqr,
            };
            let reading = read(text(row, "payload"), &options);
            let ours: Vec<u8> = reading.findings.iter().filter_map(|f| f.sdk_code).collect();
            if !ours.contains(&number) {
                let first = reading.findings.first().map_or("-", |finding| finding.code);
                let what = ("number".to_owned(), first.to_owned());
                found.insert(text(row, "id").to_owned(), what);
            }
        }
        assert!(compared > 100, "{compared}");
        assert_listed(&found, &["number"]);
    }

    #[test]
    fn each_profile_gives_a_sound_reading_of_each_vector() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        for row in &rows {
            let payload = text(row, "payload");
            for profile in [
                Profile::Lenient,
                Profile::Khqr,
                Profile::Jpqr,
                Profile::Strict,
            ] {
                sound(payload, profile);
            }
            let _facts = emvqr::describe(payload);
        }
    }

    /// What holds of every reading, whatever the payload.
    fn sound(payload: &str, profile: Profile) {
        let reading = read(
            payload,
            &Options {
                now_ms: CLOCK_MS,
                profile,
            },
        );
        let rejects = reading
            .findings
            .iter()
            .any(|finding| finding.severity == emvqr::Severity::Rejects);
        assert_eq!(
            reading.verdict == Verdict::Accept,
            !rejects,
            "{payload:?} {reading:?}"
        );
        assert_eq!(
            reading.verdict == Verdict::Accept,
            reading.code.is_some(),
            "{payload:?}"
        );
        assert_eq!(
            reading.verdict == Verdict::NotACode,
            reading.scheme.is_none(),
            "{payload:?}"
        );
        for finding in &reading.findings {
            assert!(
                payload.get(finding.span.clone()).is_some(),
                "{payload:?} {finding:?}"
            );
            let is_shown = |c: char| !c.is_control() && !('\u{200b}'..='\u{200f}').contains(&c);
            assert!(finding.message.chars().all(is_shown), "{finding:?}");
        }
        if let Some(code) = &reading.code {
            assert_eq!(code.common().payload, payload);
            let _key = code.code_key();
        }
    }

    /// What a code means survives being built again, and what of its text does not is named.
    #[test]
    fn accepted_codes_are_built_again_or_say_what_is_lost() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        let (mut same, mut changed, mut refused) = (0, 0, BTreeMap::new());
        for row in &rows {
            let payload = text(row, "payload");
            let now_ms = row["clock_ms"].as_i64().unwrap_or(CLOCK_MS);
            let rebuilt = match read(payload, &Options::at(now_ms)).code {
                Some(Code::Khqr(khqr)) => khqr.rebuild(),
                Some(Code::Jpqr(jpqr)) => jpqr.rebuild(),
                Some(Code::Merchant(_)) | None => continue,
            };
            let rebuilt = match rebuilt {
                Ok(rebuilt) => rebuilt,
                Err(error) => {
                    *refused.entry(error.code().to_owned()).or_insert(0) += 1;
                    continue;
                }
            };
            if rebuilt.changes.is_empty() {
                assert_eq!(rebuilt.payload, payload);
                same += 1;
                continue;
            }
            changed += 1;
            let again = read(&rebuilt.payload, &Options::at(now_ms)).code.unwrap();
            let again = match again {
                Code::Khqr(khqr) => khqr.rebuild().unwrap(),
                Code::Jpqr(jpqr) => jpqr.rebuild().unwrap(),
                Code::Merchant(_) => panic!("{payload}"),
            };
            assert_eq!((again.payload, again.changes), (rebuilt.payload, vec![]));
        }
        // What is read and never written, as docs/CONFORMANCE.md has it.
        let refused: usize = refused.into_values().sum();
        assert_eq!((same, changed, refused), (164, 64, 18));
    }

    #[test]
    fn customers_codes_are_judged_as_by_others() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        let rows = rows
            .iter()
            .filter(|row| text(row, "scheme").ends_with("-cpm"));
        let mut compared = 0;
        for row in rows {
            let read = emvqr::read_customer(text(row, "payload"));
            assert_eq!(Some(read.is_ok()), row["valid"].as_bool(), "{row} {read:?}");
            compared += 1;
        }
        assert_eq!(compared, 11);
    }

    #[test]
    fn neighbours_are_recognised() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        let (mut right, mut wrong) = (0, Vec::new());
        for row in &rows {
            let want = match text(row, "scheme") {
                "vnpayqr" => "vietqr",
                want @ ("promptpay" | "vietqr" | "qris" | "duitnow" | "paynow" | "pix") => want,
                _ => continue,
            };
            let facts = emvqr::describe(text(row, "payload"));
            let got = facts.as_ref().and_then(|facts| facts.network);
            if got == Some(want) {
                let accounts = &facts.unwrap().accounts;
                assert!(accounts.iter().any(|account| account.id_kind.is_some()));
                right += 1;
            } else {
                wrong.push((text(row, "id").to_owned(), got));
            }
        }
        assert_eq!((right, wrong), (49, vec![]));
    }

    /// Every byte of a dozen codes replaced by each of a few others, removed, and doubled.
    #[test]
    fn mutations_are_read_without_panic_and_never_accepted_with_the_old_checksum() {
        let Some(rows) = lines("vectors.jsonl") else {
            return;
        };
        let wanted = [
            "khqr-individual-117",
            "khqr-merchant-095",
            "khqr-merchant-096",
            "khqr-mut-39-acleda",
            "khqr-mut-59-emoji-cp",
            "jpqr-mut-base",
            "jpqr-002",
            "jpqr-mut-64-emoji",
            "emv-001",
            "promptpay-006",
            "vietqr-022",
            "duitnow-001",
        ];
        let mut mutants = 0;
        for row in rows.iter().filter(|row| wanted.contains(&text(row, "id"))) {
            let bytes = text(row, "payload").as_bytes();
            for position in 0..bytes.len() {
                let variants = [b'0', b'9', b'6', b' ', b'-', b'@', b'\n', 0x7f];
                for byte in variants {
                    let mut changed = bytes.to_vec();
                    changed[position] = byte;
                    mutants += check_mutant(bytes, changed);
                }
                let mut shorter = bytes.to_vec();
                shorter.remove(position);
                mutants += check_mutant(bytes, shorter);
                let mut longer = bytes.to_vec();
                longer.insert(position, bytes[position]);
                mutants += check_mutant(bytes, longer);
                mutants += check_mutant(bytes, bytes[..position].to_vec());
            }
        }
        assert!(mutants > 20_000, "{mutants}");
    }

    fn check_mutant(original: &[u8], changed: Vec<u8>) -> usize {
        let Ok(payload) = String::from_utf8(changed) else {
            return 0;
        };
        sound(&payload, Profile::Lenient);
        let reading = read(&payload, &Options::at(CLOCK_MS));
        // One changed byte is a burst of at most eight bits: the checksum sees all of those,
        // unless the change lies in the letters of the checksum itself.
        let is_same_text = payload.as_bytes().eq_ignore_ascii_case(original);
        if payload.len() == original.len() && !is_same_text {
            assert_ne!(reading.verdict, Verdict::Accept, "{payload}");
        }
        1
    }

    #[test]
    fn built_codes_are_the_official_ones_byte_for_byte() {
        let Some(rows) = lines("khqr-generate.jsonl") else {
            return;
        };
        let (mut same, mut both_refuse) = (0, 0);
        let mut not_built = Differences::new();
        for row in rows
            .iter()
            .filter(|row| text(row, "sdk") == "bakong-khqr@1.0.20")
        {
            let built = build_like_the_sdk(row);
            match (row["output"].as_str(), built) {
                (Some(want), Ok(got)) => {
                    assert_eq!(got, want, "{row}");
                    assert_eq!(emvqr::md5_hex(&got), text(row, "md5"), "{row}");
                    same += 1;
                }
                (Some(_), Err(code)) => {
                    let id = text(row, "id").to_owned();
                    not_built.insert(id, ("not-built".to_owned(), code));
                }
                (None, Ok(got)) => panic!("the SDK refuses, we build {got}: {row}"),
                (None, Err(_)) => both_refuse += 1,
            }
        }
        assert_listed(&not_built, &["not-built"]);
        assert_eq!((same, both_refuse), (80, 68));
    }

    /// The two files name the same inputs differently.
    fn input<'v>(row: &'v Value, names: [&str; 2]) -> Option<&'v Value> {
        let inputs = &row["input"];
        names
            .iter()
            .find_map(|name| inputs.get(*name))
            .filter(|value| !value.is_null())
    }

    /// An empty text is no text for the SDK.
    fn given(row: &Value, names: [&str; 2]) -> Option<String> {
        let value = input(row, names)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if text.is_empty() { None } else { Some(text) }
    }

    fn build_like_the_sdk(row: &Value) -> Result<String, String> {
        let account = given(row, ["account", "bakongAccountID"]).unwrap_or_default();
        let is_merchant = text(row, "op") == "generateMerchant" || row["input"]["typ"] == "mer";
        let bank = given(row, ["bank", "acquiringBank"]);
        let merchant_id = given(row, ["merchantID", "merchantID"]).unwrap_or_default();
        let mut builder = if is_merchant {
            KhqrBuilder::merchant(MerchantAccount {
                id: &account,
                merchant_id: &merchant_id,
                acquiring_bank: bank.as_deref().unwrap_or_default(),
            })
        } else {
            let builder = KhqrBuilder::individual(&account);
            match &bank {
                Some(bank) => builder.acquiring_bank(bank),
                None => builder,
            }
        };
        let currency = currency_of(row)?;
        builder = builder.currency(currency);
        if let Some(dynamic) = dynamic_of(row, currency)? {
            builder = builder.dynamic(dynamic);
        }
        let values = FIELDS.map(|(names, _)| given(row, names));
        for ((names, set), value) in FIELDS.iter().zip(&values) {
            // The SDK has no account information for merchants and does not look at it.
            if is_merchant && names[0] == "accinfo" {
                continue;
            }
            if let Some(value) = value {
                builder = set(builder, value);
            }
        }
        builder.build().map_err(|error| error.code().to_owned())
    }

    type Set = for<'a> fn(KhqrBuilder<'a>, &'a str) -> KhqrBuilder<'a>;

    const FIELDS: [([&str; 2], Set); 13] = [
        (["name", "merchantName"], |b, v| b.name(v)),
        (["city", "merchantCity"], |b, v| b.city(v)),
        (["mcc", "merchantCategoryCode"], |b, v| b.category(v)),
        (["upi", "upi"], |b, v| b.union_pay_account(v)),
        (["bill", "billNumber"], |b, v| b.bill(v)),
        (["mobile", "mobileNumber"], |b, v| b.mobile(v)),
        (["store", "storeLabel"], |b, v| b.store_label(v)),
        (["term", "terminalLabel"], |b, v| b.terminal(v)),
        (["purpose", "purposeOfTransaction"], |b, v| b.purpose(v)),
        (["lang", "languagePreference"], |b, v| b.language(v)),
        (["altname", "merchantNameAlternateLanguage"], |b, v| {
            b.local_name(v)
        }),
        (["altcity", "merchantCityAlternateLanguage"], |b, v| {
            b.local_city(v)
        }),
        (["accinfo", "accountInformation"], |b, v| {
            b.account_information(v)
        }),
    ];

    fn currency_of(row: &Value) -> Result<Currency, String> {
        match given(row, ["currency", "currency"]).as_deref() {
            None | Some("0") => Ok(Currency::KHR),
            Some(text) => Currency::parse(text).ok_or_else(|| "currency-shape".to_owned()),
        }
    }

    fn dynamic_of(row: &Value, currency: Currency) -> Result<Option<Dynamic>, String> {
        let Some(amount) = given(row, ["amount", "amount"]) else {
            return Ok(None);
        };
        if amount == "0" {
            return Ok(None);
        }
        let amount_minor = Amount::parse(&amount)
            .and_then(|amount| amount.minor_units(currency.exponent().unwrap()))
            .map_err(|fault| fault.code().to_owned())?;
        let expires_ms = given(row, ["exp", "expirationTimestamp"])
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| "expiry-missing".to_owned())?;
        let created_ms = row["clock_ms"].as_i64().unwrap();
        Ok(Some(Dynamic {
            amount_minor,
            created_ms,
            expires_ms,
        }))
    }
}
