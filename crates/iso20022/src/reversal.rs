//! pain.007: a payee's order to give back what it was paid. The message calls it a reversal; for
//! us it is a refund.

use crate::message::{Document, Version};
use crate::party::{Agent, Party};
use crate::reason::{ChargeBearer, ReasonInfo};
use crate::refusal::{ReadError, Refusal};
use crate::value::{
    Count, EndToEndId, GroupId, InstructionId, IsoAmount, IsoTime, MessageId, RefundId, Text,
    Total, Uetr,
};
use crate::xml::{Input, Output, Part, part};

/// A payee's order to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pain007 {
    /// The message's id.
    pub message: MessageId,
    /// When it was made.
    pub created: IsoTime,
    /// Who sends it.
    pub initiator: Option<Party>,
    /// Who keeps the payee's account.
    pub payee_agent: Option<Agent>,
    /// The message with which the payments began.
    pub original: ReversedMessage,
    /// The groups of payments.
    pub groups: Vec<ReversedGroup>,
}

part! {
    /// The message with which the payments began.
    pub struct ReversedMessage {
        /// Its id.
        message: one MessageId = "OrgnlMsgId",
        /// Its kind.
        kind: one Text<35> = "OrgnlMsgNmId",
        /// When it was made.
        created: opt IsoTime = "OrgnlCreDtTm",
        /// Why all of it is given back.
        reasons: many ReasonInfo = "RvslRsnInf",
    }
}

part! {
    /// A group of payments of which something is given back.
    pub struct ReversedGroup {
        /// What the order calls the group.
        id: opt RefundId = "RvslPmtInfId",
        /// The group's id when it was paid.
        group: one GroupId = "OrgnlPmtInfId",
        /// Why all of it is given back.
        reasons: many ReasonInfo = "RvslRsnInf",
        /// The payments.
        reversals: many Reversal = "TxInf",
    }
}

part! {
    /// What is given back of one payment.
    #[derive(Default)]
    pub struct Reversal {
        /// What the order calls it: the refund's id without hyphens.
        id: opt RefundId = "RvslId",
        /// What the payer called the instruction.
        instruction: opt InstructionId = "OrgnlInstrId",
        /// What the payer's side calls the payment.
        end_to_end: opt EndToEndId = "OrgnlEndToEndId",
        /// The payment's id from end to end.
        uetr: opt Uetr = "OrgnlUETR",
        /// What was paid.
        original_amount: opt IsoAmount = "OrgnlInstdAmt",
        /// What is given back.
        amount: opt IsoAmount = "RvsdInstdAmt",
        /// Who bears the charges.
        charge_bearer: opt ChargeBearer = "ChrgBr",
        /// Why.
        reasons: many ReasonInfo = "RvslRsnInf",
    }
}

part! {
    struct HeaderParts {
        message: one MessageId = "MsgId",
        created: one IsoTime = "CreDtTm",
        count: one Count = "NbOfTxs",
        sum: opt Total = "CtrlSum",
        initiator: opt Party = "InitgPty",
        payee_agent: opt Agent = "CdtrAgt",
    }
}

part! {
    struct Pain007Parts {
        header: one HeaderParts = "GrpHdr",
        original: one ReversedMessage = "OrgnlGrpInf",
        groups: many ReversedGroup = "OrgnlPmtInfAndRvsl",
    }
}

impl Document for Pain007 {
    const VERSIONS: &'static [Version] = &[Version::Pain007V10];

    fn version(&self) -> Version {
        Version::Pain007V10
    }
}

impl Part for Pain007 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let Pain007Parts {
            header,
            original,
            groups,
        } = Pain007Parts::read(input)?;
        let refuse = |refusal| input.refuse_below(refusal, "GrpHdr");
        if header.count != count(&groups) {
            return Err(refuse(Refusal::CountDiffers));
        }
        let sum = sum(&groups).map_err(refuse)?;
        if header.sum.is_some() && sum.is_some() && header.sum != sum {
            return Err(refuse(Refusal::SumDiffers));
        }
        Ok(Self {
            message: header.message,
            created: header.created,
            initiator: header.initiator,
            payee_agent: header.payee_agent,
            original,
            groups,
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let sum = sum(&self.groups).unwrap_or_else(|refusal| {
            out.refuse(refusal, "GrpHdr");
            None
        });
        let header = HeaderParts {
            message: self.message.clone(),
            created: self.created,
            count: count(&self.groups),
            sum,
            initiator: self.initiator.clone(),
            payee_agent: self.payee_agent.clone(),
        };
        let original = self.original.clone();
        Pain007Parts {
            header,
            original,
            groups: self.groups.clone(),
        }
        .write(tag, out);
    }
}

fn count(groups: &[ReversedGroup]) -> Count {
    let reversals: Vec<&Reversal> = groups.iter().flat_map(|group| &group.reversals).collect();
    Count::of(&reversals)
}

/// Nothing where an amount is not said.
fn sum(groups: &[ReversedGroup]) -> Result<Option<Total>, Refusal> {
    let reversals = groups.iter().flat_map(|group| &group.reversals);
    let amounts: Option<Vec<IsoAmount>> = reversals.map(|reversal| reversal.amount).collect();
    amounts.map(|amounts| Total::of(&amounts)).transpose()
}
