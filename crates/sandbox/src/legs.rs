//! The hub's legs as lines of our own books.
//!
//! Whatever the item is, the same two accounts carry the link: `due-to-hub` grows by every leg
//! that we owe, `due-from-hub` by every leg that we are owed. So what our books say that the link
//! owes us equals the hub's net for us by construction, and only the other half of the entry
//! depends on the item.

use money::{Currency, Money};
use wire::api::LegView;
use wire::error::{Code, Problem};

use crate::ledger::{Internal, Line};
use crate::text::money_in;
use crate::trouble::{Trouble, broken};

/// Our own legs of one item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Legs(Vec<Leg>);

#[derive(Clone, Debug)]
struct Leg {
    we_owe: bool,
    exchange: bool,
    money: Money,
}

impl Legs {
    /// Reads the legs in which `me` owes or is owed; others are not ours and are a mistake.
    pub(crate) fn read(me: &str, legs: &[LegView]) -> Result<Self, Trouble> {
        let mut own = Vec::new();
        for (at, leg) in legs.iter().enumerate() {
            let field = format!("/legs/{at}");
            let we_owe = leg.owes == me;
            if we_owe == (leg.is_owed == me) {
                let problem = Problem::new(Code::InvalidField).with_field(field);
                let problem = problem.with_detail("a leg is either owed by you or to you");
                return Err(Trouble::Hub(Box::new(problem)));
            }
            let money = money_in(&leg.amount, &format!("{field}/amount"))
                .map_err(|problem| Trouble::Hub(Box::new(problem)))?;
            own.push(Leg {
                we_owe,
                exchange: leg.kind == "exchange",
                money,
            });
        }
        Ok(Self(own))
    }

    /// Reads the legs of something completed that moves our customer's money; there is always one,
    /// and booking without it would turn the customer's money into our fee.
    pub(crate) fn read_some(me: &str, legs: &[LegView]) -> Result<Self, Trouble> {
        let own = Self::read(me, legs)?;
        if own.0.is_empty() {
            return Err(broken("completed by the hub without a leg of ours"));
        }
        Ok(own)
    }

    fn sum(&self, currency: Currency, counts: impl Fn(&Leg) -> bool) -> i128 {
        let mut sum: i128 = 0;
        for leg in self
            .0
            .iter()
            .filter(|leg| leg.money.currency == currency && counts(leg))
        {
            sum = sum.saturating_add(i128::from(leg.money.amount.minor()));
        }
        sum
    }

    fn owed(&self, currency: Currency) -> i128 {
        self.sum(currency, |leg| leg.we_owe)
    }

    fn due(&self, currency: Currency) -> i128 {
        self.sum(currency, |leg| !leg.we_owe)
    }

    /// The link's half of the entry.
    fn link(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for currency in Currency::ALL {
            let due = self.due(currency).saturating_neg();
            lines.push(Line::internal(
                Internal::DueToHub,
                currency,
                self.owed(currency),
            ));
            lines.push(Line::internal(Internal::DueFromHub, currency, due));
        }
        lines
    }

    /// A completed payment of our customer: what was held goes to the link; what it paid over the
    /// exchange is our fee, every other leg that we owe is a fee that we bear.
    pub(crate) fn payer_lines(&self, held: Money) -> Vec<Line> {
        let mut lines = self.link();
        let paid = i128::from(held.amount.minor());
        lines.push(Line::internal(
            Internal::Hold,
            held.currency,
            paid.saturating_neg(),
        ));
        for currency in Currency::ALL {
            let exchange = self.sum(currency, |leg| {
                leg.we_owe && leg.exchange && currency == held.currency
            });
            let kept = if currency == held.currency {
                paid.saturating_sub(exchange)
            } else {
                0
            };
            let income = self.due(currency).saturating_add(kept);
            let expense = exchange.saturating_sub(self.owed(currency));
            lines.push(Line::internal(Internal::FeeIncome, currency, income));
            lines.push(Line::internal(Internal::FeeExpense, currency, expense));
        }
        lines
    }

    /// A credit of our customer or shop: the link's money less our fee.
    pub(crate) fn creditor_lines(&self, account: &str, gets: Money) -> Vec<Line> {
        self.lines_to(Line::credit(account, gets.currency, gets.amount), gets)
    }

    /// A credit that was given already: the link's money takes the advance's place.
    pub(crate) fn advanced_lines(&self, gets: Money) -> Vec<Line> {
        let amount = i128::from(gets.amount.minor());
        self.lines_to(
            Line::internal(Internal::Advanced, gets.currency, amount),
            gets,
        )
    }

    fn lines_to(&self, to: Line, gets: Money) -> Vec<Line> {
        let mut lines = self.link();
        lines.push(to);
        let gets_minor = i128::from(gets.amount.minor());
        for currency in Currency::ALL {
            let given = if currency == gets.currency {
                gets_minor
            } else {
                0
            };
            let income = self.due(currency).saturating_sub(given);
            let expense = self.owed(currency).saturating_neg();
            lines.push(Line::internal(Internal::FeeIncome, currency, income));
            lines.push(Line::internal(Internal::FeeExpense, currency, expense));
        }
        lines
    }

    /// A refund of our shop: what was held goes to the link.
    pub(crate) fn refunder_lines(&self, held: Money) -> Vec<Line> {
        let mut lines = self.link();
        let given = i128::from(held.amount.minor());
        lines.push(Line::internal(
            Internal::Hold,
            held.currency,
            given.saturating_neg(),
        ));
        for currency in Currency::ALL {
            let given = if currency == held.currency { given } else { 0 };
            let rest = given.saturating_sub(self.owed(currency));
            let income = self.due(currency).saturating_add(rest);
            lines.push(Line::internal(Internal::FeeIncome, currency, income));
        }
        lines
    }

    /// Everything against one account of our own: the position of an exchange, or what the books
    /// cannot explain.
    pub(crate) fn lines_against(&self, internal: Internal) -> Vec<Line> {
        let mut lines = self.link();
        for currency in Currency::ALL {
            let rest = self.due(currency).saturating_sub(self.owed(currency));
            lines.push(Line::internal(internal, currency, rest));
        }
        lines
    }
}
