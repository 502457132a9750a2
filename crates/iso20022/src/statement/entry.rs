//! What an account's servicer booked or is about to book.

use money::Currency;

use crate::party::{Account, Agent, PartyOrAgent};
use crate::reason::{ChargeBearer, Coded, ReasonInfo, Remittance};
use crate::value::{
    ClearingRef, Code, DateOrTime, Direction, EndToEndId, EntryRef, ExchangeRate, GroupId,
    InstructionId, InterbankId, IsoAmount, MessageId, ServicerRef, Text, Uetr,
};
use crate::xml::{codes, part};

codes! {
    /// How far an entry got.
    pub enum EntryStatus {
        /// It changed the balance.
        Booked = "BOOK",
        /// It is expected to be booked.
        Pending = "PDNG",
        /// It is for information and will not be booked.
        Information = "INFO",
        /// It is booked on a day to come.
        Future = "FUTR",
    }
}

part! {
    /// One line of a statement.
    pub struct Entry {
        /// Its reference inside the statement.
        reference: opt EntryRef = "NtryRef",
        /// How much.
        amount: one IsoAmount = "Amt",
        /// Which way; a reversal of a credit is a debit.
        direction: one Direction = "CdtDbtInd",
        /// Whether it undoes an earlier entry.
        is_reversal: flag bool = "RvslInd",
        /// How far it got.
        status: one EntryStatus = "Sts/Cd",
        /// When it was booked.
        booked: opt DateOrTime = "BookgDt",
        /// From when on it bears interest.
        value: opt DateOrTime = "ValDt",
        /// What the servicer calls it.
        servicer_ref: opt ServicerRef = "AcctSvcrRef",
        /// What kind of business it is.
        code: one BookingCode = "BkTxCd",
        /// The payments in it.
        details: many EntryDetail = "NtryDtls/TxDtls",
        /// For people.
        info: opt Text<500> = "AddtlNtryInf",
    }
}

part! {
    /// What kind of business an entry is.
    #[derive(Default)]
    pub struct BookingCode {
        /// In ISO 20022's own terms.
        domain: opt BookingDomain = "Domn",
        /// In the servicer's terms.
        proprietary: opt ProprietaryBooking = "Prtry",
    }
}

part! {
    /// What kind of business an entry is, as `PMNT`, `RCDT`, `XBCT`.
    pub struct BookingDomain {
        /// The domain.
        domain: one Code<4> = "Cd",
        /// The family.
        family: one Code<4> = "Fmly/Cd",
        /// The part of the family.
        sub_family: one Code<4> = "Fmly/SubFmlyCd",
    }
}

part! {
    /// A servicer's own word for a kind of business.
    pub struct ProprietaryBooking {
        /// The word.
        code: one Text<35> = "Cd",
        /// Whose word it is.
        issuer: opt Text<35> = "Issr",
    }
}

part! {
    /// One payment in an entry.
    #[derive(Default)]
    pub struct EntryDetail {
        /// The message in which it came.
        message: opt MessageId = "Refs/MsgId",
        /// What the servicer calls it.
        servicer_ref: opt ServicerRef = "Refs/AcctSvcrRef",
        /// The group in which it was ordered.
        group: opt GroupId = "Refs/PmtInfId",
        /// What the sender of the instruction called it.
        instruction: opt InstructionId = "Refs/InstrId",
        /// What the payer's side calls it.
        end_to_end: opt EndToEndId = "Refs/EndToEndId",
        /// Its id from end to end.
        uetr: opt Uetr = "Refs/UETR",
        /// What the first institution calls it.
        interbank: opt InterbankId = "Refs/TxId",
        /// What the clearing calls it.
        clearing_ref: opt ClearingRef = "Refs/ClrSysRef",
        /// Other references, such as Bakong's hash.
        others: many NamedRef = "Refs/Prtry",
        /// How much.
        amount: opt IsoAmount = "Amt",
        /// Which way.
        direction: opt Direction = "CdtDbtInd",
        /// What was ordered, and at which rate it was converted.
        instructed: opt AmountDetails = "AmtDtls/InstdAmt",
        /// What moved between institutions.
        moved: opt AmountDetails = "AmtDtls/TxAmt",
        /// Every charge that was taken.
        charges: many BookedCharge = "Chrgs/Rcrd",
        /// Who pays whom.
        parties: boxed RelatedParties = "RltdPties",
        /// Through which institutions.
        agents: boxed RelatedAgents = "RltdAgts",
        /// Why, as a code.
        purpose: opt Coded = "Purp",
        /// What for.
        remittance: opt Remittance = "RmtInf",
        /// Why it came back.
        refund: opt RefundReason = "RtrInf",
        /// For people.
        info: opt Text<500> = "AddtlTxInf",
    }
}

part! {
    /// A reference with what it is.
    pub struct NamedRef {
        /// What it is.
        kind: one Text<35> = "Tp",
        /// The reference.
        reference: one Text<35> = "Ref",
    }
}

part! {
    /// An amount and how it was converted.
    pub struct AmountDetails {
        /// The amount.
        amount: one IsoAmount = "Amt",
        /// How it was converted.
        conversion: opt Conversion = "CcyXchg",
    }
}

part! {
    /// How an amount was converted.
    pub struct Conversion {
        /// From which currency.
        source: one Currency = "SrcCcy",
        /// Into which.
        target: opt Currency = "TrgtCcy",
        /// Of which currency the rate counts one unit.
        unit: opt Currency = "UnitCcy",
        /// The rate.
        rate: one ExchangeRate = "XchgRate",
    }
}

part! {
    /// A charge as it was booked.
    pub struct BookedCharge {
        /// How much.
        amount: one IsoAmount = "Amt",
        /// Which way.
        direction: opt Direction = "CdtDbtInd",
        /// Whether the entry's amount has it in it.
        is_included: opt bool = "ChrgInclInd",
        /// Who bears it.
        bearer: opt ChargeBearer = "Br",
        /// Who took it.
        agent: opt Agent = "Agt",
    }
}

part! {
    /// Who pays whom.
    #[derive(Default)]
    pub struct RelatedParties {
        /// Who pays.
        payer: opt PartyOrAgent = "Dbtr",
        /// From which account.
        payer_account: opt Account = "DbtrAcct",
        /// Who is paid.
        payee: opt PartyOrAgent = "Cdtr",
        /// Onto which account.
        payee_account: opt Account = "CdtrAcct",
    }
}

part! {
    /// Through which institutions.
    #[derive(Default)]
    pub struct RelatedAgents {
        /// Who keeps the payer's account.
        payer: opt Agent = "DbtrAgt",
        /// Who keeps the payee's account.
        payee: opt Agent = "CdtrAgt",
    }
}

part! {
    /// Why a payment came back.
    #[derive(Default)]
    pub struct RefundReason {
        /// The reason.
        reason: opt Coded = "Rsn",
        /// More about it, for people.
        details: many Text<105> = "AddtlInf",
    }
}

impl From<ReasonInfo> for RefundReason {
    fn from(info: ReasonInfo) -> Self {
        Self {
            reason: info.reason,
            details: info.details,
        }
    }
}
