//! Every rule that is taken out ruins a payment, and the run that shows it reads like a story.

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::sync::Arc;

    use expect_test::expect_file;
    use model::{Case, Mutation, Protocol, Rows, search, search_until_broken};
    use switch::Finality::{Confirm, Immediate};

    const ONE_OUTCOME: &str = "a payment has one outcome, the same for all who hear it";
    const KEPT: &str = "what anybody was told is in the journal, whoever crashed since";
    const MONEY: &str =
        "the shop is credited if and only if the payer is debited, or the payment has an owner";
    const LATE: &str = "a late ask is rejected";
    const REPEATED: &str = "after an outcome a repeated ask changes nothing";
    const CANCEL: &str = "a cancel never undoes a completion";
    const NOT_FOUND: &str = "who was not found after expiry and skew is never credited";
    const ALL_HEAR: &str = "after faults stop, everybody who must hears the outcome";

    /// The promise that falls without the rule.
    fn promise(mutation: Mutation) -> &'static str {
        match mutation {
            Mutation::NoThirdMessage
            | Mutation::LateAskHonoured
            | Mutation::AskAfterOutcomeHonoured
            | Mutation::AnswerBeforeWritten
            | Mutation::NotFoundAtOnce
            | Mutation::NotFoundByArrival
            | Mutation::SilenceIsNo
            | Mutation::ClocksFurtherApart => MONEY,
            Mutation::ToldOnce => ALL_HEAR,
            Mutation::ReplyBeforeAppend
            | Mutation::OutcomeBeforeAppend
            | Mutation::RefusalForgotten
            | Mutation::NoFence => ONE_OUTCOME,
            Mutation::CancelUndoesCompletion => CANCEL,
        }
    }

    fn broken(
        case: Case,
        mutation: Option<Mutation>,
        promise: &'static str,
    ) -> Option<Vec<String>> {
        let rows = Arc::new(Rows::default());
        let protocol = Protocol {
            case,
            mutation,
            rows,
        };
        let mut found = search_until_broken(&protocol, promise);
        found.runs.remove(promise)
    }

    #[test]
    fn every_rule_is_needed_and_its_lack_reads_like_a_story() {
        let mut text = String::from(
            "# What goes wrong without a rule\n\nWritten by `crates/model/tests/mutations.rs` \
             (`UPDATE_EXPECT=1` rewrites it): each rule of the protocol is taken out by itself, \
             and this is a run that breaks a promise, with no step in it that could be left \
             out. Every step is one of the moves of `crates/model/src/protocol.rs`.\n",
        );
        for mutation in Mutation::ALL {
            let promise = promise(mutation);
            let why = mutation.sentence();
            let run = broken(mutation.case(), Some(mutation), promise);
            let run = run.unwrap_or_else(|| panic!("{mutation:?} breaks nothing"));
            write!(text, "\n## {mutation:?}\n\n{why} Broken: *{promise}*.\n\n").unwrap();
            for line in run {
                writeln!(text, "{line}").unwrap();
            }
        }
        expect_file!["traces.md"].assert_eq(&text);
    }

    #[test]
    fn nothing_is_broken_while_every_rule_stands() {
        for finality in [Confirm, Immediate] {
            let rows = Arc::new(Rows::default());
            let case = Case::small(finality);
            let mutation = None;
            let protocol = Protocol {
                case,
                mutation,
                rows,
            };
            let found = search(&protocol, 1);
            assert_eq!(found.broken().count(), 0);
            let unreachable: Vec<_> = found.unreachable().collect();
            assert!(unreachable.is_empty(), "{unreachable:?}");
        }
    }

    #[test]
    fn the_promises_of_the_ask_itself_are_broken_too() {
        let late = broken(Case::small(Confirm), Some(Mutation::LateAskHonoured), LATE);
        assert!(late.is_some());
        let again = Mutation::AskAfterOutcomeHonoured;
        assert!(broken(Case::small(Confirm), Some(again), REPEATED).is_some());
        let untold = Mutation::NoThirdMessage;
        assert!(broken(Case::small(Confirm), Some(untold), ALL_HEAR).is_some());
        let early = Mutation::ReplyBeforeAppend;
        assert!(broken(Case::small(Confirm), Some(early), KEPT).is_some());
        let at_once = Mutation::NotFoundAtOnce;
        assert!(broken(Case::small(Immediate), Some(at_once), NOT_FOUND).is_some());
    }
}
