//! Why a file, a line or an expectation is not taken. Every kind has a code that does not change;
//! nothing of the book has changed when one is returned.

use jiff::civil::Date;
use money::{AmountError, Currency};

use super::ids::{Account, ExpectedId, LineId, StatementId};

/// See the module. `row` is the place in the file, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReconcileError {
    /// Over [`super::limits::FILE_BYTES_MAX`].
    #[error("take a file of `{bytes}` bytes")]
    FileTooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8, or with a byte order mark of another encoding.
    #[error("read the file as UTF-8, from byte `{at}` on")]
    NotUtf8 {
        /// The first byte that is none.
        at: usize,
    },
    /// No line at all.
    #[error("find a line in the file")]
    FileEmpty,
    /// The file ends before it should.
    #[error("find the end of the file: it was cut off at row `{row}`")]
    CutOff {
        /// The last row that is there.
        row: u32,
    },
    /// A column that the mapping names is not in the header, or is there twice.
    #[error("find the column once in the header `{column}`")]
    ColumnMissing {
        /// Its name.
        column: String,
    },
    /// A row with too many fields, a quote that does not end, or what a mapping cannot read.
    #[error("read row {row}: {what}")]
    RowMalformed {
        /// Where.
        row: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A field that is too long or holds control characters.
    #[error("take the field of row {row} `{column}`")]
    FieldMalformed {
        /// Where.
        row: u32,
        /// Which.
        column: String,
    },
    /// No amount of its currency.
    #[error("read the amount of row `{row}`: failed to {error}")]
    AmountMalformed {
        /// Where.
        row: u32,
        /// Which rule was broken.
        error: AmountError,
    },
    /// No day, or not in the form that the mapping gives.
    #[error("read the date of row `{row}`")]
    DateMalformed {
        /// Where.
        row: u32,
    },
    /// A day that the statement cannot be about, see [`super::limits::DAYS_BEFORE_MAX`], or before
    /// the first year of the calendars. Row 0 is the statement's own day.
    #[error("take the date of row {row}, which is not from {first} to {last} `{date}`")]
    DateOutOfRange {
        /// Where.
        row: u32,
        /// Which day.
        date: Date,
        /// The first that would be taken.
        first: Date,
        /// The last.
        last: Date,
    },
    /// No currency that we know.
    #[error("know the currency of row {row} `{code}`")]
    CurrencyUnknown {
        /// Where.
        row: u32,
        /// What stands there.
        code: String,
    },
    /// A currency that the account does not hold.
    #[error("take the currency of row {row}, which is not the account's `{currency}`")]
    CurrencyForeign {
        /// Where.
        row: u32,
        /// Which.
        currency: Currency,
    },
    /// A row that is none of the account's.
    #[error("find the account in row `{row}`")]
    LineForeign {
        /// Where.
        row: u32,
    },
    /// Two rows of one file with the same reference of the entry.
    #[error("take row {row}: it repeats the entry of row `{first}`")]
    LineRepeated {
        /// Where.
        row: u32,
        /// Where it stood before.
        first: u32,
    },
    /// More than [`super::limits::STATEMENT_LINES_MAX`] lines.
    #[error("take a statement of `{lines}` lines")]
    TooManyLines {
        /// How many.
        lines: usize,
    },
    /// The statement's own count, sums or balances are not those of its lines.
    #[error("find the statement's {what} in its lines: {said} said, `{found}` found")]
    TotalsWrong {
        /// Which of them.
        what: &'static str,
        /// What the statement says.
        said: i128,
        /// What its lines make.
        found: i128,
    },
    /// A notification whose lines have no reference by the bank (a number that is only counted in
    /// the file is none): nobody could tell them from those of the statement that follows.
    #[error("take a notification whose row {row} has no reference of the entry")]
    LineNameless {
        /// Where.
        row: u32,
    },
    /// Another file was taken for the same statement.
    #[error("take another file for statement `{id}` of {account}")]
    StatementConflict {
        /// Whose.
        account: Account,
        /// Which.
        id: StatementId,
    },
    /// A page that does not begin with the balance that the page before ended with.
    #[error("put page {page} to the others of `{id}`: {said} said between them, `{found}` found")]
    PageUnfit {
        /// Of which statement.
        id: StatementId,
        /// Which.
        page: u32,
        /// The balance that the later page begins with, in minor units.
        said: i64,
        /// The balance that the earlier page ended with.
        found: i64,
    },
    /// Another statement was taken for the same day.
    #[error("take a second statement of {account} for the day `{day}`; {first} is its statement")]
    DayConflict {
        /// Whose.
        account: Account,
        /// Which day.
        day: Date,
        /// The statement that was taken for it.
        first: StatementId,
    },
    /// The same entry was taken before and said something else, or stood in another day's
    /// statement already: taken as known, a movement would be lost.
    #[error("take row {row}: the entry said something else, or was booked, before `{id}`")]
    LineConflict {
        /// Where.
        row: u32,
        /// Which.
        id: LineId,
    },
    /// The same expectation was taken before and said something else.
    #[error("expect something else under the id `{id}`")]
    ExpectedConflict {
        /// Which.
        id: ExpectedId,
    },
    /// Two are joined of which one is not known or is joined already, or which differ.
    #[error("join `{line}` with `{expected}`")]
    JoinImpossible {
        /// The line.
        line: LineId,
        /// The expectation.
        expected: ExpectedId,
    },
    /// No room for more lines, expectations or statements.
    #[error("hold more {what} in the book")]
    BookFull {
        /// Of what.
        what: &'static str,
    },
    /// A mapping that does not say how to read a file.
    #[error("read the mapping: {what}")]
    MappingMalformed {
        /// What is wrong with it.
        what: String,
    },
}

impl ReconcileError {
    /// The code that callers and scripts may rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            ReconcileError::FileTooLarge { .. } => "reconcile_file_too_large",
            ReconcileError::NotUtf8 { .. } => "reconcile_not_utf8",
            ReconcileError::FileEmpty => "reconcile_file_empty",
            ReconcileError::CutOff { .. } => "reconcile_cut_off",
            ReconcileError::ColumnMissing { .. } => "reconcile_column_missing",
            ReconcileError::RowMalformed { .. } => "reconcile_row_malformed",
            ReconcileError::FieldMalformed { .. } => "reconcile_field_malformed",
            ReconcileError::AmountMalformed { .. } => "reconcile_amount_malformed",
            ReconcileError::DateMalformed { .. } => "reconcile_date_malformed",
            ReconcileError::DateOutOfRange { .. } => "reconcile_date_out_of_range",
            ReconcileError::CurrencyUnknown { .. } => "reconcile_currency_unknown",
            ReconcileError::CurrencyForeign { .. } => "reconcile_currency_foreign",
            ReconcileError::LineForeign { .. } => "reconcile_line_foreign",
            ReconcileError::LineRepeated { .. } => "reconcile_line_repeated",
            ReconcileError::TooManyLines { .. } => "reconcile_too_many_lines",
            ReconcileError::TotalsWrong { .. } => "reconcile_totals_wrong",
            ReconcileError::LineNameless { .. } => "reconcile_line_nameless",
            ReconcileError::StatementConflict { .. } => "reconcile_statement_conflict",
            ReconcileError::PageUnfit { .. } => "reconcile_page_unfit",
            ReconcileError::DayConflict { .. } => "reconcile_day_conflict",
            ReconcileError::LineConflict { .. } => "reconcile_line_conflict",
            ReconcileError::ExpectedConflict { .. } => "reconcile_expected_conflict",
            ReconcileError::JoinImpossible { .. } => "reconcile_join_impossible",
            ReconcileError::BookFull { .. } => "reconcile_book_full",
            ReconcileError::MappingMalformed { .. } => "reconcile_mapping_malformed",
        }
    }
}
