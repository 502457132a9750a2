//! pacs.004: refunds, money of a completed payment that goes back.

use crate::header::{CreditHeader, RefundHeaderParts};
use crate::message::{Document, Version};
use crate::original::OriginalMessage;
use crate::party::{Account, Agent, PartyOrAgent};
use crate::reason::{Charge, ChargeBearer, ReasonInfo};
use crate::refusal::ReadError;
use crate::value::{
    ClearingRef, EndToEndId, ExchangeRate, InstructionId, InterbankId, IsoAmount, IsoDate,
    RefundId, Uetr,
};
use crate::xml::{Input, Output, Part, part};

/// Refunds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacs004 {
    /// Who sends it to whom, and how it settles.
    pub header: CreditHeader,
    /// The refunds; at least one.
    pub refunds: Vec<Refund>,
}

part! {
    /// One refund. The message has no UETR of its own: the refund's id is said without hyphens
    /// ([`Uetr::compact`]).
    pub struct Refund {
        /// The refund's id.
        refund: opt RefundId = "RtrId",
        /// The message in which the payment came.
        original: opt OriginalMessage = "OrgnlGrpInf",
        /// What the sender of the payment called it.
        instruction: opt InstructionId = "OrgnlInstrId",
        /// What the payer's side called the payment.
        end_to_end: opt EndToEndId = "OrgnlEndToEndId",
        /// What the first institution called the payment.
        interbank: opt InterbankId = "OrgnlTxId",
        /// The payment's id from end to end.
        uetr: opt Uetr = "OrgnlUETR",
        /// What the clearing called the payment.
        original_clearing_ref: opt ClearingRef = "OrgnlClrSysRef",
        /// What moved between institutions then.
        original_amount: opt IsoAmount = "OrgnlIntrBkSttlmAmt",
        /// When it did.
        original_settled_on: opt IsoDate = "OrgnlIntrBkSttlmDt",
        /// What moves back between institutions.
        amount: one IsoAmount = "RtrdIntrBkSttlmAmt",
        /// When it does.
        settled_on: opt IsoDate = "IntrBkSttlmDt",
        /// What the payee gives back, in the currency that it was paid in.
        instructed: opt IsoAmount = "RtrdInstdAmt",
        /// The rate between the two amounts: that of the payment.
        rate: opt ExchangeRate = "XchgRate",
        /// Who bears the charges.
        charge_bearer: opt ChargeBearer = "ChrgBr",
        /// Every charge that was taken.
        charges: many Charge = "ChrgsInf",
        /// What the clearing calls the refund.
        clearing_ref: opt ClearingRef = "ClrSysRef",
        /// Who sends this refund.
        instructing: opt Agent = "InstgAgt",
        /// Whom this refund is sent to.
        instructed_agent: opt Agent = "InstdAgt",
        /// The way back.
        chain: opt RefundChain = "RtrChain",
        /// Why.
        reasons: many ReasonInfo = "RtrRsnInf",
    }
}

part! {
    /// Who gives back and who gets it.
    pub struct RefundChain {
        /// Who gives back.
        giver: one PartyOrAgent = "Dbtr",
        /// From which account.
        giver_account: opt Account = "DbtrAcct",
        /// Who keeps it.
        giver_agent: opt Agent = "DbtrAgt",
        /// Who keeps the account of who gets it.
        receiver_agent: opt Agent = "CdtrAgt",
        /// Who gets it.
        receiver: one PartyOrAgent = "Cdtr",
        /// Onto which account.
        receiver_account: opt Account = "CdtrAcct",
    }
}

part! {
    struct Pacs004Parts {
        header: one RefundHeaderParts = "GrpHdr",
        refunds: some Refund = "TxInf",
    }
}

fn amounts(refunds: &[Refund]) -> Vec<IsoAmount> {
    refunds.iter().map(|refund| refund.amount).collect()
}

impl Document for Pacs004 {
    const VERSIONS: &'static [Version] = &[Version::Pacs004V10];

    fn version(&self) -> Version {
        Version::Pacs004V10
    }
}

impl Part for Pacs004 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let Pacs004Parts { header, refunds } = Pacs004Parts::read(input)?;
        header.stated().check(&amounts(&refunds), input, "GrpHdr")?;
        Ok(Self {
            header: header.header(),
            refunds,
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let header = RefundHeaderParts::new(&self.header, &amounts(&self.refunds), out);
        let parts = Pacs004Parts {
            header,
            refunds: self.refunds.clone(),
        };
        parts.write(tag, out);
    }
}
