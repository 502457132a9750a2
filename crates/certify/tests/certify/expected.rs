//! Which cases each wrong must fail, and no others.

use crate::wrong::Wrong;

/// A wrong with the cases that find it, in the order of the table.
pub(crate) type Row = (Wrong, &'static [&'static str]);

/// Every case.
pub(crate) const ALL: &[&str] = &["all"];

/// Every case but this one, whose refusal has no signature that an answer could be bound to.
pub(crate) const ALL_BUT_UNSIGNED: &[&str] = &["all but signature.status"];

pub(crate) const CALLERS: &[Row] = &[
    (
        Wrong::BelievesUnsigned,
        &["signature.missing", "signature.status"],
    ),
    (
        Wrong::BelievesBent,
        &["signature.bent", "signature.outcome"],
    ),
    (Wrong::BelievesStrangers, &["signature.stranger"]),
    (Wrong::ForgetsTime, &["signature.stale", "signature.future"]),
    (Wrong::TakesRequests, &["signature.direction"]),
    (Wrong::TakesAnyHost, &["signature.other_host"]),
    (Wrong::IgnoresDigest, &["signature.digest"]),
    (Wrong::ForgetsNonces, &["signature.replayed"]),
    (
        Wrong::ChecksAsksOnly,
        &[
            "signature.replayed",
            "signature.status",
            "signature.outcome",
        ],
    ),
];

const PROBLEMS: &[&str] = &[
    "signature.bent",
    "signature.stranger",
    "signature.stale",
    "signature.future",
    "signature.direction",
    "signature.other_host",
    "signature.digest",
    "signature.replayed",
    "signature.outcome",
    "form.content_type",
    "form.too_large",
    "form.not_json",
    "form.twice_named",
    "form.incomplete",
    "form.number_amount",
    "form.crooked_amount",
    "ask.conflict",
    "ask.zero",
    "outcome.contradicted",
    "outcome.contradicted_cancelled",
    "outcome.position_taken",
    "outcome.gap",
    "outcome.not_final",
    "refund.conflict",
];

const ALL_PROBLEMS: &[&str] = &[
    "signature.missing",
    "signature.bent",
    "signature.stranger",
    "signature.stale",
    "signature.future",
    "signature.direction",
    "signature.other_host",
    "signature.digest",
    "signature.replayed",
    "signature.status",
    "signature.outcome",
    "form.content_type",
    "form.too_large",
    "form.not_json",
    "form.twice_named",
    "form.incomplete",
    "form.number_amount",
    "form.crooked_amount",
    "ask.conflict",
    "ask.zero",
    "outcome.contradicted",
    "outcome.contradicted_cancelled",
    "outcome.position_taken",
    "outcome.gap",
    "outcome.not_final",
    "refund.conflict",
];

pub(crate) const ANSWERS: &[Row] = &[
    (Wrong::AnswersUnsigned, ALL_BUT_UNSIGNED),
    (Wrong::AnswersAsStranger, ALL_BUT_UNSIGNED),
    (Wrong::AnswersLastRequest, ALL_BUT_UNSIGNED),
    (Wrong::Floods, ALL),
    (Wrong::LeavesProblemsUnsigned, PROBLEMS),
    (Wrong::CallsProblemsJson, ALL_PROBLEMS),
];

pub(crate) const FORM: &[Row] = &[
    (Wrong::TakesAnyType, &["form.content_type"]),
    (Wrong::ReadsEverything, &["form.too_large"]),
    (Wrong::ShowsErrorPages, &["form.not_json"]),
    (Wrong::ReadsLastOfTwo, &["form.twice_named"]),
    (Wrong::InventsCreditor, &["form.incomplete"]),
    (Wrong::TakesNumbers, &["form.number_amount"]),
    (Wrong::GuessesAmounts, &["form.crooked_amount"]),
    (
        Wrong::RefusesNewMembers,
        &["form.unknown_member", "form.unknown_outcome_member"],
    ),
];

pub(crate) const ACCOUNTS: &[Row] = &[
    (
        Wrong::KnowsEverybody,
        &["resolve.nobody", "resolve.other_scheme", "resolve.garbage"],
    ),
    (Wrong::StumblesOverGarbage, &["resolve.garbage"]),
    (Wrong::NamesNobody, &["resolve.shop"]),
    (
        Wrong::SaysNotFound,
        &["outcome.cancelled_unknown", "status.unknown"],
    ),
    (Wrong::StumblesOverIds, &["status.strange"]),
];

const ACCEPTED: &[&str] = &[
    "signature.outcome",
    "form.unknown_member",
    "form.unknown_outcome_member",
    "ask.accepted",
    "ask.repeated",
    "ask.new_writer",
    "ask.at_once",
    "ask.conflict",
    "ask.old_writer",
    "ask.after_cancelled",
    "ask.after_completed",
    "ask.code_once",
    "outcome.confirm",
    "outcome.repeated",
    "outcome.cancelled",
    "outcome.contradicted",
    "outcome.contradicted_cancelled",
    "outcome.position_taken",
    "outcome.gap",
    "outcome.not_final",
    "refund.completed",
    "refund.confirm",
    "refund.repeated",
    "refund.outcome_repeated",
    "refund.conflict",
    "refund.cancelled",
];

pub(crate) const ASKS: &[Row] = &[
    (
        Wrong::ChangesItsMind,
        &[
            "ask.repeated",
            "ask.new_writer",
            "ask.at_once",
            "ask.conflict",
            "refund.repeated",
            "refund.conflict",
        ],
    ),
    (Wrong::CreditsNobody, ACCEPTED),
    (Wrong::ForgetsRejections, &["ask.rejected_repeated"]),
    (Wrong::OverwritesAsks, &["ask.conflict", "refund.conflict"]),
    (Wrong::ComparesEpochs, &["ask.new_writer"]),
    (Wrong::TakesExpired, &["ask.expired", "refund.expired"]),
    (Wrong::TakesOldWriters, &["ask.old_writer"]),
    (
        Wrong::CreditsAnybody,
        &[
            "ask.rejected_repeated",
            "ask.unknown_account",
            "outcome.cancelled_rejected",
            "outcome.completed_rejected",
        ],
    ),
    (Wrong::MixesCurrencies, &["ask.wrong_currency"]),
    (Wrong::CreditsNothing, &["ask.zero"]),
    (
        Wrong::ForgetsOutcomes,
        &["ask.after_cancelled", "ask.after_unknown_cancelled"],
    ),
    (
        Wrong::CreditsAtOnce,
        &[
            "signature.outcome",
            "ask.after_cancelled",
            "ask.code_once",
            "outcome.confirm",
            "outcome.cancelled",
            "outcome.contradicted_cancelled",
            "outcome.gap",
            "outcome.not_final",
            "refund.confirm",
            "refund.cancelled",
        ],
    ),
    (Wrong::PaysCodesTwice, &["ask.code_once"]),
    (Wrong::KeepsCodes, &["ask.code_once"]),
];

const REJECTIONS: &[&str] = &[
    "ask.rejected_repeated",
    "ask.expired",
    "ask.old_writer",
    "ask.after_cancelled",
    "ask.after_unknown_cancelled",
    "ask.unknown_account",
    "ask.wrong_currency",
    "ask.code_once",
    "outcome.cancelled_rejected",
    "outcome.completed_rejected",
    "refund.expired",
    "refund.too_much",
    "refund.unknown_payment",
    "refund.other_account",
];

pub(crate) const REASONS: &[Row] = &[
    (Wrong::RejectsSilently, REJECTIONS),
    (Wrong::RejectsInWords, REJECTIONS),
];

const MOVES: &[&str] = &[
    "ask.after_cancelled",
    "ask.after_completed",
    "ask.code_once",
    "outcome.confirm",
    "outcome.repeated",
    "outcome.cancelled",
    "outcome.contradicted",
    "outcome.contradicted_cancelled",
    "outcome.position_taken",
    "outcome.gap",
    "refund.completed",
    "refund.outcome_repeated",
    "refund.cancelled",
];

const TOLD: &[&str] = &[
    "signature.outcome",
    "form.unknown_outcome_member",
    "ask.after_cancelled",
    "ask.after_unknown_cancelled",
    "ask.after_completed",
    "ask.code_once",
    "outcome.confirm",
    "outcome.repeated",
    "outcome.cancelled",
    "outcome.cancelled_unknown",
    "outcome.completed_unknown",
    "outcome.cancelled_rejected",
    "outcome.completed_rejected",
    "outcome.contradicted",
    "outcome.contradicted_cancelled",
    "outcome.position_taken",
    "outcome.gap",
    "outcome.requester_unknown",
    "refund.completed",
    "refund.outcome_repeated",
    "refund.cancelled",
];

pub(crate) const OUTCOMES: &[Row] = &[
    (Wrong::OnlyNods, MOVES),
    (Wrong::NodsAtOthers, TOLD),
    (
        Wrong::RefusesRepeats,
        &["outcome.repeated", "refund.outcome_repeated"],
    ),
    (
        Wrong::RefusesUnknown,
        &[
            "ask.after_unknown_cancelled",
            "outcome.cancelled_unknown",
            "outcome.completed_unknown",
            "outcome.requester_unknown",
        ],
    ),
    (
        Wrong::KeepsPromises,
        &[
            "ask.after_cancelled",
            "ask.code_once",
            "outcome.cancelled",
            "outcome.contradicted_cancelled",
            "refund.cancelled",
        ],
    ),
    (
        Wrong::TakesContradictions,
        &["outcome.contradicted", "outcome.contradicted_cancelled"],
    ),
    (Wrong::TakesTakenPositions, &["outcome.position_taken"]),
    (Wrong::TakesGaps, &["outcome.gap"]),
    (Wrong::TakesAnyState, &["outcome.not_final"]),
];

pub(crate) const REFUNDS: &[Row] = &[
    (Wrong::RefundsTooMuch, &["refund.too_much"]),
    (Wrong::RefundsNoPayment, &["refund.unknown_payment"]),
    (Wrong::RefundsAnybody, &["refund.other_account"]),
];

const STANDS: &[&str] = &[
    "signature.outcome",
    "form.unknown_outcome_member",
    "ask.after_completed",
    "outcome.immediate",
    "outcome.repeated",
    "outcome.immediate_cancelled",
    "outcome.contradicted",
    "outcome.position_taken",
    "outcome.gap",
    "refund.completed",
    "refund.outcome_repeated",
];

/// On a rail that credits at once.
pub(crate) const IMMEDIATE: &[Row] = &[(Wrong::RefusesWhatStands, STANDS)];

/// Everything that is expected of one wrong in particular.
pub(crate) const PARTICULAR: [&[Row]; 8] = [
    CALLERS, FORM, ACCOUNTS, ASKS, REASONS, OUTCOMES, REFUNDS, IMMEDIATE,
];
