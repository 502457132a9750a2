//! Proof that the simulator bites: bugs planted between the real parts, each found by the promise
//! that it breaks. A simulator that finds nothing proves nothing until it has found these.

mod settlement;

use engine::Resume;
use journal::memory::MemoryStore;
use money::{Amount, Money};
use projection::Past;
use switch::{
    Act, DoubtDecision, Input, Kind, Operate, Position, Quote, Span, State, Switch, Time,
};

use crate::faults::Faults;
use crate::message::{Credit, Outcome, Word};
use crate::network::OPERATORS;
use crate::report::{Report, Settings};
use crate::tamper::Tamper;
use crate::world::World;

/// One bug each.
#[derive(Clone, Debug)]
enum Bug {
    /// A withdrawal is answered `cancelled` although the payment completed.
    VoidAfterCompletion,
    /// The answer leaves before the append.
    ReplyBeforeDurable,
    /// A restart applies the last batches before its snapshot once more.
    DoubleApply,
    /// A refund is decided as if the payment had none yet.
    RefundRace,
    /// The tables do not keep what was refused.
    ForgottenRefusal,
    /// A creditor's side takes an ask whose time is over.
    LateAskHonoured,
    /// The writer is told that the tables hold what they do not hold.
    EvictionBeforeProjection,
    /// The payer is told one minor unit less than was booked.
    LostYen,
    /// An acknowledgement counts for the next outcome too.
    SkippedOutcome,
    /// A writer that was fenced goes on answering.
    FenceIgnored,
    /// The offer that is told is one unit cheaper than the one that is booked.
    CheaperOffer,
    /// An item that left memory is told as if it never ended.
    ForgottenOutcome,
    /// An approval by the proposer counts as another's.
    OwnApproval,
    /// A repeated approval of a deposit brings the money in once more.
    DoneTwice,
    /// An action stays open for a day longer than its proposer said.
    LateApproval,
    /// A doubt is decided the other way round than was approved.
    OtherDecision,
    /// What is instructed counts as paid out, whatever the bank does.
    PaidAtInstruction,
    /// A statement's line that comes again counts for the next payout.
    LineCountsAgain,
    /// Headroom is given back when a window is instructed.
    HeadroomAtInstruction,
    /// What was owed by who was taken out of a window counts nowhere.
    ExcludedForgotten,
}

#[derive(Debug)]
struct Planted {
    bug: Bug,
}

impl Planted {
    fn is(&self, bug: fn(&Bug) -> bool) -> bool {
        bug(&self.bug)
    }
}

fn one_less(money: Money) -> Money {
    let one = Amount::from_minor(1).unwrap();
    Money::new(money.currency, money.amount.saturating_sub(one))
}

impl Tamper for Planted {
    fn answers_early(&self, is_deposed: bool) -> bool {
        self.is(|bug| matches!(bug, Bug::ReplyBeforeDurable))
            || (is_deposed && self.is(|bug| matches!(bug, Bug::FenceIgnored)))
    }

    fn projected(&self, true_seq: u64, head: u64) -> u64 {
        match self.is(|bug| matches!(bug, Bug::EvictionBeforeProjection)) {
            true => head,
            false => true_seq,
        }
    }

    fn resume(&self, resume: Resume, store: &MemoryStore) -> Resume {
        if !self.is(|bug| matches!(bug, Bug::DoubleApply)) || resume.seq < 9 {
            return resume;
        }
        let seq = resume.seq - 8;
        let hash = *store.row(seq).unwrap().hash.as_bytes();
        Resume {
            seq,
            hash,
            ..resume
        }
    }

    fn past(&self, past: &mut Past) {
        if self.is(|bug| matches!(bug, Bug::ForgottenRefusal)) {
            past.closed = None;
        }
        if let Some(payment) = &mut past.payment
            && self.is(|bug| matches!(bug, Bug::RefundRace))
        {
            payment.refunded = (Amount::ZERO, Amount::ZERO);
        }
    }

    fn word(&self, word: Word) -> Word {
        match (&self.bug, word) {
            (Bug::ForgottenOutcome, Word::Item(id, State::Cancelled)) => Word::NotFound(id),
            (_, word) => word,
        }
    }

    fn withdrawn(&self, word: Word) -> Word {
        match (&self.bug, word) {
            (Bug::VoidAfterCompletion, Word::Item(id, State::Completed)) => {
                Word::Item(id, State::Cancelled)
            }
            (_, word) => word,
        }
    }

    fn operate(&self, operate: Operate, switch: &Switch) -> Input {
        match &self.bug {
            Bug::OwnApproval => own_approval(operate, switch),
            Bug::DoneTwice => done_twice(operate, switch),
            Bug::LateApproval => late_approval(operate),
            Bug::OtherDecision => other_decision(operate),
            Bug::PaidAtInstruction => settlement::paid_at_instruction(operate, switch),
            Bug::LineCountsAgain => settlement::line_counts_again(operate, switch),
            Bug::VoidAfterCompletion
            | Bug::ReplyBeforeDurable
            | Bug::DoubleApply
            | Bug::RefundRace
            | Bug::ForgottenRefusal
            | Bug::LateAskHonoured
            | Bug::EvictionBeforeProjection
            | Bug::LostYen
            | Bug::SkippedOutcome
            | Bug::FenceIgnored
            | Bug::CheaperOffer
            | Bug::HeadroomAtInstruction
            | Bug::ExcludedForgotten
            | Bug::ForgottenOutcome => Input::Operate(Box::new(operate)),
        }
    }

    fn positions(&self, switch: &Switch) -> Vec<Position> {
        if self.is(|bug| matches!(bug, Bug::HeadroomAtInstruction)) {
            return settlement::headroom_at_instruction(switch);
        }
        if self.is(|bug| matches!(bug, Bug::ExcludedForgotten)) {
            return settlement::excluded_is_forgotten(switch);
        }
        switch.positions()
    }

    fn quote(&self, quote: &mut Quote) {
        if self.is(|bug| matches!(bug, Bug::CheaperOffer)) {
            quote.payer_amount = one_less(quote.payer_amount);
        }
    }

    fn outcome(&self, outcome: &mut Outcome) {
        if self.is(|bug| matches!(bug, Bug::LostYen)) && outcome.kind != Kind::Payment {
            for leg in &mut outcome.legs {
                leg.money = one_less(leg.money);
            }
        }
    }

    fn takes_ask(&self, honest: bool, clock: Time, expires_at: Time) -> bool {
        let is_late = clock >= expires_at;
        honest || (is_late && self.is(|bug| matches!(bug, Bug::LateAskHonoured)))
    }

    fn credit_on_ask(&self, honest: Credit) -> Credit {
        // What honours a late ask credits at once, or its honesty would hide it.
        match self.is(|bug| matches!(bug, Bug::LateAskHonoured)) {
            true => Credit::Credited,
            false => honest,
        }
    }

    fn acknowledged(&self, position: u64) -> u64 {
        match self.is(|bug| matches!(bug, Bug::SkippedOutcome)) {
            true => position + 1,
            false => position,
        }
    }
}

fn own_approval(mut operate: Operate, switch: &Switch) -> Input {
    if let Operate::Approve { id, by } = &mut operate {
        let proposer = switch.action(*id).map(|action| action.proposed.by);
        let mut others = OPERATORS.into_iter().filter(|who| who != by);
        if proposer == Some(*by)
            && let Some(other) = others.next()
        {
            *by = other;
        }
    }
    Input::Operate(Box::new(operate))
}

fn done_twice(mut operate: Operate, switch: &Switch) -> Input {
    if let Operate::Approve { id, .. } = &operate
        && let Some(action) = switch.action(*id).filter(|action| action.ended.is_some())
        && let Act::Deposit {
            participant,
            currency,
            amount,
        } = action.proposed.act
    {
        let there = switch.liquidity(participant, currency);
        operate = Operate::Fund {
            participant,
            currency,
            liquidity: there.checked_add(amount).unwrap(),
        };
    }
    Input::Operate(Box::new(operate))
}

fn late_approval(mut operate: Operate) -> Input {
    if let Operate::Propose(proposed) = &mut operate {
        proposed.expires_at = proposed.expires_at.after(Span::from_seconds(86_400));
    }
    Input::Operate(Box::new(operate))
}

fn other_decision(mut operate: Operate) -> Input {
    if let Operate::Propose(proposed) = &mut operate
        && let Act::Resolve { decision, .. } = &mut proposed.act
    {
        *decision = match decision {
            DoubtDecision::Complete => DoubtDecision::Cancel,
            DoubtDecision::Cancel => DoubtDecision::Complete,
        };
    }
    Input::Operate(Box::new(operate))
}

fn run(bug: &Bug, settings: &Settings) -> Report {
    let planted = Planted { bug: bug.clone() };
    World::new(settings, Box::new(planted)).run()
}

mod tests {
    use super::*;
    use crate::shrink::shrink_with;

    /// Found within some seeds, by one of these promises, and shrunk to a history.
    #[track_caller]
    fn bites(bug: Bug, promises: &[&str]) {
        let found = (0..60).find_map(|seed| {
            let settings = Settings::new(seed, 150, Faults::all());
            let report = run(&bug, &settings);
            let first = report.violations.into_iter().next()?;
            Some((settings, first))
        });
        let (settings, first) = found.unwrap_or_else(|| panic!("{bug:?} was not found"));
        assert!(promises.contains(&first.promise), "{bug:?}: {first}");
        let honest = crate::run(&settings);
        assert_eq!(honest.violations, [], "without the bug nothing is found");
        let shrunk = shrink_with(&settings, &|settings| run(&bug, settings)).unwrap();
        let report = &shrunk.report;
        assert_eq!(report.violations[0].promise, first.promise, "{bug:?}");
        assert!(!report.history.is_empty(), "{bug:?}");
    }

    const ONE_OUTCOME: &str = "one outcome";
    const KEPT: &str = "acknowledged means kept";
    const CREDITED: &str = "credited if and only if debited";

    #[test]
    fn void_after_completion_is_found() {
        bites(Bug::VoidAfterCompletion, &[ONE_OUTCOME]);
    }

    #[test]
    fn a_reply_before_it_is_durable_is_found() {
        bites(Bug::ReplyBeforeDurable, &[KEPT, ONE_OUTCOME]);
    }

    #[test]
    fn a_batch_applied_twice_is_found() {
        bites(Bug::DoubleApply, &["live is replayed", "money conserved"]);
    }

    #[test]
    fn a_refund_decided_on_old_sums_is_found() {
        bites(Bug::RefundRace, &["refunds within caps", "refunds add up"]);
    }

    #[test]
    fn a_forgotten_refusal_is_found() {
        bites(Bug::ForgottenRefusal, &[ONE_OUTCOME, KEPT]);
    }

    #[test]
    fn a_late_ask_that_is_honoured_is_found() {
        bites(Bug::LateAskHonoured, &[CREDITED]);
    }

    #[test]
    fn eviction_before_projection_is_found() {
        let promise = "nothing leaves before the tables hold it";
        bites(Bug::EvictionBeforeProjection, &[promise]);
    }

    #[test]
    fn a_yen_lost_in_a_refund_is_found() {
        bites(Bug::LostYen, &["nets as told"]);
    }

    #[test]
    fn an_outcome_that_is_skipped_is_found() {
        bites(
            Bug::SkippedOutcome,
            &["every outcome in order", "everything ends"],
        );
    }

    #[test]
    fn a_writer_that_ignores_its_fence_is_found() {
        bites(Bug::FenceIgnored, &[ONE_OUTCOME, KEPT]);
    }

    #[test]
    fn an_offer_that_is_not_the_booked_one_is_found() {
        bites(Bug::CheaperOffer, &["amounts as agreed"]);
    }

    #[test]
    fn an_approval_by_the_proposer_is_found() {
        bites(Bug::OwnApproval, &["two people"]);
    }

    #[test]
    fn an_action_done_twice_is_found() {
        bites(Bug::DoneTwice, &["two people"]);
    }

    #[test]
    fn an_approval_after_its_time_is_found() {
        bites(Bug::LateApproval, &["two people"]);
    }

    #[test]
    fn a_doubt_decided_the_other_way_is_found() {
        bites(Bug::OtherDecision, &["an action does what it said"]);
    }

    const PAID_ONCE: &str = "a payout is booked once, as it was made";
    const HEADROOM: &str = "headroom comes back when a window is settled";

    #[test]
    fn a_payout_that_is_presumed_is_found() {
        bites(Bug::PaidAtInstruction, &[PAID_ONCE]);
    }

    #[test]
    fn a_payout_booked_for_a_repeated_line_is_found() {
        bites(Bug::LineCountsAgain, &[PAID_ONCE]);
    }

    #[test]
    fn headroom_given_back_at_the_instruction_is_found() {
        bites(Bug::HeadroomAtInstruction, &[HEADROOM]);
    }

    #[test]
    fn debts_forgotten_with_who_was_excluded_are_found() {
        bites(Bug::ExcludedForgotten, &[HEADROOM]);
    }

    #[test]
    fn an_outcome_told_as_unknown_is_found() {
        bites(Bug::ForgottenOutcome, &[KEPT, "everything ends"]);
    }
}
