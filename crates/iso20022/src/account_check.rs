//! acmt.023 and acmt.024: the question whether an account is there and whose it is, and the
//! answer.

use crate::message::{Document, Version};
use crate::party::{AccountId, Agent, Party, PartyOrAgent};
use crate::reason::Coded;
use crate::value::{IsoTime, MessageId, VerificationId};
use crate::xml::part;

part! {
    /// Who asks whom.
    pub struct CheckAssignment {
        /// The message's id.
        message: one MessageId = "MsgId",
        /// When.
        created: one IsoTime = "CreDtTm",
        /// Who asks.
        assigner: one PartyOrAgent = "Assgnr",
        /// Who is asked.
        assignee: one PartyOrAgent = "Assgne",
    }
}

part! {
    /// Questions about accounts.
    pub struct Acmt023 {
        /// Who asks whom.
        assignment: one CheckAssignment = "Assgnmt",
        /// The questions; at least one.
        checks: some AccountCheck = "Vrfctn",
    }
}

part! {
    /// The question whether an account is there and belongs to somebody.
    pub struct AccountCheck {
        /// The question's id.
        id: one VerificationId = "Id",
        /// What is asked about.
        subject: one Subject = "PtyAndAcctId",
    }
}

part! {
    /// An account and whose it is.
    #[derive(Default)]
    pub struct Subject {
        /// Whose.
        party: opt Party = "Pty",
        /// The account.
        account: opt AccountId = "Acct",
        /// Who keeps it.
        agent: opt Agent = "Agt",
    }
}

part! {
    /// Answers about accounts.
    pub struct Acmt024 {
        /// Who answers whom.
        assignment: one CheckAssignment = "Assgnmt",
        /// The message that asked.
        original: opt OriginalAssignment = "OrgnlAssgnmt",
        /// The answers; at least one.
        answers: some AccountAnswer = "Rpt",
    }
}

part! {
    /// The message that asked.
    #[derive(Default)]
    pub struct OriginalAssignment {
        /// Its id.
        message: opt MessageId = "MsgId",
        /// When it was made.
        created: opt IsoTime = "CreDtTm",
    }
}

part! {
    /// The answer about one account.
    pub struct AccountAnswer {
        /// The question's id.
        id: one VerificationId = "OrgnlId",
        /// Whether the account is there and everything asked about it is right.
        is_right: one bool = "Vrfctn",
        /// Why not.
        reason: opt Coded = "Rsn",
        /// What was asked about.
        subject: opt Subject = "OrgnlPtyAndAcctId",
        /// What is right, as the institution has it.
        corrected: opt Subject = "UpdtdPtyAndAcctId",
    }
}

impl Document for Acmt023 {
    const VERSIONS: &'static [Version] = &[Version::Acmt023V02];

    fn version(&self) -> Version {
        Version::Acmt023V02
    }
}

impl Document for Acmt024 {
    const VERSIONS: &'static [Version] = &[Version::Acmt024V02];

    fn version(&self) -> Version {
        Version::Acmt024V02
    }
}
