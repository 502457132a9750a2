//! What reconciling comes to.

use serde::{Deserialize, Serialize};

use super::ids::{ExpectedId, LineId};
use super::rule::Rule;

/// Everything that is known, sorted: each line stands in one match, one reversal or one finding,
/// each expectation in one match, one finding or among those that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Lines that are what was expected.
    pub matched: Vec<Match>,
    /// Lines that take each other back.
    pub reversed: Vec<Reversal>,
    /// Everything else, by kind.
    pub findings: Vec<Finding>,
    /// Expectations whose day is not over.
    pub waiting: u64,
}

/// A line that is what was expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// The line.
    pub line: LineId,
    /// The expectation.
    pub expected: ExpectedId,
    /// By what.
    pub rule: Rule,
    /// Days by which the line is later than expected; below zero it is earlier, 0 is no timing.
    pub days: i32,
}

/// Two lines of which one takes the other back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reversal {
    /// The line that was taken back.
    pub original: LineId,
    /// The line that takes it back.
    pub reversal: LineId,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The identifier fits, the amount or its direction does not.
    AmountDiffers,
    /// The identifier fits, the currency does not.
    CurrencyDiffers,
    /// Identifier and amount fit, the day is further off than timing explains.
    DayDiffers,
    /// A line that nothing was expected for.
    MissingHere,
    /// An expectation without a line, after its day.
    MissingThere,
    /// A line for something that another line is for.
    Duplicate,
    /// Two lines whose references are exchanged.
    SwappedReferences,
    /// What people booked by hand is explained now by an identifier, too: its money may stand
    /// in the books twice.
    BookedBefore,
}

/// Something that is wrong, with what it concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// The lines that it is about.
    pub lines: Vec<LineId>,
    /// The expectations that it is about.
    pub expected: Vec<ExpectedId>,
    /// What probably led to it.
    pub cause: Cause,
}

/// What probably led to a finding: a proposal to whoever looks into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Cause {
    /// The bank has not booked it, or told us of another account.
    NotBooked,
    /// The bank booked it and took it back.
    BookedAndReversed,
    /// Several lines or expectations of that amount are within reach.
    Ambiguous {
        /// So many lines at least.
        lines: u32,
        /// So many expectations at least.
        expected: u32,
    },
    /// Nothing of ours has its identifiers, and nothing has its amount.
    Unknown,
    /// It carries the identifier of something else: a refund under the payment's own, or a part
    /// that nobody expected.
    OtherMoney {
        /// What it names.
        expected: ExpectedId,
    },
    /// A weaker identifier names something whose stronger identifier is another.
    KeysDisagree {
        /// What it names.
        expected: ExpectedId,
    },
    /// It takes back an entry that is not here.
    ReversalAlone,
    /// The line is smaller: fees may have been deducted.
    LineSmaller,
    /// The line is larger.
    LineLarger,
    /// A factor of 100: units and hundredths were exchanged, as with currencies that have none.
    UnitsExchanged,
    /// The same digits in another order.
    DigitsExchanged,
    /// The same amount the other way round.
    OtherDirection,
    /// The same figure in another currency.
    SameFigure,
    /// Converted, or meant for another account.
    OtherCurrency,
    /// Booked late.
    Late {
        /// Days after the expected one.
        days: i32,
    },
    /// Booked early.
    Early {
        /// Days before the expected one.
        days: i32,
    },
    /// The bank booked it twice.
    BookedTwice {
        /// The line that is what was expected.
        first: LineId,
    },
    /// The bank or the payer exchanged two references.
    ReferencesExchanged,
    /// People ended a break for it by a booking, and then the other side came after all.
    BookedByHand,
}

/// How much there is of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Matched on the expected day.
    pub matched: u64,
    /// Matched on another day.
    pub timing: u64,
    /// Pairs of lines that take each other back.
    pub reversed: u64,
    /// Everything that is wrong.
    pub findings: u64,
    /// Expectations whose day is not over.
    pub waiting: u64,
}

impl Outcome {
    /// How much there is of what.
    pub fn counts(&self) -> Counts {
        let count = |things: usize| u64::try_from(things).unwrap_or(u64::MAX);
        let matched = self.matched.iter().filter(|found| found.days == 0).count();
        Counts {
            matched: count(matched),
            timing: count(self.matched.len().saturating_sub(matched)),
            reversed: count(self.reversed.len()),
            findings: count(self.findings.len()),
            waiting: self.waiting,
        }
    }

    /// Everything that is wrong in one way.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |found| found.kind == kind)
    }
}

impl Match {
    /// `matched` on the expected day, `timing` on another.
    pub const fn word(&self) -> &'static str {
        if self.days == 0 { "matched" } else { "timing" }
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 8] = [
        Kind::AmountDiffers,
        Kind::CurrencyDiffers,
        Kind::DayDiffers,
        Kind::MissingHere,
        Kind::MissingThere,
        Kind::Duplicate,
        Kind::SwappedReferences,
        Kind::BookedBefore,
    ];

    /// One word, as tables and files hold it.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::AmountDiffers => "amount_differs",
            Kind::CurrencyDiffers => "currency_differs",
            Kind::DayDiffers => "day_differs",
            Kind::MissingHere => "missing_here",
            Kind::MissingThere => "missing_there",
            Kind::Duplicate => "duplicate",
            Kind::SwappedReferences => "swapped_references",
            Kind::BookedBefore => "booked_before",
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Cause {
    /// What is shown to whoever looks into it.
    pub fn words(&self) -> String {
        match self {
            Cause::NotBooked => "the bank has not booked it, or to another account".to_owned(),
            Cause::BookedAndReversed => "the bank booked it and took it back".to_owned(),
            Cause::Ambiguous { lines, expected } => format!(
                "no identifier fits; within reach are {lines} lines and {expected} expectations \
                 of that amount"
            ),
            Cause::Unknown => "nothing of ours has its identifiers or its amount".to_owned(),
            Cause::OtherMoney { expected } => {
                format!("it names {expected}, but is not that money")
            }
            Cause::KeysDisagree { expected } => {
                format!("its reference names {expected}, but a stronger identifier does not")
            }
            Cause::ReversalAlone => "it takes back an entry that is not here".to_owned(),
            Cause::LineSmaller => "less was booked; fees may have been deducted".to_owned(),
            Cause::LineLarger => "more was booked than expected".to_owned(),
            Cause::UnitsExchanged => {
                "a hundred times off: units and hundredths were exchanged".to_owned()
            }
            Cause::DigitsExchanged => "the same digits in another order".to_owned(),
            Cause::OtherDirection => "booked the other way round".to_owned(),
            Cause::SameFigure => "the same figure in another currency".to_owned(),
            Cause::OtherCurrency => "another currency and another figure".to_owned(),
            Cause::Late { days } => format!("booked {days} days late"),
            Cause::Early { days } => format!("booked {days} days early"),
            Cause::BookedTwice { first } => format!("booked twice; {first} is the first"),
            Cause::ReferencesExchanged => {
                "two references were exchanged; the amounts fit crosswise".to_owned()
            }
            Cause::BookedByHand => {
                "booked by hand before: its money may stand in the books twice".to_owned()
            }
        }
    }
}
