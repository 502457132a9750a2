//! What is said about a payment in codes: status, reasons, purposes, charges, remittance.

use crate::party::{Agent, Party};
use crate::value::{Code, IsoAmount, Text};
use crate::xml::{choice, closed, codes, part};

choice! {
    /// A code of an external list, or a word of the sender's own.
    pub enum Coded {
        /// The code.
        Code(Code<4>) = "Cd",
        /// The word.
        Proprietary(Text<35>) = "Prtry",
    }
}

impl Coded {
    /// The code or the word.
    pub fn as_str(&self) -> &str {
        match self {
            Coded::Code(code) => code.as_str(),
            Coded::Proprietary(word) => word.as_str(),
        }
    }
}

part! {
    /// Why something is as it is.
    #[derive(Default)]
    pub struct ReasonInfo {
        /// Who says so.
        originator: opt Party = "Orgtr",
        /// The reason.
        reason: opt Coded = "Rsn",
        /// More about it, for people.
        details: many Text<105> = "AddtlInf",
    }
}

impl ReasonInfo {
    /// A reason by its code.
    pub fn from_code(code: Code<4>) -> Self {
        Self {
            reason: Some(Coded::Code(code)),
            ..Self::default()
        }
    }
}

codes! {
    /// How far a payment got.
    pub enum Status {
        /// Credited to the payee's account.
        Credited = "ACCC",
        /// Settled on the payer's account.
        Settled = "ACSC",
        /// Accepted, settlement is under way.
        InSettlement = "ACSP",
        /// Accepted after technical checks.
        Checked = "ACTC",
        /// Accepted after checks of the customer's profile.
        ProfileChecked = "ACCP",
        /// Accepted with a change.
        Changed = "ACWC",
        /// Accepted, but not credited yet.
        NotYetCredited = "ACWP",
        /// Held back.
        Blocked = "BLCK",
        /// Cancelled.
        Cancelled = "CANC",
        /// Not decided yet.
        Pending = "PDNG",
        /// Received.
        Received = "RCVD",
        /// Rejected.
        Rejected = "RJCT",
    }
}

codes! {
    /// How far a whole message got.
    pub enum GroupStatus {
        /// Settled.
        Settled = "ACSC",
        /// Accepted, settlement is under way.
        InSettlement = "ACSP",
        /// Accepted after technical checks.
        Checked = "ACTC",
        /// Accepted after checks of the customer's profile.
        ProfileChecked = "ACCP",
        /// Some are accepted, some are not.
        Partly = "PART",
        /// Not decided yet.
        Pending = "PDNG",
        /// Received.
        Received = "RCVD",
        /// Rejected.
        Rejected = "RJCT",
    }
}

closed! {
    /// Who bears the charges.
    pub enum ChargeBearer {
        /// The payer.
        Payer = "DEBT",
        /// The payee.
        Payee = "CRED",
        /// Each side its own.
        Shared = "SHAR",
        /// As the service's rules say.
        Service = "SLEV",
    }
}

closed! {
    /// How institutions settle among themselves.
    pub enum SettlementMethod {
        /// On an account that the receiver keeps.
        InstructedAgent = "INDA",
        /// On an account that the sender keeps.
        InstructingAgent = "INGA",
        /// By a cover payment.
        Cover = "COVE",
        /// Through a clearing system.
        Clearing = "CLRG",
    }
}

part! {
    /// What an institution took for its service.
    pub struct Charge {
        /// How much.
        amount: one IsoAmount = "Amt",
        /// Who took it.
        agent: one Agent = "Agt",
    }
}

part! {
    /// What a payment is for.
    #[derive(Default)]
    pub struct Remittance {
        /// For people.
        texts: many Text<140> = "Ustrd",
        /// For machines.
        structured: many StructuredRemittance = "Strd",
    }
}

part! {
    /// What a payment is for, for machines.
    #[derive(Default)]
    pub struct StructuredRemittance {
        /// The payee's reference, such as the number of a bill.
        reference: opt Text<35> = "CdtrRefInf/Ref",
    }
}

impl Remittance {
    /// One text for people.
    pub fn from_text(text: Text<140>) -> Self {
        Self {
            texts: vec![text],
            structured: Vec::new(),
        }
    }
}
