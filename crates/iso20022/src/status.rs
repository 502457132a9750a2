//! pacs.002 and pain.002: how far payments got, between institutions and for a customer.

use crate::header::ShortHeader;
use crate::message::{Document, Version};
use crate::original::{OriginalGroup, OriginalMessage};
use crate::party::{Agent, Party};
use crate::reason::{Charge, GroupStatus, ReasonInfo, Status};
use crate::value::{
    ClearingRef, DateOrTime, EndToEndId, GroupId, InstructionId, InterbankId, IsoAmount, IsoTime,
    MessageId, ServicerRef, StatusId, Uetr,
};
use crate::xml::part;

part! {
    /// How far payments got, between institutions.
    pub struct Pacs002 {
        /// Who says so.
        header: one ShortHeader = "GrpHdr",
        /// About whole messages.
        groups: many OriginalGroup = "OrgnlGrpInfAndSts",
        /// About payments.
        statuses: many PaymentStatus = "TxInfAndSts",
    }
}

part! {
    /// How far one payment got. `ACCC` is completed, `PDNG` open, `RJCT` rejected or cancelled with
    /// its reason.
    #[derive(Default)]
    pub struct PaymentStatus {
        /// This status's id.
        id: opt StatusId = "StsId",
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
        /// How far it got.
        status: opt Status = "TxSts",
        /// Why.
        reasons: many ReasonInfo = "StsRsnInf",
        /// Every charge that was taken.
        charges: many Charge = "ChrgsInf",
        /// When it was accepted.
        accepted: opt IsoTime = "AccptncDtTm",
        /// When it settles between institutions.
        settled_on: opt DateOrTime = "FctvIntrBkSttlmDt",
        /// What the payee's institution calls its entry.
        servicer_ref: opt ServicerRef = "AcctSvcrRef",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "ClrSysRef",
        /// Who sends the status.
        instructing: opt Agent = "InstgAgt",
        /// Whom the status is sent to.
        instructed: opt Agent = "InstdAgt",
        /// What moved between institutions.
        amount: opt IsoAmount = "OrgnlTxRef/IntrBkSttlmAmt",
    }
}

part! {
    /// How far a customer's payments got.
    pub struct Pain002 {
        /// Who says so.
        header: one CustomerStatusHeader = "GrpHdr",
        /// About the customer's message as a whole.
        group: one OriginalGroup = "OrgnlGrpInfAndSts",
        /// About its groups.
        groups: many OrderGroupStatus = "OrgnlPmtInfAndSts",
    }
}

part! {
    /// Who says how far a customer's payments got.
    pub struct CustomerStatusHeader {
        /// The message's id.
        message: one MessageId = "MsgId",
        /// When it was made.
        created: one IsoTime = "CreDtTm",
        /// Whose message it answers.
        initiator: opt Party = "InitgPty",
        /// Who keeps the payer's account.
        payer_agent: opt Agent = "DbtrAgt",
        /// Who keeps the payee's account.
        payee_agent: opt Agent = "CdtrAgt",
    }
}

part! {
    /// How far a group of a customer's payments got.
    pub struct OrderGroupStatus {
        /// The group's id.
        group: one GroupId = "OrgnlPmtInfId",
        /// How far it got.
        status: opt GroupStatus = "PmtInfSts",
        /// Why.
        reasons: many ReasonInfo = "StsRsnInf",
        /// About its payments.
        orders: many OrderStatus = "TxInfAndSts",
    }
}

part! {
    /// How far one of a customer's payments got.
    #[derive(Default)]
    pub struct OrderStatus {
        /// This status's id.
        id: opt StatusId = "StsId",
        /// What the customer called the instruction.
        instruction: opt InstructionId = "OrgnlInstrId",
        /// What the customer calls the payment.
        end_to_end: opt EndToEndId = "OrgnlEndToEndId",
        /// Its id from end to end.
        uetr: opt Uetr = "OrgnlUETR",
        /// How far it got.
        status: opt Status = "TxSts",
        /// Why.
        reasons: many ReasonInfo = "StsRsnInf",
        /// Every charge that was taken.
        charges: many Charge = "ChrgsInf",
        /// When it was accepted.
        accepted: opt IsoTime = "AccptncDtTm",
        /// What the institution calls its entry.
        servicer_ref: opt ServicerRef = "AcctSvcrRef",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "ClrSysRef",
    }
}

impl Document for Pacs002 {
    const VERSIONS: &'static [Version] = &[Version::Pacs002V11];

    fn version(&self) -> Version {
        Version::Pacs002V11
    }
}

impl Document for Pain002 {
    const VERSIONS: &'static [Version] = &[Version::Pain002V11];

    fn version(&self) -> Version {
        Version::Pain002V11
    }
}
