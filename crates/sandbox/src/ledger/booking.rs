//! Entries and lines: the only code that changes a balance.

use money::{Amount, Currency};
use rusqlite::params;

use super::{Books, signed};
use crate::trouble::{Trouble, Word, broken};

/// The institution's own accounts; each exists in every currency that it was used in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Internal {
    /// Customers' money set aside for what is not decided yet.
    Hold,
    /// What we owe the link.
    DueToHub,
    /// What the link owes us.
    DueFromHub,
    /// Fees that we earned.
    FeeIncome,
    /// Fees that we bear.
    FeeExpense,
    /// Where customers' money came from: the vault of this made-up world.
    Vault,
    /// An FX provider's exchange position.
    Position,
    /// What was credited before the link decided: an immediate rail's own risk until then.
    Advanced,
    /// What the link decided and our books cannot explain; a person must look.
    Suspense,
}

impl Internal {
    /// All of them, in the order of the balance sheet.
    pub(crate) const ALL: [Internal; 9] = [
        Internal::Hold,
        Internal::DueToHub,
        Internal::DueFromHub,
        Internal::FeeIncome,
        Internal::FeeExpense,
        Internal::Vault,
        Internal::Position,
        Internal::Advanced,
        Internal::Suspense,
    ];

    /// The account's id.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Internal::Hold => "hold",
            Internal::DueToHub => "due-to-hub",
            Internal::DueFromHub => "due-from-hub",
            Internal::FeeIncome => "fee-income",
            Internal::FeeExpense => "fee-expense",
            Internal::Vault => "vault",
            Internal::Position => "position",
            Internal::Advanced => "advanced",
            Internal::Suspense => "suspense",
        }
    }

    /// Whether a debit makes the account's shown amount larger: what we own or spent.
    pub(crate) fn grows_by_debit(self) -> bool {
        match self {
            Internal::DueFromHub | Internal::FeeExpense | Internal::Vault | Internal::Advanced => {
                true
            }
            Internal::Hold
            | Internal::DueToHub
            | Internal::FeeIncome
            | Internal::Position
            | Internal::Suspense => false,
        }
    }
}

/// A step of an item; each is booked at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An account's first balance.
    Opening,
    /// The payer's money is set aside.
    Hold,
    /// The payer's money is given back.
    Release,
    /// The payer's payment is completed.
    Pay,
    /// A shop or payer is credited before the link decided.
    Advance,
    /// The shop is credited.
    Credit,
    /// The shop's money is set aside for a refund.
    RefundHold,
    /// The shop's money is given back.
    RefundRelease,
    /// The shop's refund is completed.
    RefundGive,
    /// The payer is credited with a refund.
    RefundCredit,
    /// The FX provider exchanged.
    Exchange,
    /// A payment between two accounts of this institution.
    Domestic,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Step::Opening => "opening",
            Step::Hold => "hold",
            Step::Release => "release",
            Step::Pay => "pay",
            Step::Advance => "advance",
            Step::Credit => "credit",
            Step::RefundHold => "refund_hold",
            Step::RefundRelease => "refund_release",
            Step::RefundGive => "refund_give",
            Step::RefundCredit => "refund_credit",
            Step::Exchange => "exchange",
            Step::Domestic => "domestic",
        }
    }
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    account: String,
    internal: bool,
    currency: Currency,
    /// Positive credits, negative debits; wide enough that sums cannot overflow.
    amount: i128,
}

impl Line {
    /// Credits a customer or shop.
    pub(crate) fn credit(account: &str, currency: Currency, amount: Amount) -> Self {
        let amount = i128::from(amount.minor());
        Self {
            account: account.to_owned(),
            internal: false,
            currency,
            amount,
        }
    }

    /// Debits a customer or shop.
    pub(crate) fn debit(account: &str, currency: Currency, amount: Amount) -> Self {
        let credit = Self::credit(account, currency, amount);
        Self {
            amount: credit.amount.saturating_neg(),
            ..credit
        }
    }

    /// Credits an account of our own; a negative amount debits it.
    pub(crate) fn internal(internal: Internal, currency: Currency, amount: i128) -> Self {
        Self {
            account: internal.name().to_owned(),
            internal: true,
            currency,
            amount,
        }
    }
}

impl Books<'_> {
    /// Books a step of an item; `false` when it was booked before, and then nothing changes.
    ///
    /// Lines of nothing are left out. The entry balances per currency or it is a bug of the
    /// caller, which must not reach the file.
    pub(crate) fn post(
        &self,
        (step, item): (Step, &str),
        lines: &[Line],
        at_ms: i64,
    ) -> Result<bool, Trouble> {
        balanced(step, item, lines)?;
        let sql = "INSERT OR IGNORE INTO entry (step, item, at_ms) VALUES (?1, ?2, ?3)";
        let new =
            self.connection
                .prepare_cached(sql)?
                .execute(params![step.name(), item, at_ms])?;
        if new == 0 {
            return Ok(false);
        }
        let entry = self.connection.last_insert_rowid();
        for line in lines.iter().filter(|line| line.amount != 0) {
            self.post_line(entry, line)?;
        }
        Ok(true)
    }

    /// Whether a step of an item was booked.
    pub(crate) fn posted(&self, step: Step, item: &str) -> Result<bool, Trouble> {
        let sql = "SELECT count(*) FROM entry WHERE step = ?1 AND item = ?2";
        let found: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([step.name(), item], |row| row.get(0))?;
        Ok(found != 0)
    }

    fn post_line(&self, entry: i64, line: &Line) -> Result<(), Trouble> {
        let alpha = line.currency.alpha();
        let amount = i64::try_from(line.amount)
            .map_err(|_wide| broken(format!("a line of `{}`", line.amount)))?;
        if line.internal {
            let sql = "INSERT OR IGNORE INTO account (account, currency, kind) \
                       VALUES (?1, ?2, 'internal')";
            self.connection
                .prepare_cached(sql)?
                .execute([&line.account, alpha])?;
        }
        // The addition is guarded here and not only by the CHECK, so that an account that does not
        // hold enough is a refusal and not a fault. SQLite turns an overflow into a REAL, which
        // the STRICT table refuses.
        let sql = "UPDATE account SET balance = balance + ?3 \
                   WHERE account = ?1 AND currency = ?2 AND (kind <> 'customer' OR balance >= -?3)";
        let changed =
            self.connection
                .prepare_cached(sql)?
                .execute(params![line.account, alpha, amount])?;
        if changed == 0 {
            return Err(match self.account(&line.account, line.currency)? {
                Some(_) => Word::InsufficientFunds.into(),
                None => Word::CustomerUnknown.into(),
            });
        }
        let sql = "INSERT INTO line (entry, account, currency, amount) VALUES (?1, ?2, ?3, ?4)";
        let row = params![entry, line.account, alpha, amount];
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// Opens an account with a first balance out of the vault.
    pub(crate) fn post_opening(
        &self,
        account: &str,
        money: money::Money,
        at_ms: i64,
    ) -> Result<bool, Trouble> {
        let vault = i128::from(signed(money.amount)).saturating_neg();
        let lines = [
            Line::credit(account, money.currency, money.amount),
            Line::internal(Internal::Vault, money.currency, vault),
        ];
        let item = format!("{account}:{}", money.currency);
        self.post((Step::Opening, &item), &lines, at_ms)
    }
}

fn balanced(step: Step, item: &str, lines: &[Line]) -> Result<(), Trouble> {
    for currency in Currency::ALL {
        let mut sum: i128 = 0;
        for line in lines.iter().filter(|line| line.currency == currency) {
            sum = sum.saturating_add(line.amount);
        }
        if sum != 0 {
            let step = step.name();
            return Err(broken(format!(
                "{step} of `{item}` is off by {currency} `{sum}`"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use money::Currency::{Jpy, Khr};

    use super::*;
    use crate::ledger::account::Holder;
    use crate::testing::{khr, on_books};
    use crate::trouble::Fault;

    fn open(books: &Books<'_>, account: &str, minor: u64) {
        let holder = Holder::customer(account, "Test Person");
        books.open_account(&holder, Khr).unwrap();
        books.post_opening(account, khr(minor), 0).unwrap();
    }

    fn balances(books: &Books<'_>) -> Vec<(String, i64)> {
        let rows = books.accounts().unwrap();
        rows.into_iter()
            .map(|row| (row.account, row.balance))
            .collect()
    }

    #[test]
    fn a_step_is_booked_once_and_bystanders_keep_their_money() {
        on_books(|books| {
            open(books, "a", 100);
            open(books, "b", 50);
            let lines = [
                Line::debit("a", Khr, khr(40).amount),
                Line::internal(Internal::Hold, Khr, 40),
                Line::internal(Internal::FeeIncome, Jpy, 0),
            ];
            assert!(books.post((Step::Hold, "x"), &lines, 1).unwrap());
            assert!(!books.post((Step::Hold, "x"), &lines, 2).unwrap());
            assert!(books.posted(Step::Hold, "x").unwrap());
            assert!(!books.posted(Step::Release, "x").unwrap());
            let expected = [("a", 60), ("b", 50), ("hold", 40), ("vault", -150)];
            let expected = expected.map(|(name, minor)| (name.to_owned(), minor));
            assert_eq!(balances(books), expected);
        });
    }

    #[test]
    fn what_does_not_balance_or_is_not_there_changes_nothing() {
        on_books(|books| {
            open(books, "a", 100);
            let take = |account: &str, minor: u64| {
                let amount = khr(minor).amount;
                [
                    Line::debit(account, Khr, amount),
                    Line::internal(Internal::Hold, Khr, 101),
                ]
            };
            let check = |lines: &[Line]| books.post((Step::Hold, "x"), lines, 1).unwrap_err();
            let off = check(&take("a", 100));
            assert!(matches!(off, Trouble::Fault(Fault::Broken(_))), "{off}");
            let short = check(&take("a", 101));
            assert!(
                matches!(short, Trouble::Refused(Word::InsufficientFunds, None)),
                "{short}"
            );
            let nobody = books
                .post((Step::Hold, "y"), &take("nobody", 101), 1)
                .unwrap_err();
            assert!(
                matches!(nobody, Trouble::Refused(Word::CustomerUnknown, None)),
                "{nobody}"
            );
        });
    }
}
