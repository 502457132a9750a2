//! Headers. How many items follow and what they sum up to is never held: it is counted when a
//! message is written, and compared when one is read.

use crate::party::Agent;
use crate::reason::SettlementMethod;
use crate::refusal::{ReadError, Refusal};
use crate::value::{Count, IsoAmount, IsoDate, IsoTime, MessageId, Text, Total};
use crate::xml::{Input, Output, part};

part! {
    /// The header of a message without amounts.
    pub struct ShortHeader {
        /// The message's id.
        message: one MessageId = "MsgId",
        /// When it was made.
        created: one IsoTime = "CreDtTm",
        /// Who sends it.
        instructing: opt Agent = "InstgAgt",
        /// Whom it is for.
        instructed: opt Agent = "InstdAgt",
    }
}

part! {
    /// How institutions settle what a message moves.
    pub struct Settling {
        /// By which method.
        method: one SettlementMethod = "SttlmMtd",
        /// Through which clearing system.
        clearing: opt Text<35> = "ClrSys/Prtry",
    }
}

/// The header of a message that moves money between institutions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditHeader {
    /// The message's id.
    pub message: MessageId,
    /// When it was made.
    pub created: IsoTime,
    /// The day on which all of it settles between institutions, if it is one.
    pub settled_on: Option<IsoDate>,
    /// How it settles.
    pub settling: Settling,
    /// Who sends it.
    pub instructing: Option<Agent>,
    /// Whom it is for.
    pub instructed: Option<Agent>,
}

part! {
    /// [`CreditHeader`] as it stands in pacs.008 and pacs.009.
    pub(crate) struct CreditHeaderParts {
        message: one MessageId = "MsgId",
        created: one IsoTime = "CreDtTm",
        count: one Count = "NbOfTxs",
        sum: opt Total = "CtrlSum",
        total: opt IsoAmount = "TtlIntrBkSttlmAmt",
        settled_on: opt IsoDate = "IntrBkSttlmDt",
        settling: one Settling = "SttlmInf",
        instructing: opt Agent = "InstgAgt",
        instructed: opt Agent = "InstdAgt",
    }
}

part! {
    /// [`CreditHeader`] as it stands in pacs.004.
    pub(crate) struct RefundHeaderParts {
        message: one MessageId = "MsgId",
        created: one IsoTime = "CreDtTm",
        count: one Count = "NbOfTxs",
        sum: opt Total = "CtrlSum",
        total: opt IsoAmount = "TtlRtrdIntrBkSttlmAmt",
        settled_on: opt IsoDate = "IntrBkSttlmDt",
        settling: one Settling = "SttlmInf",
        instructing: opt Agent = "InstgAgt",
        instructed: opt Agent = "InstdAgt",
    }
}

/// What a header states about its items.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    pub(crate) count: Option<Count>,
    pub(crate) sum: Option<Total>,
    pub(crate) total: Option<IsoAmount>,
}

impl Stated {
    /// What is true of these amounts. A total needs one currency; a sum does not look at it.
    pub(crate) fn of(amounts: &[IsoAmount]) -> Result<Self, Refusal> {
        let sum = Total::of(amounts)?;
        Ok(Self {
            count: Some(Count::of(amounts)),
            sum: Some(sum),
            total: total(amounts),
        })
    }

    /// Compares; what is not stated is not compared.
    pub(crate) fn check(
        self,
        amounts: &[IsoAmount],
        input: &Input<'_>,
        place: &str,
    ) -> Result<(), ReadError> {
        let refuse = |refusal| input.refuse_below(refusal, place);
        let actual = Self::of(amounts).map_err(refuse)?;
        if self.count.is_some() && self.count != actual.count {
            return Err(refuse(Refusal::CountDiffers));
        }
        if self.sum.is_some() && self.sum != actual.sum {
            return Err(refuse(Refusal::SumDiffers));
        }
        if self.total.is_some() && self.total != actual.total {
            return Err(refuse(Refusal::SumDiffers));
        }
        Ok(())
    }
}

/// What is stated of the amounts, or nothing where they cannot be summed up, which is refused.
pub(crate) fn stated(amounts: &[IsoAmount], out: &mut Output) -> Stated {
    Stated::of(amounts).unwrap_or_else(|refusal| {
        out.refuse(refusal, "GrpHdr");
        Stated {
            count: None,
            sum: None,
            total: None,
        }
    })
}

fn total(amounts: &[IsoAmount]) -> Option<IsoAmount> {
    let mut amounts = amounts.iter().map(|amount| amount.money());
    let mut total = amounts.next()?;
    for amount in amounts {
        if amount.currency != total.currency {
            return None;
        }
        total.amount = total.amount.checked_add(amount.amount)?;
    }
    IsoAmount::new(total).ok()
}

macro_rules! conversions {
    ($parts:ident) => {
        impl $parts {
            pub(crate) fn new(
                header: &CreditHeader,
                amounts: &[IsoAmount],
                out: &mut Output,
            ) -> Self {
                let stated = stated(amounts, out);
                let header = header.clone();
                Self {
                    message: header.message,
                    created: header.created,
                    count: stated.count.unwrap_or_else(|| Count::of::<()>(&[])),
                    sum: stated.sum,
                    total: stated.total,
                    settled_on: header.settled_on,
                    settling: header.settling,
                    instructing: header.instructing,
                    instructed: header.instructed,
                }
            }

            pub(crate) fn stated(&self) -> Stated {
                Stated {
                    count: Some(self.count),
                    sum: self.sum,
                    total: self.total,
                }
            }

            pub(crate) fn header(self) -> CreditHeader {
                CreditHeader {
                    message: self.message,
                    created: self.created,
                    settled_on: self.settled_on,
                    settling: self.settling,
                    instructing: self.instructing,
                    instructed: self.instructed,
                }
            }
        }
    };
}

conversions!(CreditHeaderParts);
conversions!(RefundHeaderParts);
