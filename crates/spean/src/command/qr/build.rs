//! `spean qr build`: what a builder takes, from the command line.

use anyhow::{Context as _, anyhow};
use emvqr::{Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount, Options, StoreId, Tip};
use serde_json::json;

use super::{as_json, drawn, instant};
use crate::cli::{Fee, JpqrArgs, KhqrArgs, KhqrCurrency, Labels, QrBuild};
use crate::exit::Exit;
use crate::out;

pub(super) fn run(wanted: &QrBuild) -> anyhow::Result<Exit> {
    let (payload, now_ms, shown) = match wanted {
        QrBuild::Khqr(args) => {
            let now_ms = instant(args.at.as_deref())?;
            (khqr(args, now_ms)?, now_ms, &args.shown)
        }
        QrBuild::Jpqr(args) => (jpqr(args)?, instant(None)?, &args.shown),
    };
    if shown.json {
        let reading = emvqr::read(&payload, &Options::at(now_ms));
        let facts = emvqr::describe(&payload);
        out::json(&json!({
            "payload": payload,
            "md5": emvqr::md5_hex(&payload),
            "decoded": as_json(&reading, facts.as_ref()),
        }))?;
    } else {
        out::data(&payload);
    }
    if shown.show {
        out::talk(&drawn(&payload)?);
    }
    Ok(Exit::Done)
}

/// A text that may have been given, and where a builder takes it.
type Given<'a, B> = (&'a Option<String>, fn(B, &'a str) -> B);

fn filled<'a, B>(builder: B, given: &[Given<'a, B>]) -> B {
    let mut builder = builder;
    for (text, set) in given {
        if let Some(text) = text {
            builder = set(builder, text);
        }
    }
    builder
}

fn khqr(args: &KhqrArgs, now_ms: i64) -> anyhow::Result<String> {
    let (currency, exact) = match args.currency {
        KhqrCurrency::Khr => (emvqr::Currency::KHR, money::Currency::Khr),
        KhqrCurrency::Usd => (emvqr::Currency::USD, money::Currency::Usd),
    };
    let builder = match &args.merchant_id {
        None => KhqrBuilder::individual(&args.account),
        Some(merchant_id) => KhqrBuilder::merchant(MerchantAccount {
            id: &args.account,
            merchant_id,
            acquiring_bank: args.acquiring_bank.as_deref().unwrap_or_default(),
        }),
    };
    let builder = builder
        .name(&args.name)
        .city(&args.city)
        .category(&args.category)
        .currency(currency);
    let Labels {
        bill,
        mobile,
        store_label,
        reference,
        terminal,
        purpose,
    } = &args.labels;
    let given: [Given<'_, KhqrBuilder<'_>>; 12] = [
        (&args.account_information, KhqrBuilder::account_information),
        (&args.acquiring_bank, KhqrBuilder::acquiring_bank),
        (&args.union_pay_account, KhqrBuilder::union_pay_account),
        (&args.postal_code, KhqrBuilder::postal_code),
        (&args.name_local, KhqrBuilder::local_name),
        (&args.city_local, KhqrBuilder::local_city),
        (bill, KhqrBuilder::bill),
        (mobile, KhqrBuilder::mobile),
        (store_label, KhqrBuilder::store_label),
        (reference, KhqrBuilder::reference),
        (terminal, KhqrBuilder::terminal),
        (purpose, KhqrBuilder::purpose),
    ];
    let mut builder = filled(builder, &given);
    if args.name_local.is_some() {
        builder = builder.language(&args.language);
    }
    if let Some(text) = &args.amount {
        let amount = money::Amount::parse(text, exact)
            .with_context(|| format!("take the amount `{text}`"))?;
        builder = builder.dynamic(Dynamic {
            amount_minor: amount.minor(),
            created_ms: now_ms,
            expires_ms: now_ms.saturating_add(i64::from(args.minutes) * 60_000),
        });
    }
    builder
        .build()
        .map_err(|error| anyhow!("build the code: {error}"))
}

fn jpqr(args: &JpqrArgs) -> anyhow::Result<String> {
    let store = StoreId::parse(&args.store)
        .ok_or_else(|| anyhow!("take the store id `{}`: not 13-4-6-6 digits", args.store))?;
    let builder = JpqrBuilder::new(store)
        .name(&args.name)
        .local_name(&args.name_local)
        .city(&args.city)
        .postal_code(&args.postal_code)
        .category(&args.category);
    let Labels {
        bill,
        mobile,
        store_label,
        reference,
        terminal,
        purpose,
    } = &args.labels;
    let given: [Given<'_, JpqrBuilder<'_>>; 6] = [
        (bill, JpqrBuilder::bill),
        (mobile, JpqrBuilder::mobile),
        (store_label, JpqrBuilder::store_label),
        (reference, JpqrBuilder::reference),
        (terminal, JpqrBuilder::terminal),
        (purpose, JpqrBuilder::purpose),
    ];
    let mut builder = filled(builder, &given);
    if let Some(tip) = tip(&args.fee) {
        builder = builder.tip(tip);
    }
    if let Some(amount) = args.amount {
        builder = builder.amount(amount);
    }
    builder
        .build()
        .map_err(|error| anyhow!("build the code: {error}"))
}

/// At most one of them was given.
fn tip(fee: &Fee) -> Option<Tip<'_>> {
    let fixed = fee.fee.as_deref().map(Tip::Fixed);
    let percent = fee.fee_percent.as_deref().map(Tip::Percent);
    fixed.or(percent).or(fee.ask_tip.then_some(Tip::Prompt))
}
