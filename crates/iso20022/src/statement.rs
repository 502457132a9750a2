//! camt.053, camt.052 and camt.054: what an account's servicer says about it. A statement is what
//! was booked in a period, from the opening balance to the closing one; a report is what is known
//! during the day; a notification is entries without balances.
//!
//! A statement that was read or made adds up: the opening balance and the booked entries give the
//! closing one, stated totals are those of the entries, everything is in the account's currency,
//! and no entry's reference stands there twice. A statement in pages adds up page by page, with the
//! interim balances in between. A report adds up only if it states a closing balance, since it may
//! hold only what came since the last one.
//!
//! Entries stand behind the balances in the file, so they can be taken one by one ([`stream`])
//! without holding a large file's entries; whoever does that may rely on none of them until the
//! whole file was read.

mod check;
mod entry;
mod read;

use money::Currency;

pub use entry::{
    AmountDetails, BookedCharge, BookingCode, BookingDomain, Conversion, Entry, EntryDetail,
    EntryStatus, NamedRef, ProprietaryBooking, RefundReason, RelatedAgents, RelatedParties,
};
pub use read::{Streamed, stream};

use self::check::Tally;
use crate::message::{Document, Version};
use crate::party::{AccountId, Agent, Party};
use crate::reason::Coded;
use crate::refusal::{ReadError, Refusal};
use crate::value::{
    DateOrTime, Direction, IsoAmount, IsoTime, MessageId, Number, Period, StatementId, Text,
};
use crate::xml::{Input, Output, Part, choice, closed, codes, give, part};

/// Which of the three messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// camt.052.
    Report,
    /// camt.053.
    Statement,
    /// camt.054.
    Notification,
}

part! {
    /// The header of statements.
    pub struct StatementHeader {
        /// The message's id.
        message: one MessageId = "MsgId",
        /// When it was made.
        created: one IsoTime = "CreDtTm",
        /// Whom it is for, if that is not the account's owner.
        recipient: opt Party = "MsgRcpt",
        /// Which part of a message in several.
        page: opt Page = "MsgPgntn",
        /// For people.
        info: opt Text<500> = "AddtlInf",
    }
}

part! {
    /// One of several pages.
    pub struct Page {
        /// Counted from 1.
        number: one Number<5> = "PgNb",
        /// Whether it is the last one.
        is_last: one bool = "LastPgInd",
    }
}

closed! {
    /// That a statement was sent before.
    pub enum Copy {
        /// A copy for somebody else, and sent before.
        CopyAndDuplicate = "CODU",
        /// A copy for somebody else.
        Copy = "COPY",
        /// Sent before.
        Duplicate = "DUPL",
    }
}

part! {
    /// The account that is told about.
    pub struct StatementAccount {
        /// Its number.
        id: one AccountId = "Id",
        /// Its currency.
        currency: opt Currency = "Ccy",
        /// Its name.
        name: opt Text<70> = "Nm",
        /// Whose it is.
        owner: opt Party = "Ownr",
        /// Who keeps it.
        servicer: opt Agent = "Svcr",
    }
}

codes! {
    /// Which balance.
    pub enum BalanceKind {
        /// Booked, at the beginning.
        OpeningBooked = "OPBD",
        /// Booked, at the end.
        ClosingBooked = "CLBD",
        /// Booked, in between.
        InterimBooked = "ITBD",
        /// Booked, at the end of the statement before.
        PreviouslyClosedBooked = "PRCD",
        /// What may be used, at the beginning.
        OpeningAvailable = "OPAV",
        /// What may be used, at the end.
        ClosingAvailable = "CLAV",
        /// What may be used, in between.
        InterimAvailable = "ITAV",
        /// What may be used on a day to come.
        ForwardAvailable = "FWAV",
        /// What is expected.
        Expected = "XPCD",
        /// For information.
        Information = "INFO",
    }
}

choice! {
    /// Which balance, or a kind of the servicer's own.
    pub enum BalanceType {
        /// A known kind.
        Kind(BalanceKind) = "Cd",
        /// A kind of the servicer's own.
        Proprietary(Text<35>) = "Prtry",
    }
}

part! {
    /// A balance.
    pub struct Balance {
        /// Which.
        kind: one BalanceType = "Tp/CdOrPrtry",
        /// More exactly which, as `INTM` for one in between pages.
        sub_kind: opt Coded = "Tp/SubTp",
        /// How much; below zero is a debit.
        amount: one IsoAmount = "Amt",
        /// Whether above or below zero.
        direction: one Direction = "CdtDbtInd",
        /// When.
        at: one DateOrTime = "Dt",
    }
}

impl Balance {
    /// A balance of a known kind.
    pub fn new(kind: BalanceKind, direction: Direction, amount: IsoAmount, at: DateOrTime) -> Self {
        Self {
            kind: BalanceType::Kind(kind),
            sub_kind: None,
            amount,
            direction,
            at,
        }
    }
}

/// What a statement is made of; see [`Statement::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementParts {
    /// Its id.
    pub id: StatementId,
    /// Which of several pages.
    pub page: Option<Page>,
    /// Its place in the sequence of the account's statements.
    pub sequence: Option<Number<18>>,
    /// When it was made.
    pub created: Option<IsoTime>,
    /// What time it is about.
    pub period: Option<Period>,
    /// That it was sent before.
    pub copy: Option<Copy>,
    /// The account.
    pub account: StatementAccount,
    /// The balances; none in a notification.
    pub balances: Vec<Balance>,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// A statement, a report or a notification that adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    kind: StatementKind,
    parts: StatementParts,
}

impl Statement {
    /// Takes a statement that adds up.
    ///
    /// # Errors
    /// The `Statement…` refusals; [`Refusal::XmlVersionCannotSay`] for a notification with
    /// balances.
    pub fn new(kind: StatementKind, parts: StatementParts) -> Result<Self, Refusal> {
        let mut tally = Tally::new();
        for entry in &parts.entries {
            tally.add(entry)?;
        }
        tally.check_balances(kind, &parts)?;
        Ok(Self { kind, parts })
    }

    /// Which of the three it is.
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// What it is made of.
    pub fn parts(&self) -> &StatementParts {
        &self.parts
    }

    /// The booked balance before its entries; a later page may begin with an interim one.
    pub fn opening(&self) -> Option<&Balance> {
        let opening = check::opening(&self.parts).ok().flatten();
        opening.map(|(_, balance)| balance)
    }

    /// The booked balance behind its entries; a page before the last may end with an interim one.
    pub fn closing(&self) -> Option<&Balance> {
        let opening = check::opening(&self.parts).ok().flatten();
        check::closing(&self.parts, opening).ok().flatten()
    }

    /// What it is made of, to keep.
    pub fn into_parts(self) -> StatementParts {
        self.parts
    }
}

/// Statements, reports or notifications in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statements {
    kind: StatementKind,
    header: StatementHeader,
    statements: Vec<Statement>,
}

impl Statements {
    /// Takes statements of one kind; at least one.
    ///
    /// # Errors
    /// [`Refusal::XmlMissing`] or [`Refusal::StatementKinds`].
    pub fn new(header: StatementHeader, statements: Vec<Statement>) -> Result<Self, Refusal> {
        let kind = statements.first().ok_or(Refusal::XmlMissing)?.kind;
        if statements.iter().any(|statement| statement.kind != kind) {
            return Err(Refusal::StatementKinds);
        }
        Ok(Self {
            kind,
            header,
            statements,
        })
    }

    /// Which of the three they are.
    pub fn kind(&self) -> StatementKind {
        self.kind
    }

    /// The header.
    pub fn header(&self) -> &StatementHeader {
        &self.header
    }

    /// The statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statements, to keep.
    pub fn into_statements(self) -> Vec<Statement> {
        self.statements
    }
}

impl StatementKind {
    fn of(version: Version) -> Option<Self> {
        let kinds = [Self::Report, Self::Statement, Self::Notification];
        kinds.into_iter().find(|kind| kind.version() == version)
    }

    fn version(self) -> Version {
        match self {
            StatementKind::Report => Version::Camt052V08,
            StatementKind::Statement => Version::Camt053V08,
            StatementKind::Notification => Version::Camt054V08,
        }
    }

    /// The element of one statement, and of its page.
    fn elements(self) -> (&'static str, &'static str) {
        match self {
            StatementKind::Report => ("Rpt", "RptPgntn"),
            StatementKind::Statement => ("Stmt", "StmtPgntn"),
            StatementKind::Notification => ("Ntfctn", "NtfctnPgntn"),
        }
    }
}

impl Document for Statements {
    const VERSIONS: &'static [Version] = &[
        Version::Camt052V08,
        Version::Camt053V08,
        Version::Camt054V08,
    ];

    fn version(&self) -> Version {
        self.kind.version()
    }
}

impl Part for Statements {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let mut lists: Vec<Vec<Entry>> = Vec::new();
        let streamed = read::statements(input, &mut |statement, entry| {
            if lists.len() <= statement {
                lists.resize_with(statement.saturating_add(1), Vec::new);
            }
            if let Some(list) = lists.get_mut(statement) {
                list.push(entry);
            }
        })?;
        let Streamed {
            kind,
            header,
            statements,
        } = streamed;
        let mut lists = lists.into_iter();
        let whole = statements.into_iter().map(|mut parts| {
            // Lists are as many as the last statement with entries says, never more.
            parts.entries = lists.next().unwrap_or_default();
            Statement { kind, parts }
        });
        Ok(Self {
            kind,
            header,
            statements: whole.collect(),
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        out.open(tag);
        give!(one self.header, "GrpHdr", out);
        for statement in &self.statements {
            let tag = out.at(self.kind.elements().0);
            statement.write(tag, out);
        }
        out.close();
    }
}

impl Statement {
    fn write(&self, tag: &'static str, out: &mut Output) {
        let parts = &self.parts;
        out.open(tag);
        give!(one parts.id, "Id", out);
        if let Some(page) = &parts.page {
            let tag = out.at(self.kind.elements().1);
            page.write(tag, out);
        }
        give!(opt parts.sequence, "ElctrncSeqNb", out);
        give!(opt parts.created, "CreDtTm", out);
        give!(opt parts.period, "FrToDt", out);
        give!(opt parts.copy, "CpyDplctInd", out);
        give!(one parts.account, "Acct", out);
        give!(many parts.balances, "Bal", out);
        match Tally::of(&parts.entries).and_then(|tally| tally.totals()) {
            Ok(totals) => give!(one totals, "TxsSummry", out),
            Err(refusal) => out.refuse(refusal, "TxsSummry"),
        }
        give!(many parts.entries, "Ntry", out);
        out.close();
    }
}
