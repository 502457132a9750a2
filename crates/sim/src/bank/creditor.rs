//! The creditor's side: of payments for its shops, and of refunds for its customers. And what
//! every participant does with an outcome.

use switch::{Cause, Finality, ItemId, Kind, Span, State, StatusReason, Verdict};

use super::{Bank, Ways};
use crate::dice::Dice;
use crate::faults::Fault;
use crate::message::{Answer, Ask, Credit, Outcome};
use crate::network::name;
use crate::oracle::End;
use crate::stage::Stage;
use crate::tamper::Tamper;

/// How a participant lies about one item, drawn for the item once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    None,
    Silent,
    /// It does what it was asked, and hardly ever says so.
    Mute,
    Twice,
    WrongId,
    Contradicts,
}

impl Bank {
    fn lie(&self, ways: &Ways, id: ItemId) -> Lie {
        let mut dice = Dice::of(ways.seed, "lie", id.0);
        let rate = ways.rates.of(Fault::Liar);
        if ways.is_calm || !dice.chance(rate.saturating_mul(5)) {
            return Lie::None;
        }
        let lies = [
            Lie::Silent,
            Lie::Mute,
            Lie::Twice,
            Lie::WrongId,
            Lie::Contradicts,
        ];
        dice.pick(&lies, Lie::None)
    }

    pub(super) fn hear_ask(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        tamper: &dyn Tamper,
        ask: &Ask,
    ) -> Vec<Answer> {
        let lie = self.lie(ways, ask.id);
        if lie == Lie::Silent {
            stage.oracle.note(stage.now, ask.id, || {
                format!("{} is asked and stays silent", name(self.who))
            });
            return Vec::new();
        }
        let known = self.credits.get(&ask.id).copied();
        let was_asked = known.is_some();
        let credit = match known {
            Some(credit) if !self.honours_late(tamper, stage, ask, credit) => credit,
            Some(_) | None => self.decide_ask(stage, ways, tamper, ask),
        };
        self.credits.insert(ask.id, credit);
        let yes = matches!(credit, Credit::Accepted | Credit::Credited);
        let verdict = match (yes, lie) {
            (true, Lie::Contradicts) if was_asked => {
                stage.oracle.lied.insert(ask.id);
                Verdict::Rejected(StatusReason::NARR)
            }
            (true, _) => Verdict::Accepted,
            (false, _) => Verdict::Rejected(StatusReason::NARR),
        };
        stage.oracle.note(stage.now, ask.id, || {
            let what = match ask.kind {
                Kind::Payment => "a payment",
                Kind::Refund { .. } => "a refund",
            };
            let money = crate::oracle::money_words(ask.amount);
            let who = name(self.who);
            format!("{who} is asked to credit {money} of {what} and answers {verdict:?}")
        });
        let answer = Answer::Verdict(ask.id, verdict);
        match lie {
            Lie::Twice => vec![answer, answer],
            Lie::WrongId => vec![Answer::Verdict(ItemId(ask.id.0 ^ 1), verdict)],
            Lie::Mute => Vec::new(),
            Lie::None | Lie::Silent | Lie::Contradicts => vec![answer],
        }
    }

    /// A planted bug: an ask that was answered no because it was late is taken all the same.
    fn honours_late(
        &self,
        tamper: &dyn Tamper,
        stage: &Stage<'_>,
        ask: &Ask,
        credit: Credit,
    ) -> bool {
        let is_over = matches!(credit, Credit::Rejected | Credit::Released);
        is_over && tamper.takes_ask(false, stage.clock, ask.expires_at)
    }

    fn decide_ask(&self, stage: &Stage<'_>, ways: &Ways, tamper: &dyn Tamper, ask: &Ask) -> Credit {
        // Never after its time, and never after an outcome.
        let in_time = stage.clock < ask.expires_at && !self.heard.contains_key(&ask.id);
        if !tamper.takes_ask(in_time, stage.clock, ask.expires_at) {
            return Credit::Rejected;
        }
        let mut dice = Dice::of(ways.seed, "shop", ask.id.0);
        let is_welcome = !dice.chance(300);
        match (is_welcome, self.rail) {
            (false, _) => Credit::Rejected,
            (true, Finality::Confirm) => tamper.credit_on_ask(Credit::Accepted),
            (true, Finality::Immediate) => Credit::Credited,
        }
    }

    pub(super) fn look_up(
        &self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        call: u64,
        id: ItemId,
    ) -> Vec<Answer> {
        let says_nothing = match self.lie(ways, id) {
            Lie::Silent => true,
            Lie::Mute => !Dice::of(ways.seed, "mute", u128::from(call)).chance(1_000),
            Lie::None | Lie::Twice | Lie::WrongId | Lie::Contradicts => false,
        };
        if says_nothing {
            return Vec::new();
        }
        let credit = self.credits.get(&id).copied().unwrap_or(Credit::NotFound);
        stage.oracle.note(stage.now, id, || {
            format!("{} is asked how far it got: {credit:?}", name(self.who))
        });
        vec![Answer::Known(id, credit)]
    }

    pub(super) fn hear_outcome(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        position: u64,
        outcome: &Outcome,
    ) -> Vec<Answer> {
        let next = self.position.saturating_add(1);
        if position < next {
            return vec![Answer::Noted(position)];
        }
        if position > next {
            let words = format!(
                "{} is told outcome {position} before {next}",
                name(self.who)
            );
            stage
                .oracle
                .violation("every outcome in order", Some(outcome.id), words);
            return vec![Answer::Failed];
        }
        self.position = position;
        self.take_outcome(stage, ways, outcome);
        vec![Answer::Noted(position)]
    }

    fn take_outcome(&mut self, stage: &mut Stage<'_>, ways: &Ways, outcome: &Outcome) {
        let id = outcome.id;
        let Some(end) = End::of(outcome.state) else {
            let words = format!("{} is told {:?}", name(self.who), outcome.state);
            stage
                .oracle
                .violation("outcomes are final", Some(id), words);
            return;
        };
        stage.oracle.note(stage.now, id, || {
            format!("{} is told the outcome: {end:?}", name(self.who))
        });
        stage.oracle.told_end(self.who, outcome.requester, id, end);
        let is_guess = outcome.cause == Some(Cause::DoubtExpired);
        stage.oracle.decided(id, outcome.reason, is_guess);
        self.heard.insert(id, end);
        if end == End::Completed {
            self.book(outcome);
        }
        if outcome.creditor == self.who {
            self.end_credit(stage, ways, outcome, end);
        }
        if outcome.requester == self.who {
            match outcome.kind {
                Kind::Payment => {
                    self.check_amounts(stage, outcome);
                    self.end_payment(stage, id, end);
                }
                Kind::Refund { .. } => self.end_refund(id, end),
            }
        }
        let is_shops = outcome.creditor == self.who && outcome.kind == Kind::Payment;
        if is_shops && outcome.state == State::Completed {
            self.plan_refunds(stage, ways, id, outcome.amount);
        }
    }

    fn book(&mut self, outcome: &Outcome) {
        for leg in &outcome.legs {
            let minor = i128::from(leg.money.amount.minor());
            let net = self.nets.entry(leg.money.currency).or_default();
            if leg.owes == self.who {
                *net = net.saturating_sub(minor);
            }
            if leg.is_owed == self.who {
                *net = net.saturating_add(minor);
            }
        }
    }

    /// Somebody rings up and asks what it did: from now on its answer binds it.
    pub(crate) fn is_rung_up(&mut self, id: ItemId) -> bool {
        let credit = self.credits.entry(id).or_insert(Credit::Rejected);
        matches!(credit, Credit::Accepted | Credit::Credited)
    }

    fn end_credit(&mut self, stage: &mut Stage<'_>, ways: &Ways, outcome: &Outcome, end: End) {
        let id = outcome.id;
        let known = self.credits.get(&id).copied().unwrap_or(Credit::NotFound);
        let accepted = matches!(known, Credit::Accepted | Credit::Credited);
        let is_right = match end {
            // It undertook to credit; nobody else may say so for it.
            End::Completed => accepted,
            End::Cancelled | End::Refused(_) | End::Forbidden => known != Credit::Credited,
        };
        if !is_right && !stage.oracle.is_excused(id) {
            let words = format!("{end:?}, and {} had {known:?}", name(self.who));
            stage
                .oracle
                .violation("credited if and only if debited", Some(id), words);
        }
        let is_too_late = Dice::of(ways.seed, "too late", id.0).chance(5_000);
        let after = match (end, known) {
            // What it did not undertake it may credit after all, or be unable to.
            (End::Completed, _) if accepted || !is_too_late => Credit::Credited,
            (End::Completed, _) => Credit::Rejected,
            // What was credited for a payment that was cancelled is a break: the loss is named
            // by the corridor, and the outcome stays.
            (_, Credit::Credited) => Credit::Credited,
            (_, Credit::Accepted) => Credit::Released,
            (_, Credit::NotFound | Credit::Rejected | Credit::Released) => known,
        };
        if after != Credit::NotFound {
            self.credits.insert(id, after);
        }
    }

    /// How long it takes to answer.
    pub(crate) fn answers_after(&self, ways: &Ways, id: u128, call: u64) -> Span {
        let mut dice = Dice::of(ways.seed, "answers", id ^ u128::from(call));
        let rate = ways.rates.of(Fault::Liar);
        match !ways.is_calm && dice.chance(rate.saturating_mul(2)) {
            true => dice.millis(1_000, 40_000),
            false => dice.millis(2, 40),
        }
    }
}
