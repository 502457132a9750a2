//! The end of the story: the window closes, two operators settle it, the simulated bank pays out.

use std::collections::BTreeMap;

use calendar::Country;
use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use participant::hub::HubClient;
use wire::api::{
    ActionBody, ActionRequest, Identity, LiquidityList, OfWindow, WindowSettlement, WindowStatus,
    WindowView,
};

use super::{Network, StoryError, at_hub};
use crate::settlement_bank::{self, AccountDay};

/// Windows that are asked for at once.
const PAGE: u16 = 100;

/// A statement of the simulated settlement bank.
#[derive(Clone, Debug)]
pub struct BankStatement {
    /// Which account: its currency.
    pub currency: Currency,
    /// The day that it is about.
    pub day: Date,
    /// camt.053.
    pub xml: String,
}

/// A window that was closed and instructed, and what the bank then wrote.
#[derive(Clone, Debug)]
pub struct Instructed {
    /// The window.
    pub window: WindowView,
    /// What everybody had before money was set aside.
    pub before: LiquidityList,
    /// One for each currency that is paid out.
    pub statements: Vec<BankStatement>,
}

/// What matching the bank's statements came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Lines that are what was expected.
    pub matched: u64,
    /// What is open.
    pub breaks: u64,
}

/// How the window of the story ended.
#[derive(Clone, Debug)]
pub struct SettledWindow {
    /// The window.
    pub window: WindowView,
    /// What everybody has now.
    pub liquidity: LiquidityList,
    /// What matching came to.
    pub reconciled: Reconciled,
}

/// Two operators close the open window and settle it; the bank pays out what they agreed on.
pub(super) async fn instruct(network: &Network) -> Result<Instructed, StoryError> {
    let list = network.house.windows(1, None).await;
    let list = list.map_err(at_hub("list the windows"))?;
    let open = list.windows.first().map(|window| window.id);
    let id = open.ok_or_else(|| StoryError::OtherEnd("find the open window".to_owned()))?;
    let before = network.house.liquidity().await;
    let before = before.map_err(at_hub("read the liquidity"))?;
    let close = ActionBody::CloseWindow(OfWindow { window: id });
    by_two(network, close, "the day of the story is over").await?;
    let settle = ActionBody::Settle(WindowSettlement {
        window: id,
        settlement_date: free_day(network, id).await?,
    });
    by_two(network, settle, "the nets were looked at").await?;
    let window = network.house.window(id).await;
    let window = window.map_err(at_hub("read the window"))?;
    let statements = statements(network, &window, &before)?;
    Ok(Instructed {
        window,
        before,
        statements,
    })
}

/// The calendars' settlement day, or the next one of which the bank has written no statement yet:
/// there is one for each account and day, and a story that is told again on the same evening
/// settles a day later.
async fn free_day(network: &Network, window: u64) -> Result<Option<String>, StoryError> {
    let list = network.house.windows(PAGE, None).await;
    let list = list.map_err(at_hub("list the windows"))?;
    let day_of = |view: &WindowView| view.settlement_date.as_deref()?.parse::<Date>().ok();
    let own = list.windows.iter().find(|view| view.id == window);
    let others = list.windows.iter().filter(|view| view.id != window);
    let last = others
        .filter(|view| !view.payouts.is_empty())
        .filter_map(day_of)
        .max();
    let own = own.and_then(day_of);
    if own.is_some() && own > last {
        return Ok(None);
    }
    // Taken, or in a year that the calendars do not know.
    let today = Country::Jp.local_date(network.clock.now_ms().saturating_mul(1_000_000));
    let from = last.map_or(today, |last| last.max(today));
    let next = settlement_bank::calendars().first_open_after(&Country::ALL, from);
    Ok(next.ok().map(|day| day.to_string()))
}

/// One proposes, the other reads and approves exactly that.
async fn by_two(network: &Network, action: ActionBody, reason: &str) -> Result<(), StoryError> {
    let [first, second]: &[HubClient; 2] = &network.operators;
    let request = ActionRequest {
        request_id: participant::edge::payment_id(),
        action,
        reason: reason.to_owned(),
        expires_in_s: None,
    };
    let proposed = first.propose(&request).await;
    let proposed = proposed.map_err(at_hub("propose an action"))?;
    let seen = second.action(&proposed.id).await;
    let seen = seen.map_err(at_hub("read an action"))?;
    let approved = second.approve(&seen.id, &seen.digest).await;
    approved.map_err(at_hub("approve an action"))?;
    Ok(())
}

/// What the simulated bank writes about the payouts: its accounts hold what was prefunded.
fn statements(
    network: &Network,
    window: &WindowView,
    before: &LiquidityList,
) -> Result<Vec<BankStatement>, StoryError> {
    let wrong = |what: &str| StoryError::OtherEnd(what.to_owned());
    let day = window.settlement_date.as_deref();
    let day: Date = day
        .and_then(|day| day.parse().ok())
        .ok_or_else(|| wrong("find the settlement day of the window"))?;
    let made = Timestamp::from_millisecond(network.clock.now_ms());
    let made = made.map_err(|_range| wrong("read the clock"))?;
    let mut statements = Vec::new();
    for currency in Currency::ALL {
        let is_paid = window
            .payouts
            .iter()
            .any(|payout| payout.amount.currency == currency.alpha());
        if !is_paid {
            continue;
        }
        let of_it = before
            .liquidity
            .iter()
            .filter(|row| row.currency == currency.alpha());
        let mut amounts = of_it.filter_map(|row| Amount::parse(&row.liquidity, currency).ok());
        let opening = amounts.try_fold(Amount::ZERO, Amount::checked_add);
        let account = AccountDay {
            window: window.id,
            currency,
            opening: opening.ok_or_else(|| wrong("add up what was prefunded"))?,
            day,
            made,
            payouts: &window.payouts,
        };
        let xml = settlement_bank::statement(&account);
        let xml = xml.map_err(|error| StoryError::OtherEnd(error.to_string()))?;
        statements.push(BankStatement { currency, day, xml });
    }
    Ok(statements)
}

/// What everybody is owed in all windows together, as the hub tells it: institutions keep one
/// account with the link, and windows follow each other in it.
pub(super) async fn nets_of_all_windows(
    network: &Network,
) -> Result<BTreeMap<(String, String), i128>, StoryError> {
    let mut nets: BTreeMap<(String, String), i128> = BTreeMap::new();
    let mut before = None;
    loop {
        let list = network.house.windows(PAGE, before).await;
        let list = list.map_err(at_hub("list the windows"))?;
        for net in list.windows.iter().flat_map(|window| &window.nets) {
            let key = (net.participant.clone(), net.currency.clone());
            let sum = nets.entry(key).or_default();
            *sum = sum.saturating_add(signed(&net.amount, &net.currency));
        }
        match list.next {
            Some(next) => before = Some(next),
            None => return Ok(nets),
        }
    }
}

/// A net in minor units.
pub(super) fn signed(text: &str, currency: &str) -> i128 {
    let (is_negative, plain) = match text.strip_prefix('-') {
        Some(plain) => (true, plain),
        None => (false, text),
    };
    let currency = Currency::from_alpha(currency);
    let amount = currency.and_then(|currency| Amount::parse(plain, currency).ok());
    let minor = i128::from(amount.unwrap_or(Amount::ZERO).minor());
    if is_negative {
        minor.saturating_neg()
    } else {
        minor
    }
}

/// What must be true of a window that was settled.
pub(super) fn identities(instructed: &Instructed, end: &SettledWindow) -> Vec<Identity> {
    let window = &end.window;
    let named = |name: &str, holds: bool| Identity {
        name: name.to_owned(),
        holds,
    };
    vec![
        named("window_is_settled", window.status == WindowStatus::Settled),
        named("control_account_is_zero", left_on_control(window) == 0),
        named("both_netting_forms_agree", both_forms_agree(window)),
        named("window_nets_sum_to_zero", nets_sum_to_zero(window)),
        named(
            "bank_statement_is_matched",
            end.reconciled.breaks == 0
                && end.reconciled.matched
                    == u64::try_from(window.payouts.len()).unwrap_or(u64::MAX),
        ),
        named("headroom_is_back_at_the_caps", is_back(&end.liquidity)),
        named(
            "liquidity_moved_by_the_parts",
            moved_by_parts(instructed, end),
        ),
    ]
}

/// The nets follow from what each two participants owe each other, and from what each pays in or
/// gets.
fn both_forms_agree(window: &WindowView) -> bool {
    type Sums = BTreeMap<(String, String), i128>;
    let add = |sums: &mut Sums, who: &str, currency: &str, amount: i128| {
        let sum = sums
            .entry((who.to_owned(), currency.to_owned()))
            .or_default();
        *sum = sum.saturating_add(amount);
    };
    let mut nets = Sums::new();
    for net in &window.nets {
        let amount = signed(&net.amount, &net.currency);
        add(&mut nets, &net.participant, &net.currency, amount);
    }
    let mut bilateral = Sums::new();
    for pair in &window.pairs {
        let currency = &pair.amount.currency;
        let amount = signed(&pair.amount.amount, currency);
        add(
            &mut bilateral,
            &pair.owes,
            currency,
            amount.saturating_neg(),
        );
        add(&mut bilateral, &pair.is_owed, currency, amount);
    }
    let mut paid = Sums::new();
    for part in &window.parts {
        let currency = &part.amount.currency;
        let amount = signed(&part.amount.amount, currency);
        add(
            &mut paid,
            &part.participant,
            currency,
            amount.saturating_neg(),
        );
    }
    for payout in &window.payouts {
        let currency = &payout.amount.currency;
        let amount = signed(&payout.amount.amount, currency);
        add(&mut paid, &payout.creditor, currency, amount);
    }
    for sums in [&mut nets, &mut bilateral, &mut paid] {
        sums.retain(|_, sum| *sum != 0);
    }
    nets == bilateral && nets == paid
}

fn nets_sum_to_zero(window: &WindowView) -> bool {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for net in &window.nets {
        let sum = sums.entry(&net.currency).or_default();
        *sum = sum.saturating_add(signed(&net.amount, &net.currency));
    }
    sums.values().all(|sum| *sum == 0)
}

fn is_back(liquidity: &LiquidityList) -> bool {
    liquidity
        .liquidity
        .iter()
        .all(|row| row.headroom == row.cap)
}

fn moved_by_parts(instructed: &Instructed, end: &SettledWindow) -> bool {
    instructed.before.liquidity.iter().all(|row| {
        let currency = &row.currency;
        let after = end
            .liquidity
            .liquidity
            .iter()
            .find(|other| other.participant == row.participant && other.currency == *currency);
        let part =
            end.window.parts.iter().find(|part| {
                part.participant == row.participant && part.amount.currency == *currency
            });
        let taken = part.map_or(0, |part| signed(&part.amount.amount, currency));
        let before = signed(&row.liquidity, currency);
        after
            .is_some_and(|after| signed(&after.liquidity, currency) == before.saturating_sub(taken))
    })
}

/// What is left on all control accounts of a window, in minor units, without sign: nothing only
/// if nothing is left on any.
pub(super) fn left_on_control(window: &WindowView) -> u128 {
    let left = window.control_sum.iter();
    left.map(|sum| signed(&sum.amount, &sum.currency).unsigned_abs())
        .fold(0, u128::saturating_add)
}
