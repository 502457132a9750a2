//! Reading a valid code of printable ASCII asks for no memory. A program of its own, because the
//! counting allocator sees all its threads; hence also a single test.

#[cfg(test)]
mod tests {
    use emvqr::{
        Code, Currency, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, Options, StoreId, read,
    };
    use peak_alloc::PeakAlloc;

    #[global_allocator]
    static MEMORY: PeakAlloc = PeakAlloc;

    const NOW_MS: i64 = 1_767_225_600_000;

    /// The most that was in use at once during `work`, above what was before.
    fn bytes_asked_for(work: impl FnOnce()) -> usize {
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        work();
        MEMORY.peak_usage() - before
    }

    fn codes() -> Vec<String> {
        let merchant = MerchantAccount {
            id: "angkor_coffee@aclb",
            merchant_id: "000000123456789",
            acquiring_bank: "ACLEDA Bank Plc",
        };
        let dynamic = Dynamic {
            amount_minor: 1_250,
            created_ms: NOW_MS,
            expires_ms: NOW_MS + 600_000,
        };
        let person = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
        let shop = KhqrBuilder::merchant(merchant)
            .name("Angkor Coffee and Books")
            .currency(Currency::USD)
            .bill("INV-2026-000123")
            .store_label("Riverside")
            .terminal("Till 2");
        [
            person.build(),
            person.union_pay_account("3197011600520446").build(),
            shop.build(),
            shop.dynamic(dynamic).build(),
        ]
        .map(Result::unwrap)
        .to_vec()
    }

    #[test]
    fn a_valid_ascii_code_is_read_without_asking_for_memory() {
        let mut codes = codes();
        let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
        let japanese = JpqrBuilder::new(store)
            .category("5812")
            .name("TORII RAMEN")
            .city("TOKYO")
            .postal_code("1060032")
            .local_name("TORII RAMEN")
            .build()
            .unwrap();
        codes.push(japanese);
        for payload in &codes {
            let options = Options::at(NOW_MS);
            let mut what = None;
            let asked = bytes_asked_for(|| {
                let reading = read(payload, &options);
                let is_plain = reading.findings.is_empty();
                what = reading.code.map(|code| (is_plain, code.scheme()));
                drop(emvqr::tlv::parse(payload));
            });
            assert!(matches!(what, Some((true, _))), "{payload}");
            assert_eq!(asked, 0, "{payload}");
        }
        // The counter counts.
        let asked = bytes_asked_for(|| {
            let reading = read("00020101021163040000", &Options::at(NOW_MS));
            assert!(!matches!(reading.code, Some(Code::Khqr(_))));
        });
        assert!(asked > 0);
    }
}
