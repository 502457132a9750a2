//! The story for people: what each party saw, in the order in which it happened.

mod settlement;

use std::collections::BTreeMap;

use sandbox::bakong::payload_md5;
use sandbox::story::{Paid, Story};
use wire::api::{Money, PositionList, QuoteView};

use super::layout::{BAKONG, Layout};
use crate::command::show::{grouped, money};
use crate::out;

/// What each institution of the story is, always with the word "simulated".
const WHO: [(&str, &str); 5] = [
    ("acleda", "simulated sponsoring bank, accounts name@aclb"),
    ("sathapana", "simulated sponsoring bank, accounts name@sthp"),
    ("netstars", "simulated Japanese switch: JPQR shops, wallets"),
    ("fx1", "simulated FX provider"),
    ("fx2", "simulated FX provider, a little dearer"),
];

pub(super) fn opening(layout: &Layout) {
    out::data("");
    out::data("  Spean ស្ពាន 橋 · one bridge between KHQR and JPQR");
    out::data("  Everything below is simulated: institutions, people, shops, rates and fees.");
    out::data("");
    out::data(&format!(
        "  {:<10} {:<22} the hub; interface at /docs",
        "hub",
        layout.hub_url()
    ));
    for (name, url) in layout.institutions() {
        let what = WHO
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, what)| what);
        out::data(&format!("  {name:<10} {url:<22} {what}"));
    }
    out::data(&format!(
        "  {BAKONG:<10} {:<22} simulated Bakong: is this KHQR paid? (docs/BAKONG.md)",
        layout.url(BAKONG)
    ));
    out::data(&format!("  {:<10} {}", "books", layout.folder.display()));
}

pub(super) fn story(story: &Story) {
    for (number, paid) in (1..).zip(&story.payments) {
        payment(number, paid);
    }
    refund(story);
    positions(&story.positions);
    settlement::show(story);
    identities(story);
}

fn line(name: &str, text: &str) {
    out::data(&format!("     {name:<12}{text}"));
}

fn payment(number: usize, paid: &Paid) {
    let [before, after] = &paid.customer;
    let shop = &paid.shop;
    let local = shop.name_local.as_deref().unwrap_or_default();
    let quote = &paid.quoted.quote;
    out::data("");
    out::data(&format!(
        "  {number}  {} ({} at {}) pays {} {local} in {} by {}",
        before.name, before.account, paid.payer, shop.name, shop.city, paid.scan.scheme
    ));
    let kind = if paid.scan.amount.is_some() {
        "with the price"
    } else {
        "printed, no price"
    };
    line("code", &format!("{} {kind}", paid.scan.scheme));
    line("", &out::safe(&paid.payload));
    line(
        "shop is",
        &format!("{} at {}", paid.scan.merchant.id, paid.payee),
    );
    line("price", &money(&quote.amount));
    rate(quote);
    fees(quote);
    line(
        &format!("{} pays", before.name),
        &format!(
            "{}, {} % over the reference",
            money(&quote.payer_amount),
            quote.total_cost_percent
        ),
    );
    line("shop gets", &money(&quote.shop_receives));
    if let (Some(sequence), Some(hash)) = (paid.hub.sequence, &paid.hub.hash) {
        let short: String = hash.chars().take(16).collect();
        line(
            "outcome",
            &format!("completed · journal sequence {sequence}, hash {short}…"),
        );
    }
    let balance = |text: &str| format!("{} {}", before.currency, grouped(text));
    line(
        "balance",
        &format!("{} → {}", balance(&before.balance), balance(&after.balance)),
    );
    if let Some(receipt) = &paid.hub.receipt {
        line(
            "receipt",
            &format!(
                "{} characters, any phone can check it:",
                receipt.chars().count()
            ),
        );
        line("", receipt);
    }
    for leg in &paid.hub.legs {
        let owes = format!("{} owes {}", leg.owes, leg.is_owed);
        line("leg", &format!("{owes:<24}{:>16}", money(&leg.amount)));
    }
}

fn rate(quote: &QuoteView) {
    let rate = &quote.rate;
    line(
        "rate",
        &format!(
            "{} {} per {} from {}; reference {}, margin {} %",
            rate.quote,
            rate.value,
            rate.base,
            quote.fx_provider,
            quote.reference_rate.value,
            quote.margin_percent
        ),
    );
}

fn fees(quote: &QuoteView) {
    for fee in &quote.fees {
        let (kind, by) = (fee.kind.replace('_', " "), fee.borne_by.replace('_', " "));
        let to = &fee.paid_to;
        line(
            "fee",
            &format!(
                "{:<12}{kind}, borne by the {by}, for {to}",
                money(&fee.amount)
            ),
        );
    }
}

fn refund(story: &Story) {
    let refund = &story.refund.shop;
    let Some(view) = &refund.refund else { return };
    let back: &Money = &view.payer_amount;
    out::data("");
    out::data(&format!(
        "  3  The shop gives {} of the first back",
        money(&refund.amount)
    ));
    line(
        "customer",
        &format!("gets {} at the payment's own rate; fees stay", money(back)),
    );
    if let Some(sequence) = view.sequence {
        line(
            "outcome",
            &format!("completed · journal sequence {sequence}"),
        );
    }
}

fn positions(list: &PositionList) {
    let mut table: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for position in &list.positions {
        let row = table.entry(&position.currency).or_default();
        row.insert(&position.participant, &position.net);
    }
    let order = ["acleda", "sathapana", "netstars", "fx1", "fx2", "house"];
    out::data("");
    out::data(&format!(
        "  Who owes whom in settlement window {} (minus: owes)",
        list.window
    ));
    let head: String = order.iter().map(|name| format!("{name:>13}")).collect();
    out::data(&format!("     {:<5}{head}", ""));
    for (currency, row) in &table {
        let cells: String = order
            .iter()
            .map(|name| format!("{:>13}", grouped(row.get(name).copied().unwrap_or("0"))))
            .collect();
        out::data(&format!("     {currency:<5}{cells}"));
    }
}

fn identities(story: &Story) {
    let broken: Vec<&str> = story
        .identities
        .iter()
        .filter(|identity| !identity.holds)
        .map(|identity| identity.name.as_str())
        .collect();
    let count = story.identities.len();
    out::data("");
    if broken.is_empty() {
        out::data(&format!(
            "  All {count} identities hold: the hub, both banks, the switch and both FX \
             providers"
        ));
        out::data("  hold the same final answer, to the last riel and yen.");
    } else {
        out::data(&format!("  BROKEN: {}", broken.join(", ")));
    }
}

/// Commands that work when pasted into another terminal.
/// The Japanese side, for commands.
const JAPAN: &str = "--at-institution netstars";

pub(super) fn next(layout: &Layout, story: &Story) {
    let Some(first) = story.payments.first() else {
        return;
    };
    let binary = binary();
    let port = layout.ports.get("hub").copied().unwrap_or_default();
    let at = if port == 7400 {
        String::new()
    } else {
        format!(
            " --sandbox {}",
            quoted(&layout.folder.join("sandbox.json").to_string_lossy())
        )
    };
    let [customer, _] = &first.customer;
    let (account, code) = (quoted(&customer.account), quoted(&first.payload));
    let payment = &first.quoted.payment_id;
    let receipt = first.hub.receipt.as_deref().unwrap_or_default();
    let last = story.payments.last().unwrap_or(first);
    let (sequence, hash) = (last.hub.sequence.unwrap_or_default(), &last.hub.hash);
    let told = format!("{sequence}:{}", hash.as_deref().unwrap_or_default());
    let hub = layout.hub_url();
    let folder = quoted(&layout.folder.to_string_lossy());
    out::data("");
    out::data("  The network stays up (Ctrl-C ends it). Try, in another terminal:");
    for (what, command) in [
        ("what a code says", format!("qr decode {code}")),
        (
            "pay the noodle shop again",
            format!("wallet pay{at} --account {account} --amount 1200 {code}"),
        ),
        ("who has an account", format!("wallet list{at} {JAPAN}")),
        (
            "a new customer",
            format!("wallet add{at} --at-institution acleda --name Veasna --balance 200000"),
        ),
        (
            "a new shop, with its code",
            format!(
                "shop add{at} --at-institution netstars --name 'Cafe Sora' --name-local カフェ空 \
                 --city Tokyo --postal-code 1000001"
            ),
        ),
        ("what the shops sold", format!("shop sales{at} {JAPAN}")),
        (
            "the payment, as the hub holds it",
            format!("payment show{at} {payment}"),
        ),
        (
            "is this receipt genuine?",
            format!("receipt verify --hub {hub} {receipt}"),
        ),
        ("what is open?", format!("stuck{at} --as op1")),
        ("check the journal", format!("audit verify {folder}")),
        (
            "is what Hana was told in it?",
            format!("audit verify --told {told} {folder}"),
        ),
    ]
    .into_iter()
    .chain(back_office(layout, story, &at))
    {
        out::data("");
        out::data(&format!("  # {what}"));
        out::data(&format!("  {binary} {command}"));
    }
    bakong(layout, story);
    out::data(&format!("\n  Interface for institutions: {hub}/docs\n"));
}

/// What the back office looks at.
fn back_office(layout: &Layout, story: &Story, at: &str) -> [(&'static str, String); 2] {
    [
        (
            "the settled window: nets, parts, payouts",
            format!("window show{at} {} --as op1", story.instructed.window.id),
        ),
        (
            "the bank's statement again: nothing changes",
            format!("reconcile import{at} --as op1 {}", statement(layout, story)),
        ),
    ]
}

/// Where the first of the simulated bank's statements was kept.
fn statement(layout: &Layout, story: &Story) -> String {
    let first = story.instructed.statements.first();
    let name = first.map_or_else(String::new, |statement| {
        format!("camt.053-{}-{}.xml", statement.currency, statement.day)
    });
    quoted(&layout.folder.join("bank").join(name).to_string_lossy())
}

/// How the shop's own software asks whether its code was paid, as it asks the real one.
fn bakong(layout: &Layout, story: &Story) {
    let paid = story
        .payments
        .iter()
        .find(|paid| paid.scan.scheme == "KHQR");
    let Some(paid) = paid else { return };
    let token = quoted(&layout.folder.join("bakong/token").to_string_lossy());
    out::data("");
    out::data("  # what an existing KHQR integration learns: is this code paid?");
    out::data(&format!(
        "  curl -s {}/v1/check_transaction_by_md5 -H \"Authorization: Bearer $(cat {token})\" \\",
        layout.url(BAKONG)
    ));
    out::data(&format!(
        "    -d '{{\"md5\":\"{}\"}}'",
        payload_md5(&paid.payload)
    ));
}

/// How this program was started, so that a pasted command finds it again.
fn binary() -> String {
    let Ok(path) = std::env::current_exe() else {
        return "spean".to_owned();
    };
    let here = std::env::current_dir().ok();
    let near = here.and_then(|here| path.strip_prefix(here).ok().map(ToOwned::to_owned));
    quoted(&near.unwrap_or(path).to_string_lossy())
}

/// A word for a shell, quoted only where it must be.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_reaches_the_shell_as_it_is() {
        assert_eq!(quoted("sokha@aclb"), "sokha@aclb");
        assert_eq!(quoted("Noodle House"), "'Noodle House'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
