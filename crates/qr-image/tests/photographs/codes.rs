//! Codes of shops that we made up, as `emvqr` writes them: short and long, ASCII and not.

use emvqr::{Currency, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, StoreId};

pub(crate) fn codes() -> Vec<String> {
    let khqr = KhqrBuilder::individual("srey_shop@aclb").name("Srey Cafe");
    let merchant = MerchantAccount {
        id: "riverside@sthp",
        merchant_id: "000123456",
        acquiring_bank: "Simulated Bank",
    };
    let long = KhqrBuilder::merchant(merchant)
        .name("Angkor Coffee Riverside")
        .currency(Currency::KHR)
        .dynamic(Dynamic {
            amount_minor: 120_000,
            created_ms: 1_795_000_000_000,
            expires_ms: 1_795_000_600_000,
        })
        .bill("INV-2026-0001")
        .language("km")
        .local_name("ហាងកាហ្វេអង្គរ");
    let store = StoreId::parse("1234567890123-0001-000001-000001").expect("a store");
    let jpqr = JpqrBuilder::new(store)
        .name("Cafe Sora")
        .local_name("カフェ空")
        .city("Tokyo")
        .postal_code("1000001")
        .category("5812");
    [khqr.build(), long.build(), jpqr.build()]
        .map(|built| built.expect("a code"))
        .to_vec()
}
