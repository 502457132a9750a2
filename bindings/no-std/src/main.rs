//! A program without `std` that reads, judges and writes codes: the proof that `emvqr` goes where
//! there is none. It brings what `std` would bring, an allocator and a handler of panics, so that
//! a crate which lets `std` in by a side door does not link: there would be two of each. It knows
//! the codec alone, and ends with 0 or with the number of what does not hold.

#![no_std]
#![no_main]

extern crate alloc;

mod platform;
mod sample;

use alloc::string::{String, ToString as _};

use emvqr::{
    BuildError, Code, Currency, Dynamic, JpqrBuilder, KhqrBuilder, Options, StoreId, Verdict,
};

const NOW_MS: i64 = 1_767_225_600_000;

/// The number of the first thing that does not hold, or 0.
fn work() -> i32 {
    let checks = [
        reads_what_it_wrote,
        reads_japanese,
        tells,
        lints,
        names,
        refuses,
    ];
    let broken = (1..).zip(checks).find(|(_, holds)| !holds());
    broken.map_or(0, |(number, _)| number)
}

fn coffee() -> Result<String, BuildError> {
    let dynamic = Dynamic {
        amount_minor: 150,
        created_ms: NOW_MS,
        expires_ms: NOW_MS + 600_000,
    };
    let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    builder.currency(Currency::USD).dynamic(dynamic).build()
}

fn reads_what_it_wrote() -> bool {
    let Ok(payload) = coffee() else { return false };
    let reading = emvqr::read(&payload, &Options::at(NOW_MS));
    let Some(Code::Khqr(khqr)) = reading.code else {
        return false;
    };
    let amount = khqr.amount().map(|amount| amount.text());
    khqr.account_id() == "shop_one@aclb" && amount == Some("1.50") && reading.findings.is_empty()
}

fn reads_japanese() -> bool {
    let Some(store) = StoreId::parse("0000000000001-0001-000001-000001") else {
        return false;
    };
    let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN");
    let builder = builder.city("TOKYO").postal_code("1060032");
    let Ok(payload) = builder.local_name("鳥居ラーメン").build() else {
        return false;
    };
    let facts = emvqr::describe(&payload);
    facts.and_then(|facts| facts.local_name) == Some("鳥居ラーメン")
}

/// The sample of docs/BINDINGS.md, with the code and the text that stand there.
fn tells() -> bool {
    let told = coffee().ok().and_then(|it| sample::told(&it, NOW_MS));
    told.as_deref() == Some("accept shop_one@aclb USD 1.50")
}

fn lints() -> bool {
    let broken = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shoq6010Phnom Penh\
                  6304048C";
    let reading = emvqr::read(broken, &Options::at(NOW_MS));
    let first = reading.findings.first();
    reading.verdict == Verdict::Refuse && first.is_some_and(|it| it.code == "checksum-wrong")
}

fn names() -> bool {
    coffee().is_ok_and(|payload| emvqr::md5_hex(&payload).len() == 32)
}

fn refuses() -> bool {
    let refused = KhqrBuilder::individual("shop").name("Shop").build();
    refused.is_err_and(|error| error.to_string().contains("name@bank"))
}
