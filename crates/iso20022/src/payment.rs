//! pacs.008: payments between institutions, with what cross-border payments must say: the id from
//! end to end, both amounts, the rate, the charges and who bears them, parties with addresses.

use crate::header::{CreditHeader, CreditHeaderParts};
use crate::message::{Document, Version};
use crate::party::{Account, Agent, Party};
use crate::reason::{Charge, ChargeBearer, Coded, Remittance};
use crate::refusal::ReadError;
use crate::value::{
    ClearingRef, EndToEndId, ExchangeRate, InstructionId, InterbankId, IsoAmount, IsoDate, IsoTime,
    Uetr,
};
use crate::xml::{Input, Output, Part, part};

/// Payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacs008 {
    /// Who sends it to whom, and how it settles.
    pub header: CreditHeader,
    /// The payments; at least one.
    pub payments: Vec<Payment>,
}

part! {
    /// One customer's money to another.
    pub struct Payment {
        /// What the sender calls it.
        instruction: opt InstructionId = "PmtId/InstrId",
        /// What the payer's side calls it; [`EndToEndId::NOT_PROVIDED`] if nothing was given.
        end_to_end: one EndToEndId = "PmtId/EndToEndId",
        /// What the first institution calls it.
        interbank: opt InterbankId = "PmtId/TxId",
        /// Its id from end to end.
        uetr: opt Uetr = "PmtId/UETR",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "PmtId/ClrSysRef",
        /// What moves between institutions.
        amount: one IsoAmount = "IntrBkSttlmAmt",
        /// When it does.
        settled_on: opt IsoDate = "IntrBkSttlmDt",
        /// When the payer's side took it on.
        accepted: opt IsoTime = "AccptncDtTm",
        /// What the payer was asked for, in the currency of the order.
        instructed: opt IsoAmount = "InstdAmt",
        /// The rate between the two amounts.
        rate: opt ExchangeRate = "XchgRate",
        /// Who bears the charges.
        charge_bearer: one ChargeBearer = "ChrgBr",
        /// Every charge that was taken.
        charges: many Charge = "ChrgsInf",
        /// Who sends this payment.
        instructing: opt Agent = "InstgAgt",
        /// Whom this payment is sent to.
        instructed_agent: opt Agent = "InstdAgt",
        /// For whom the payer pays.
        payer_ultimate: opt Party = "UltmtDbtr",
        /// Who pays.
        payer: one Party = "Dbtr",
        /// From which account.
        payer_account: opt Account = "DbtrAcct",
        /// Who keeps it.
        payer_agent: one Agent = "DbtrAgt",
        /// Who keeps the payee's account.
        payee_agent: one Agent = "CdtrAgt",
        /// Who is paid.
        payee: one Party = "Cdtr",
        /// Onto which account.
        payee_account: opt Account = "CdtrAcct",
        /// For whom the payee is paid.
        payee_ultimate: opt Party = "UltmtCdtr",
        /// Why, as a code.
        purpose: opt Coded = "Purp",
        /// What for.
        remittance: opt Remittance = "RmtInf",
    }
}

part! {
    struct Pacs008Parts {
        header: one CreditHeaderParts = "GrpHdr",
        payments: some Payment = "CdtTrfTxInf",
    }
}

fn amounts(payments: &[Payment]) -> Vec<IsoAmount> {
    payments.iter().map(|payment| payment.amount).collect()
}

impl Document for Pacs008 {
    const VERSIONS: &'static [Version] = &[Version::Pacs008V09];

    fn version(&self) -> Version {
        Version::Pacs008V09
    }
}

impl Part for Pacs008 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let Pacs008Parts { header, payments } = Pacs008Parts::read(input)?;
        header
            .stated()
            .check(&amounts(&payments), input, "GrpHdr")?;
        Ok(Self {
            header: header.header(),
            payments,
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let header = CreditHeaderParts::new(&self.header, &amounts(&self.payments), out);
        let parts = Pacs008Parts {
            header,
            payments: self.payments.clone(),
        };
        parts.write(tag, out);
    }
}
