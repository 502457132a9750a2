//! camt.056 and camt.029: the request to take a payment back, and the answer to it.

use crate::message::{Document, Version};
use crate::original::OriginalMessage;
use crate::party::{Agent, PartyOrAgent};
use crate::reason::ReasonInfo;
use crate::refusal::{ReadError, Refusal};
use crate::value::{
    CancellationId, CaseId, ClearingRef, Code, Count, EndToEndId, InstructionId, InterbankId,
    IsoAmount, IsoDate, IsoTime, MessageId, Total, Uetr,
};
use crate::xml::{Input, Output, Part, closed, part};

part! {
    /// Who passes an investigation to whom.
    pub struct Assignment {
        /// The message's id.
        message: one MessageId = "Id",
        /// Who asks.
        assigner: one PartyOrAgent = "Assgnr",
        /// Who is asked.
        assignee: one PartyOrAgent = "Assgne",
        /// When.
        created: one IsoTime = "CreDtTm",
    }
}

part! {
    /// An investigation.
    pub struct Case {
        /// Its id.
        id: one CaseId = "Id",
        /// Who began it.
        creator: one PartyOrAgent = "Cretr",
    }
}

/// A request to take payments back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Camt056 {
    /// Who asks whom.
    pub assignment: Assignment,
    /// The investigation that it belongs to.
    pub case: Option<Case>,
    /// The payments; at least one.
    pub cancellations: Vec<Cancellation>,
}

part! {
    /// The request to take one payment back.
    #[derive(Default)]
    pub struct Cancellation {
        /// This request's id.
        id: opt CancellationId = "CxlId",
        /// The message in which the payment came.
        original: opt OriginalMessage = "OrgnlGrpInf",
        /// What its sender called it.
        instruction: opt InstructionId = "OrgnlInstrId",
        /// What the payer's side calls it.
        end_to_end: opt EndToEndId = "OrgnlEndToEndId",
        /// What the first institution calls it.
        interbank: opt InterbankId = "OrgnlTxId",
        /// Its id from end to end.
        uetr: opt Uetr = "OrgnlUETR",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "OrgnlClrSysRef",
        /// What moved between institutions.
        amount: opt IsoAmount = "OrgnlIntrBkSttlmAmt",
        /// When it did.
        settled_on: opt IsoDate = "OrgnlIntrBkSttlmDt",
        /// Who asks about this payment.
        assigner: opt Agent = "Assgnr",
        /// Who is asked about this payment.
        assignee: opt Agent = "Assgne",
        /// Why.
        reasons: many ReasonInfo = "CxlRsnInf",
    }
}

part! {
    struct Camt056Parts {
        assignment: one Assignment = "Assgnmt",
        case: opt Case = "Case",
        count: opt Count = "CtrlData/NbOfTxs",
        sum: opt Total = "CtrlData/CtrlSum",
        cancellations: some Cancellation = "Undrlyg/TxInf",
    }
}

closed! {
    /// What became of the request to take one payment back.
    pub enum CancellationStatus {
        /// It was not taken back.
        Rejected = "RJCR",
        /// It was taken back.
        Accepted = "ACCR",
        /// Not decided yet.
        Pending = "PDCR",
    }
}

part! {
    /// The answer to a request to take payments back.
    pub struct Camt029 {
        /// Who answers whom.
        assignment: one Assignment = "Assgnmt",
        /// The investigation that this ends.
        case: opt Case = "RslvdCase",
        /// The outcome as a whole, as `CNCL`, `RJCR` or `PDCR`.
        outcome: one Code<4> = "Sts/Conf",
        /// About the payments.
        answers: many CancellationAnswer = "CxlDtls/TxInfAndSts",
    }
}

part! {
    /// The answer about one payment.
    #[derive(Default)]
    pub struct CancellationAnswer {
        /// The request's id.
        id: opt CancellationId = "CxlStsId",
        /// The investigation that this ends.
        case: opt Case = "RslvdCase",
        /// The message in which the payment came.
        original: opt OriginalMessage = "OrgnlGrpInf",
        /// What its sender called it.
        instruction: opt InstructionId = "OrgnlInstrId",
        /// What the payer's side calls it.
        end_to_end: opt EndToEndId = "OrgnlEndToEndId",
        /// What the first institution calls it.
        interbank: opt InterbankId = "OrgnlTxId",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "OrgnlClrSysRef",
        /// Its id from end to end.
        uetr: opt Uetr = "OrgnlUETR",
        /// What became of the request.
        status: opt CancellationStatus = "TxCxlSts",
        /// Why.
        reasons: many ReasonInfo = "CxlStsRsnInf",
        /// What moved between institutions.
        amount: opt IsoAmount = "OrgnlIntrBkSttlmAmt",
        /// When it did.
        settled_on: opt IsoDate = "OrgnlIntrBkSttlmDt",
    }
}

impl Document for Camt056 {
    const VERSIONS: &'static [Version] = &[Version::Camt056V09];

    fn version(&self) -> Version {
        Version::Camt056V09
    }
}

impl Document for Camt029 {
    const VERSIONS: &'static [Version] = &[Version::Camt029V10];

    fn version(&self) -> Version {
        Version::Camt029V10
    }
}

impl Part for Camt056 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let parts = Camt056Parts::read(input)?;
        let count = Count::of(&parts.cancellations);
        if parts.count.is_some_and(|stated| stated != count) {
            return Err(input.refuse_below(Refusal::CountDiffers, "CtrlData/NbOfTxs"));
        }
        let sum = sum(&parts.cancellations)
            .map_err(|refusal| input.refuse_below(refusal, "CtrlData/CtrlSum"))?;
        if parts.sum.is_some() && sum.is_some() && parts.sum != sum {
            return Err(input.refuse_below(Refusal::SumDiffers, "CtrlData/CtrlSum"));
        }
        let Camt056Parts {
            assignment,
            case,
            cancellations,
            ..
        } = parts;
        Ok(Self {
            assignment,
            case,
            cancellations,
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let sum = sum(&self.cancellations).unwrap_or_else(|refusal| {
            out.refuse(refusal, "CtrlData");
            None
        });
        let parts = Camt056Parts {
            assignment: self.assignment.clone(),
            case: self.case.clone(),
            count: Some(Count::of(&self.cancellations)),
            sum,
            cancellations: self.cancellations.clone(),
        };
        parts.write(tag, out);
    }
}

/// Nothing where a payment's amount is not said.
fn sum(cancellations: &[Cancellation]) -> Result<Option<Total>, Refusal> {
    let amounts: Option<Vec<IsoAmount>> = cancellations.iter().map(|one| one.amount).collect();
    amounts.map(|amounts| Total::of(&amounts)).transpose()
}
