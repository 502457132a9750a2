//! pacs.009: money between institutions. A settlement window becomes one message for each
//! settlement bank, with one instruction for each net.

use crate::header::{CreditHeader, CreditHeaderParts};
use crate::message::{Document, Version};
use crate::party::{Account, Agent};
use crate::reason::Coded;
use crate::refusal::ReadError;
use crate::value::{
    ClearingRef, EndToEndId, InstructionId, InterbankId, IsoAmount, IsoDate, Text, Uetr,
};
use crate::xml::{Input, Output, Part, part};

/// Instructions to move money between institutions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacs009 {
    /// Who sends it to whom, and how it settles.
    pub header: CreditHeader,
    /// The instructions; at least one.
    pub settlements: Vec<Settlement>,
}

part! {
    /// One instruction.
    pub struct Settlement {
        /// What the sender calls it.
        instruction: opt InstructionId = "PmtId/InstrId",
        /// What it is called through the whole chain.
        end_to_end: one EndToEndId = "PmtId/EndToEndId",
        /// What the first institution calls it.
        interbank: opt InterbankId = "PmtId/TxId",
        /// Its id from end to end.
        uetr: opt Uetr = "PmtId/UETR",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "PmtId/ClrSysRef",
        /// How much.
        amount: one IsoAmount = "IntrBkSttlmAmt",
        /// When it settles.
        settled_on: opt IsoDate = "IntrBkSttlmDt",
        /// Who sends this instruction.
        instructing: opt Agent = "InstgAgt",
        /// Whom this instruction is sent to.
        instructed: opt Agent = "InstdAgt",
        /// Who pays.
        payer: one Agent = "Dbtr",
        /// From which account.
        payer_account: opt Account = "DbtrAcct",
        /// Who keeps it.
        payer_agent: opt Agent = "DbtrAgt",
        /// Who keeps the payee's account.
        payee_agent: opt Agent = "CdtrAgt",
        /// Who is paid.
        payee: one Agent = "Cdtr",
        /// Onto which account.
        payee_account: opt Account = "CdtrAcct",
        /// Why, as a code.
        purpose: opt Coded = "Purp",
        /// What for: the name of the window.
        remittance: many Text<140> = "RmtInf/Ustrd",
    }
}

part! {
    struct Pacs009Parts {
        header: one CreditHeaderParts = "GrpHdr",
        settlements: some Settlement = "CdtTrfTxInf",
    }
}

fn amounts(settlements: &[Settlement]) -> Vec<IsoAmount> {
    settlements
        .iter()
        .map(|settlement| settlement.amount)
        .collect()
}

impl Document for Pacs009 {
    const VERSIONS: &'static [Version] = &[Version::Pacs009V09];

    fn version(&self) -> Version {
        Version::Pacs009V09
    }
}

impl Part for Pacs009 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let Pacs009Parts {
            header,
            settlements,
        } = Pacs009Parts::read(input)?;
        header
            .stated()
            .check(&amounts(&settlements), input, "GrpHdr")?;
        Ok(Self {
            header: header.header(),
            settlements,
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let header = CreditHeaderParts::new(&self.header, &amounts(&self.settlements), out);
        let parts = Pacs009Parts {
            header,
            settlements: self.settlements.clone(),
        };
        parts.write(tag, out);
    }
}
