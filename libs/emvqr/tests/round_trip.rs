//! What goes into a builder comes out of reading, over all combinations of the inputs below; and
//! what must not be built is not.

#[cfg(test)]
mod tests {
    use emvqr::{
        Additional, Code, Currency, Dynamic, Initiation, Jpqr, JpqrBuilder, Khqr, KhqrBuilder,
        KhqrKind, Local, MerchantAccount, Options, Profile, Severity, StoreId, read,
    };

    const NOW_MS: i64 = 1_767_225_600_000;
    const LIFE_MS: i64 = 600_000;

    const NAMES: [&str; 5] = [
        "A",
        "Angkor Coffee",
        "ហាងកាហ្វេអង្គរ",
        "កក\u{200b}កក",
        "ABCDEFGHIJKLMNOPQRSTUVWXY",
    ];
    const BILLS: [Option<&str>; 4] = [None, Some("1"), Some("INV|\\/#1"), Some("***")];
    const LOCALS: [Option<(&str, &str, Option<&str>)>; 3] = [
        None,
        Some(("km", "ចន ស្មីន", None)),
        Some(("ja", "鳥居ラーメン", Some("シェムリアップ"))),
    ];
    /// Currency, minor units, and how it is written.
    const AMOUNTS: [Option<(Currency, u64, &str)>; 6] = [
        None,
        Some((Currency::KHR, 1, "1")),
        Some((Currency::KHR, 9_999_999_999_999, "9999999999999")),
        Some((Currency::USD, 1, "0.01")),
        Some((Currency::USD, 700, "7")),
        Some((Currency::USD, 999_999_999_999, "9999999999.99")),
    ];

    fn khqr(payload: &str) -> Khqr<'_> {
        let reading = read(
            payload,
            &Options {
                now_ms: NOW_MS,
                profile: Profile::Khqr,
            },
        );
        for finding in &reading.findings {
            assert_eq!(finding.severity, Severity::Odd, "{payload} {finding:?}");
        }
        match reading.code {
            Some(Code::Khqr(khqr)) => khqr,
            Some(Code::Jpqr(_) | Code::Merchant(_)) | None => panic!("{payload}"),
        }
    }

    fn jpqr(payload: &str) -> Jpqr<'_> {
        let reading = read(
            payload,
            &Options {
                now_ms: NOW_MS,
                profile: Profile::Jpqr,
            },
        );
        match reading.code {
            Some(Code::Jpqr(jpqr)) => jpqr,
            Some(Code::Khqr(_) | Code::Merchant(_)) | None => panic!("{payload}"),
        }
    }

    #[test]
    fn what_a_khqr_is_built_from_is_what_it_says() {
        let mut built = 0;
        for kind in [KhqrKind::Individual, KhqrKind::Merchant] {
            for name in NAMES {
                for bill in BILLS {
                    for local in LOCALS {
                        for amount in AMOUNTS {
                            check_khqr(kind, name, bill, local, amount);
                            built += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(built, 2 * 5 * 4 * 3 * 6);
    }

    type Texts = (&'static str, &'static str, Option<&'static str>);
    type Paid = (Currency, u64, &'static str);

    fn check_khqr(
        kind: KhqrKind,
        name: &str,
        bill: Option<&str>,
        local: Option<Texts>,
        amount: Option<Paid>,
    ) {
        let mut builder = account(kind).name(name).city("Siem Reap").category("5812");
        if let Some(bill) = bill {
            builder = builder.bill(bill);
        }
        if let Some((language, name, city)) = local {
            builder = builder.language(language).local_name(name);
            if let Some(city) = city {
                builder = builder.local_city(city);
            }
        }
        if let Some((currency, amount_minor, _)) = amount {
            let expires_ms = NOW_MS + LIFE_MS;
            let dynamic = Dynamic {
                amount_minor,
                created_ms: NOW_MS,
                expires_ms,
            };
            builder = builder.currency(currency).dynamic(dynamic);
        }
        let payload = builder.build().unwrap();
        let read = khqr(&payload);
        let rebuilt = read.rebuild().unwrap();
        assert_eq!(
            (rebuilt.payload.as_str(), &*rebuilt.changes),
            (&*payload, &[][..])
        );
        check_account(&read, kind);
        check_amount(&read, amount);
        let common = read.common();
        assert_eq!((common.name, common.city), (Some(name), Some("Siem Reap")));
        assert_eq!((common.category, common.country), (Some("5812"), "KH"));
        assert_eq!(
            common.additional,
            Additional {
                bill,
                ..Additional::default()
            }
        );
        let want = local.map(|(language, name, city)| Local {
            language,
            name,
            city,
        });
        assert_eq!(common.local, want);
        assert_eq!((common.tip, common.postal_code), (None, None));
        assert_eq!(common.unknown(), []);
    }

    fn account(kind: KhqrKind) -> KhqrBuilder<'static> {
        match kind {
            KhqrKind::Individual => {
                KhqrBuilder::individual("shop_one@aclb").account_information("85512233455")
            }
            KhqrKind::Merchant => KhqrBuilder::merchant(MerchantAccount {
                id: "khqr@aclb",
                merchant_id: "100234",
                acquiring_bank: "ACLEDA Bank Plc",
            }),
        }
    }

    fn check_account(read: &Khqr<'_>, kind: KhqrKind) {
        let got = (
            read.kind(),
            read.account_id(),
            read.account_information(),
            read.merchant_id(),
            read.acquiring_bank(),
        );
        let want = match kind {
            KhqrKind::Individual => (kind, "shop_one@aclb", Some("85512233455"), None, None),
            KhqrKind::Merchant => (
                kind,
                "khqr@aclb",
                None,
                Some("100234"),
                Some("ACLEDA Bank Plc"),
            ),
        };
        assert_eq!(got, want);
    }

    fn check_amount(read: &Khqr<'_>, amount: Option<Paid>) {
        let times = (read.created_ms(), read.expires_ms());
        assert_eq!(read.is_dynamic(), amount.is_some());
        assert_eq!(read.code_key().is_some(), amount.is_some());
        let Some((currency, minor, text)) = amount else {
            assert_eq!((read.amount(), times), (None, (None, None)));
            return;
        };
        let amount = read.amount().unwrap();
        let minor_units = amount.minor_units(currency.exponent().unwrap());
        assert_eq!((read.common().currency, amount.text()), (currency, text));
        assert_eq!(
            (minor_units, times),
            (Ok(minor), (Some(NOW_MS), Some(NOW_MS + LIFE_MS)))
        );
    }

    fn ramen() -> JpqrBuilder<'static> {
        JpqrBuilder::new(StoreId::parse("1010401000000-0001-000001-000001").unwrap())
            .category("5812")
            .name("TORII RAMEN")
            .city("TOKYO")
            .postal_code("1060032")
            .local_name("鳥居ラーメン")
    }

    #[test]
    fn what_a_jpqr_is_built_from_is_what_it_says() {
        for bill in BILLS {
            for reference in BILLS {
                for amount in [None, Some(1), Some(1_980), Some(9_999_999_999_999)] {
                    let mut builder = ramen().terminal("7");
                    if let Some(bill) = bill {
                        builder = builder.bill(bill);
                    }
                    if let Some(reference) = reference {
                        builder = builder.reference(reference);
                    }
                    if let Some(amount) = amount {
                        builder = builder.amount(amount);
                    }
                    let payload = builder.build().unwrap();
                    let read = jpqr(&payload);
                    assert_eq!(read.rebuild().unwrap().payload, payload);
                    let common = read.common();
                    assert_eq!(
                        read.store_id().to_string(),
                        "1010401000000-0001-000001-000001"
                    );
                    assert_eq!(read.local_name(), "鳥居ラーメン");
                    assert_eq!(common.postal_code, Some("1060032"));
                    assert_eq!(common.additional.bill, bill);
                    assert_eq!(common.additional.reference, reference);
                    assert_eq!(common.currency, Currency::JPY);
                    assert_eq!(read.amount().map(|a| a.minor_units(0).unwrap()), amount);
                    let initiation = if amount.is_some() {
                        Initiation::Dynamic
                    } else {
                        Initiation::Static
                    };
                    assert_eq!(common.initiation, Some(initiation));
                    let says = |label: Option<&str>| label.is_some_and(|text| text != "***");
                    let has_key = amount.is_some() && (says(bill) || says(reference));
                    assert_eq!(read.code_key().is_some(), has_key, "{payload}");
                }
            }
        }
    }

    #[test]
    fn what_would_not_be_read_is_not_built() {
        fn check(builder: &KhqrBuilder<'_>, code: &str, path: &str) {
            let error = builder.build().unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{error}");
        }
        let shop = || KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
        let dynamic = |amount_minor, created_ms, expires_ms| {
            shop().dynamic(Dynamic {
                amount_minor,
                created_ms,
                expires_ms,
            })
        };
        assert!(shop().build().is_ok());
        check(&KhqrBuilder::individual("shop_one@aclb"), "missing", "59");
        check(&shop().name(""), "missing", "59");
        check(&shop().name("  "), "blank", "59");
        check(&shop().name("A\u{202e}B"), "bidi-control", "59");
        check(&shop().name("A\u{200b}B"), "invisible-character", "59");
        check(&shop().name("A\nB"), "control-character", "59");
        check(&shop().name("寿司🍣"), "astral-character", "59");
        check(&shop().name("Cafe\u{301}"), "combining-mark", "59");
        check(&shop().name("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "too-long", "59");
        check(
            &KhqrBuilder::individual("shop").name("A"),
            "account-shape",
            "29.00",
        );
        check(
            &KhqrBuilder::individual("a@b@c").name("A"),
            "account-shape",
            "29.00",
        );
        check(&shop().currency(Currency::JPY), "currency-mismatch", "53");
        check(&shop().category("12"), "too-short", "52");
        check(&shop().bill(""), "empty-label", "62.01");
        let long = "x".repeat(100);
        check(&shop().bill(long.get(..26).unwrap()), "too-long", "62.01");
        check(&shop().bill(&long), "too-long", "62.01");
        let full = long.get(..25).unwrap();
        let four = shop().bill(full).mobile(full).terminal(full).purpose(full);
        check(&four, "too-long", "62");
        check(&shop().local_name("ចន"), "missing", "64.00");
        check(&dynamic(0, NOW_MS, NOW_MS), "amount-zero", "54");
        check(
            &dynamic(10_000_000_000_000, NOW_MS, NOW_MS),
            "amount-too-long",
            "54",
        );
        check(
            &dynamic(1, NOW_MS, NOW_MS - 1),
            "expiry-before-creation",
            "99.01",
        );
        check(&dynamic(1, NOW_MS, 1_767_226_200), "expiry-shape", "99.01");
        check(
            &dynamic(1, 1_767_225_600, NOW_MS),
            "creation-unusual",
            "99.00",
        );
        check(&dynamic(1, -1, NOW_MS), "creation-unusual", "99.00");
        check(&dynamic(1, NOW_MS, -NOW_MS), "expiry-shape", "99.01");
        assert!(dynamic(1, NOW_MS, NOW_MS).build().is_ok());
        let merchant = account(KhqrKind::Merchant);
        assert!(merchant.name("A").build().is_ok());
        // Account information is a person's; a merchant's code must not get a second account.
        check(
            &merchant.name("A").account_information("855"),
            "two-faced",
            "30",
        );
    }

    #[test]
    fn what_would_not_be_read_in_japan_is_not_built() {
        fn refused(builder: &JpqrBuilder<'_>, code: &str, path: &str) {
            let error = builder.build().unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{error}");
        }
        refused(&ramen().amount(0), "amount-zero", "54");
        refused(&ramen().local_name(""), "missing", "64.01");
        refused(&ramen().name("鳥居"), "not-ascii", "59");
        refused(&ramen().city(""), "missing", "60");
        refused(&ramen().postal_code(""), "missing", "61");
    }

    #[test]
    fn one_code_has_one_key_however_it_is_written() {
        fn key(fields: &str) -> Option<String> {
            let body = format!("{fields}6304");
            let payload = format!("{body}{:04X}", emvqr::crc::checksum(body.as_bytes()));
            let reading = read(&payload, &Options::at(NOW_MS));
            reading
                .code
                .unwrap_or_else(|| panic!("{:?}", reading.findings))
                .code_key()
        }
        let base = "00020101021229170013shop_one@aclb52045999530384054031.55802KH5904Shop\
                    6010Phnom Penh62050101799340013176722560000001131767226200000";
        let want = Some("khqr|shop_one@aclb/|7|840:150|1767225600000".to_owned());
        assert_eq!(key(base), want);
        let same = [
            base.replace("54031.5", "54041.50"),
            base.replace("shop_one", "Shop_One"),
            base.replace("5904Shop", "5904shop"),
            base.replace("5802KH", "").replace("000201", "0002015802KH"),
            base.replace("010212", "010211"),
            base.replace("1131767226200000", "1131767226200001"),
        ];
        for other in &same {
            assert_eq!(key(other), want, "{other}");
        }
        let different = [
            base.replace("54031.5", "54031.6"),
            base.replace("shop_one", "shop_two"),
            base.replace("620501017", "620501018"),
            base.replace("0013176722560000001", "0013176722560000101"),
        ];
        for other in &different {
            assert_ne!(key(other), want, "{other}");
            assert!(key(other).is_some());
        }
        let standing =
            "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh";
        assert_eq!(key(standing), None);
    }
}
