//! pacs.028: the question how far payments got.

use crate::header::ShortHeader;
use crate::message::{Document, Version};
use crate::original::OriginalMessage;
use crate::party::Agent;
use crate::value::{ClearingRef, EndToEndId, InstructionId, InterbankId, IsoTime, RequestId, Uetr};
use crate::xml::part;

part! {
    /// The question how far payments got.
    pub struct Pacs028 {
        /// Who asks.
        header: one ShortHeader = "GrpHdr",
        /// About whole messages.
        groups: many OriginalMessage = "OrgnlGrpInf",
        /// About payments.
        requests: many StatusRequest = "TxInf",
    }
}

part! {
    /// The question how far one payment got.
    #[derive(Default)]
    pub struct StatusRequest {
        /// This question's id.
        id: opt RequestId = "StsReqId",
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
        /// When it was accepted.
        accepted: opt IsoTime = "AccptncDtTm",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "ClrSysRef",
        /// Who asks.
        instructing: opt Agent = "InstgAgt",
        /// Who is asked.
        instructed: opt Agent = "InstdAgt",
    }
}

impl Document for Pacs028 {
    const VERSIONS: &'static [Version] = &[Version::Pacs028V04];

    fn version(&self) -> Version {
        Version::Pacs028V04
    }
}
