//! One wrong at a time, and the cases that must find it.

use std::collections::BTreeSet;

use certify::Finality;

use crate::double::{Double, failed};
use crate::expected::{self, ALL, ALL_BUT_UNSIGNED, PARTICULAR, Row};

/// How the double is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Nowhere,
    // Who is calling, and who answers.
    BelievesUnsigned,
    BelievesBent,
    BelievesStrangers,
    ForgetsTime,
    TakesRequests,
    TakesAnyHost,
    IgnoresDigest,
    ForgetsNonces,
    ChecksAsksOnly,
    AnswersUnsigned,
    AnswersAsStranger,
    AnswersLastRequest,
    Floods,
    LeavesProblemsUnsigned,
    CallsProblemsJson,
    // The form.
    TakesAnyType,
    ReadsEverything,
    ShowsErrorPages,
    ReadsLastOfTwo,
    InventsCreditor,
    TakesNumbers,
    GuessesAmounts,
    RefusesNewMembers,
    // Whose account.
    KnowsEverybody,
    StumblesOverGarbage,
    NamesNobody,
    // Asks.
    ChangesItsMind,
    CreditsNobody,
    ForgetsRejections,
    OverwritesAsks,
    ComparesEpochs,
    TakesExpired,
    TakesOldWriters,
    RejectsSilently,
    RejectsInWords,
    CreditsAnybody,
    MixesCurrencies,
    CreditsNothing,
    ForgetsOutcomes,
    CreditsAtOnce,
    PaysCodesTwice,
    KeepsCodes,
    // Outcomes.
    OnlyNods,
    RefusesRepeats,
    RefusesWhatStands,
    RefusesUnknown,
    KeepsPromises,
    TakesContradictions,
    TakesTakenPositions,
    TakesGaps,
    TakesAnyState,
    NodsAtOthers,
    // Status.
    SaysNotFound,
    StumblesOverIds,
    // Refunds.
    RefundsTooMuch,
    RefundsNoPayment,
    RefundsAnybody,
}

#[tokio::test]
async fn a_right_participant_passes_everything_on_either_kind_of_rail() {
    for finality in [Finality::Confirm, Finality::Immediate] {
        let report = Double::start(Wrong::Nowhere, finality)
            .await
            .certify()
            .await;
        assert_eq!(failed(&report), Vec::<&str>::new(), "{finality:?}");
        assert!(report.summary.certified, "{:?}", report.summary);
        assert_eq!(report.summary.not_run, 0);
    }
}

/// Runs the double once for each wrong; the lists that differ are shown together.
async fn check(finality: Finality, rows: &[Row]) {
    let mut differ = Vec::new();
    for (wrong, expected) in rows {
        let report = Double::start(*wrong, finality).await.certify().await;
        let all = report.cases.iter().map(|case| case.name);
        let expected: Vec<&str> = if *expected == ALL_BUT_UNSIGNED {
            all.filter(|name| *name != "signature.status").collect()
        } else if *expected == ALL {
            all.collect()
        } else {
            expected.to_vec()
        };
        let found = failed(&report);
        assert!(
            !found.is_empty() && !report.summary.certified,
            "{wrong:?} is not found out"
        );
        assert_eq!(report.summary.not_run, 0, "{wrong:?}");
        if found != expected {
            differ.push((wrong, found, expected));
        }
    }
    assert!(differ.is_empty(), "wrong, found, expected: {differ:#?}");
}

#[test]
fn every_case_finds_somebody_out() {
    let rows = PARTICULAR.into_iter().flatten();
    let found: BTreeSet<&str> = rows.flat_map(|(_, cases)| cases.iter().copied()).collect();
    let all = certify::table::all().map(|case| case.name);
    let idle: Vec<&str> = all.filter(|name| !found.contains(name)).collect();
    assert_eq!(idle, Vec::<&str>::new());
}

#[tokio::test]
async fn who_believes_the_wrong_callers_is_found_out() {
    check(Finality::Confirm, expected::CALLERS).await;
}

#[tokio::test]
async fn who_cannot_be_believed_is_found_out() {
    check(Finality::Confirm, expected::ANSWERS).await;
}

#[tokio::test]
async fn who_reads_the_form_wrongly_is_found_out() {
    check(Finality::Confirm, expected::FORM).await;
}

#[tokio::test]
async fn who_names_the_wrong_account_is_found_out() {
    check(Finality::Confirm, expected::ACCOUNTS).await;
}

#[tokio::test]
async fn who_answers_asks_wrongly_is_found_out() {
    check(Finality::Confirm, expected::ASKS).await;
}

#[tokio::test]
async fn who_rejects_without_a_known_reason_is_found_out() {
    check(Finality::Confirm, expected::REASONS).await;
}

#[tokio::test]
async fn who_takes_outcomes_wrongly_is_found_out() {
    check(Finality::Confirm, expected::OUTCOMES).await;
}

#[tokio::test]
async fn who_gives_back_the_wrong_money_is_found_out() {
    check(Finality::Confirm, expected::REFUNDS).await;
}

#[tokio::test]
async fn a_rail_that_credits_at_once_is_found_out_too() {
    check(Finality::Immediate, expected::IMMEDIATE).await;
}
