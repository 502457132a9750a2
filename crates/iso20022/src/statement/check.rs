//! Whether a statement adds up.

use std::collections::BTreeSet;

use money::{Currency, Money};

use super::{Balance, BalanceKind, BalanceType, Entry, EntryStatus, StatementKind, StatementParts};
use crate::limits::ITEMS_MAX;
use crate::refusal::Refusal;
use crate::value::{Count, Direction, EntryRef, Total};
use crate::xml::part;

/// What is known after some entries of a statement.
#[derive(Debug)]
pub(super) struct Tally {
    /// All entries are in it; the account's is compared at the end.
    currency: Option<Currency>,
    references: BTreeSet<EntryRef>,
    credits: Side,
    debits: Side,
    /// By how much the booked entries moved the balance, in minor units. 200,000 entries of 10^18
    /// are far from its end.
    moved_minor: i128,
}

#[derive(Clone, Copy, Debug, Default)]
struct Side {
    count: u64,
    sum: Total,
}

part! {
    /// What a statement states about its entries.
    pub(super) struct Totals {
        count: opt Count = "TtlNtries/NbOfNtries",
        sum: opt Total = "TtlNtries/Sum",
        net: opt Total = "TtlNtries/TtlNetNtry/Amt",
        net_direction: opt Direction = "TtlNtries/TtlNetNtry/CdtDbtInd",
        credit_count: opt Count = "TtlCdtNtries/NbOfNtries",
        credit_sum: opt Total = "TtlCdtNtries/Sum",
        debit_count: opt Count = "TtlDbtNtries/NbOfNtries",
        debit_sum: opt Total = "TtlDbtNtries/Sum",
    }
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            currency: None,
            references: BTreeSet::new(),
            credits: Side::default(),
            debits: Side::default(),
            moved_minor: 0,
        }
    }

    pub(super) fn of(entries: &[Entry]) -> Result<Self, Refusal> {
        let mut tally = Self::new();
        for entry in entries {
            tally.add(entry)?;
        }
        Ok(tally)
    }

    pub(super) fn add(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let Money { currency, amount } = entry.amount.money();
        if *self.currency.get_or_insert(currency) != currency {
            return Err(Refusal::StatementCurrency);
        }
        if let Some(reference) = &entry.reference
            && !self.references.insert(reference.clone())
        {
            return Err(Refusal::StatementEntryRepeated);
        }
        let side = match entry.direction {
            Direction::Credit => &mut self.credits,
            Direction::Debit => &mut self.debits,
        };
        side.count = side.count.saturating_add(1);
        side.sum = side.sum.plus(entry.amount)?;
        if self.count() > u64::try_from(ITEMS_MAX).unwrap_or(u64::MAX) {
            return Err(Refusal::XmlTooMany);
        }
        if entry.status == EntryStatus::Booked {
            let moved = signed(entry.direction, amount.minor());
            self.moved_minor = self.moved_minor.saturating_add(moved);
        }
        Ok(())
    }

    /// What is true of the entries.
    pub(super) fn totals(&self) -> Result<Totals, Refusal> {
        let (credits, debits) = (self.credits, self.debits);
        let (net, direction) = match Total::difference(credits.sum, debits.sum) {
            Some(net) => (Some(net), Direction::Credit),
            None => (Total::difference(debits.sum, credits.sum), Direction::Debit),
        };
        Ok(Totals {
            count: Some(Count::new(self.count())?),
            sum: Some(Total::both(credits.sum, debits.sum)?),
            net,
            net_direction: Some(direction),
            credit_count: Some(Count::new(credits.count)?),
            credit_sum: Some(credits.sum),
            debit_count: Some(Count::new(debits.count)?),
            debit_sum: Some(debits.sum),
        })
    }

    /// Compares what is stated with what is true; what is not stated is not compared.
    pub(super) fn check_totals(&self, stated: &Totals) -> Result<(), Refusal> {
        let actual = self.totals()?;
        let is_nothing = actual.net == Some(Total::default());
        let is_right = agree(stated.count, actual.count)
            && agree(stated.sum, actual.sum)
            && agree(stated.net, actual.net)
            && (is_nothing || agree(stated.net_direction, actual.net_direction))
            && agree(stated.credit_count, actual.credit_count)
            && agree(stated.credit_sum, actual.credit_sum)
            && agree(stated.debit_count, actual.debit_count)
            && agree(stated.debit_sum, actual.debit_sum);
        if is_right {
            Ok(())
        } else {
            Err(Refusal::StatementTotals)
        }
    }

    /// Whether everything is in the account's currency, and the balances fit the entries.
    pub(super) fn check_balances(
        &self,
        kind: StatementKind,
        parts: &StatementParts,
    ) -> Result<(), Refusal> {
        let currencies = parts
            .balances
            .iter()
            .map(|balance| balance.amount.money().currency);
        let mut currencies = currencies
            .chain(self.currency)
            .chain(parts.account.currency);
        if let Some(first) = currencies.next()
            && currencies.any(|other| other != first)
        {
            return Err(Refusal::StatementCurrency);
        }
        let opening = opening(parts)?;
        let closing = closing(parts, opening)?;
        match (kind, opening, closing) {
            (StatementKind::Notification, _, _) if parts.balances.is_empty() => Ok(()),
            (StatementKind::Notification, _, _) => Err(Refusal::XmlVersionCannotSay),
            (_, Some((_, opening)), Some(closing)) => {
                if value(opening).saturating_add(self.moved_minor) == value(closing) {
                    Ok(())
                } else {
                    Err(Refusal::StatementBalance)
                }
            }
            (StatementKind::Statement, _, _) => Err(Refusal::StatementBalanceMissing),
            (StatementKind::Report, _, _) => Ok(()),
        }
    }

    fn count(&self) -> u64 {
        self.credits.count.saturating_add(self.debits.count)
    }
}

fn agree<T: PartialEq>(stated: Option<T>, actual: Option<T>) -> bool {
    stated.is_none() || stated == actual
}

fn signed(direction: Direction, minor: u64) -> i128 {
    match direction {
        Direction::Credit => i128::from(minor),
        Direction::Debit => i128::from(minor).saturating_neg(),
    }
}

fn value(balance: &Balance) -> i128 {
    signed(balance.direction, balance.amount.money().amount.minor())
}

/// The balance before the entries, and where it stands. A later page may begin with the interim
/// balance that the page before ended with.
pub(super) fn opening(parts: &StatementParts) -> Result<Option<(usize, &Balance)>, Refusal> {
    for kind in [
        BalanceKind::OpeningBooked,
        BalanceKind::PreviouslyClosedBooked,
    ] {
        if let Some(found) = only(&parts.balances, kind)? {
            return Ok(Some(found));
        }
    }
    let is_later = parts
        .page
        .as_ref()
        .is_some_and(|page| page.number.get() > 1);
    let mut interim = all(&parts.balances, BalanceKind::InterimBooked);
    Ok(interim.next().filter(|_| is_later))
}

/// The balance behind the entries. A page before the last one may end with an interim balance.
pub(super) fn closing<'a>(
    parts: &'a StatementParts,
    opening: Option<(usize, &Balance)>,
) -> Result<Option<&'a Balance>, Refusal> {
    if let Some((_, closing)) = only(&parts.balances, BalanceKind::ClosingBooked)? {
        return Ok(Some(closing));
    }
    let is_earlier = parts.page.as_ref().is_some_and(|page| !page.is_last);
    let interim = all(&parts.balances, BalanceKind::InterimBooked).last();
    let is_other = |(at, _): &(usize, &Balance)| opening.is_none_or(|(open, _)| open != *at);
    Ok(interim
        .filter(|_| is_earlier)
        .filter(is_other)
        .map(|(_, balance)| balance))
}

fn only(balances: &[Balance], kind: BalanceKind) -> Result<Option<(usize, &Balance)>, Refusal> {
    let mut found = all(balances, kind);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Refusal::StatementBalanceRepeated),
        (first, None) => Ok(first),
    }
}

fn all(balances: &[Balance], kind: BalanceKind) -> impl Iterator<Item = (usize, &Balance)> {
    let is_it = move |balance: &Balance| balance.kind == BalanceType::Kind(kind);
    balances
        .iter()
        .enumerate()
        .filter(move |(_, balance)| is_it(balance))
}
