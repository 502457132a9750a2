//! What must be true of the books at all times, checked after batches, by tests and by the audit.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Book;
use money::Currency;

use crate::books::Hot;
use crate::settlement::{NetOf, WindowStatus};
use crate::{ParticipantId, Switch};

/// A statement about the books, and whether it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its stable name.
    pub name: &'static str,
    /// Whether it is true.
    pub holds: bool,
}

/// What a participant took on in a currency and did not settle: posted into `used`, and owed.
struct Unsettled<'a> {
    hot: &'a Hot,
    posted: u128,
    owed: u128,
}

impl Switch {
    /// Every identity, in a fixed order. Walks all accounts and open items.
    pub fn identities(&self) -> Vec<Identity> {
        let hot = self.hot_identities();
        let mut all = vec![
            Identity {
                name: "debits_equal_credits",
                holds: self.debits_equal_credits(),
            },
            Identity {
                name: "no_limit_below_zero",
                holds: self.no_limit_below_zero(),
            },
            Identity {
                name: "all_legs_or_none",
                holds: self.all_legs_or_none(),
            },
            Identity {
                name: "pending_is_the_open_items",
                holds: self.pending_is_open_items(),
            },
            Identity {
                name: "pairs_explain_the_nets",
                holds: self.pairs_explain_nets(),
            },
            Identity {
                name: "control_is_what_is_not_paid_out",
                holds: self.control_is_unpaid(),
            },
            Identity {
                name: "what_is_open_has_a_deadline",
                holds: self.open_has_deadlines(),
            },
        ];
        all.extend(hot);
        all
    }

    /// Those that only look at the participants' own accounts: cheap enough for every batch.
    pub fn hot_identities(&self) -> [Identity; 4] {
        let unsettled: Vec<Unsettled<'_>> = self.unsettled().collect();
        [
            Identity {
                name: "nets_sum_to_zero",
                holds: self.nets_sum_to_zero(),
            },
            Identity {
                name: "headroom_plus_used_is_cap",
                holds: self.headroom_and_used(&unsettled),
            },
            Identity {
                name: "used_is_reserved_or_unsettled",
                holds: self.used_is_explained(&unsettled),
            },
            Identity {
                name: "cap_within_liquidity",
                holds: self.caps_are_covered(),
            },
        ]
    }

    fn debits_equal_credits(&self) -> bool {
        Book::ALL.into_iter().all(|book| {
            Currency::ALL.into_iter().all(|currency| {
                let (debits, credits) = self.books.ledger.totals(book, currency);
                debits == credits
            })
        })
    }

    fn no_limit_below_zero(&self) -> bool {
        self.books
            .ledger
            .accounts()
            .all(|account| match account.limit {
                ledger::Limit::None => true,
                ledger::Limit::NeverNegative => account.balance.is_covered(),
            })
    }

    fn all_legs_or_none(&self) -> bool {
        self.items.values().all(|item| {
            let pending = self.books.ledger.is_pending(ledger::ChainId(item.id.0));
            pending != item.state.is_final()
        })
    }

    /// What is pending on a participant's net is the sum of the legs of the open items.
    fn pending_is_open_items(&self) -> bool {
        let mut owed: BTreeMap<(ParticipantId, Currency), u128> = BTreeMap::new();
        for (_, id) in &self.deadlines {
            let Some(item) = self.items.get(id) else {
                return false;
            };
            if !item.state.holds_legs() {
                continue;
            }
            for leg in self.legs(item) {
                let sum = owed.entry((leg.owes, leg.money.currency)).or_default();
                *sum = sum.saturating_add(u128::from(leg.money.amount.minor()));
            }
        }
        self.books.hot.iter().all(|(key, hot)| {
            let pending = self.books.ledger.balance(hot.net_pending).debits_pending;
            pending == owed.get(key).copied().unwrap_or_default()
        })
    }

    /// Every open item and action, and nothing else, is where time will find it.
    fn open_has_deadlines(&self) -> bool {
        let open = self.items.values().filter(|item| !item.state.is_final());
        let items: BTreeSet<_> = open.map(|item| (item.deadline, item.id)).collect();
        let actions = self.operations.actions.values();
        let open = actions.filter(|action| action.ended.is_none());
        let actions: BTreeSet<_> = open
            .map(|action| (action.proposed.expires_at, action.proposed.id))
            .collect();
        items == self.deadlines && actions == self.operations.expiries
    }

    fn nets_sum_to_zero(&self) -> bool {
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for ((_, currency), hot) in &self.books.hot {
            let sum = sums.entry(*currency).or_default();
            *sum = sum.saturating_add(self.books.ledger.balance(hot.net_window).net());
        }
        sums.values().all(|sum| *sum == 0)
    }

    /// What everybody took on in windows that are not settled.
    fn unsettled(&self) -> impl Iterator<Item = Unsettled<'_>> {
        let hot = self.books.hot.iter();
        hot.map(|((who, currency), hot)| {
            let (posted, owed) = self.books.unsettled_of(*who, *currency, hot);
            Unsettled { hot, posted, owed }
        })
    }

    /// What is left, what is reserved and what is owed are the whole cap, no more and no less.
    fn headroom_and_used(&self, unsettled: &[Unsettled<'_>]) -> bool {
        let ledger = &self.books.ledger;
        unsettled.iter().all(|Unsettled { hot, posted, .. }| {
            let headroom = u128::from(ledger.balance(hot.headroom).available().minor());
            let pending = ledger.balance(hot.used_pending).credits_pending;
            let whole = headroom.saturating_add(pending).saturating_add(*posted);
            whole == u128::from(self.books.cap_of(hot).minor())
        })
    }

    /// What a participant may owe is prefunded, and not more than was decided.
    fn caps_are_covered(&self) -> bool {
        self.books.hot.iter().all(|((who, currency), hot)| {
            let funded = self.books.cap_of(hot);
            let cap = self.books.cap_decided(*who, *currency);
            funded <= cap.min(self.books.cover(*who, *currency))
        })
    }

    /// In every window that is not settled, each net is what the pairs of it add up to; and a
    /// settled one has no accounts left.
    fn pairs_explain_nets(&self) -> bool {
        self.books.windows.values().all(|window| {
            let is_settled = window.status == WindowStatus::Settled;
            let nets = window.nets();
            self.books.hot.keys().all(|(who, currency)| {
                let of_it = |net: &&NetOf| net.participant == *who && net.currency == *currency;
                let explained = nets.iter().find(of_it).map_or(0, |net| net.net);
                let explained = if is_settled { 0 } else { explained };
                self.books.net_in(window.id, *who, *currency) == explained
            })
        })
    }

    /// What stands on a window's control accounts is what debtors paid in and nobody got yet.
    fn control_is_unpaid(&self) -> bool {
        self.books.windows.values().all(|window| {
            Currency::ALL.into_iter().all(|currency| {
                let is_waiting = window.status == WindowStatus::Instructed;
                let settlement = window.settlement.as_ref().filter(|_| is_waiting);
                let payouts = settlement.map_or(&[][..], |all| all.payouts.as_slice());
                let unpaid = (0_u32..)
                    .zip(payouts)
                    .filter(|(place, one)| {
                        one.money.currency == currency && !window.paid.contains_key(place)
                    })
                    .map(|(_, one)| i128::from(one.money.amount.minor()))
                    .fold(0, i128::saturating_add);
                self.books.control_sum(window.id, currency) == unpaid
            })
        })
    }

    /// Every reserved and every unsettled debit stands in both books.
    fn used_is_explained(&self, unsettled: &[Unsettled<'_>]) -> bool {
        let ledger = &self.books.ledger;
        unsettled.iter().all(|Unsettled { hot, posted, owed }| {
            let pending = ledger.balance(hot.used_pending).credits_pending;
            pending == ledger.balance(hot.net_pending).debits_pending && posted == owed
        })
    }
}
