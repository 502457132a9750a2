//! pain.001: what a customer orders its bank to pay.

use crate::header::{Stated, stated};
use crate::message::{Document, Version};
use crate::party::{Account, Agent, Party};
use crate::reason::{ChargeBearer, Coded, Remittance};
use crate::refusal::{ReadError, Refusal};
use crate::value::{
    Count, DateOrTime, EndToEndId, ExchangeRate, GroupId, InstructionId, IsoAmount, IsoDate,
    IsoTime, MessageId, Total, Uetr,
};
use crate::xml::{Input, Leaf, Output, Part, closed, part};

/// In which version an order is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitiationVersion {
    /// pain.001.001.05, which some banks still ask for; it has no UETR, no LEI, and no time of
    /// execution.
    V05,
    /// pain.001.001.10.
    V10,
}

/// A customer's orders to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pain001 {
    /// The version it came in or is to be written in.
    pub version: InitiationVersion,
    /// The message's id.
    pub message: MessageId,
    /// When it was made.
    pub created: IsoTime,
    /// Who sends it.
    pub initiator: Party,
    /// The groups; at least one.
    pub groups: Vec<OrderGroup>,
}

/// Orders of one payer from one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderGroup {
    /// The group's id.
    pub id: GroupId,
    /// When it is to be paid.
    pub execute_on: DateOrTime,
    /// Who pays.
    pub payer: Party,
    /// From which account.
    pub payer_account: Account,
    /// Who keeps it.
    pub payer_agent: Agent,
    /// Who bears the charges.
    pub charge_bearer: Option<ChargeBearer>,
    /// The orders; at least one.
    pub orders: Vec<Order>,
}

part! {
    /// One order.
    pub struct Order {
        /// What the customer calls the instruction.
        instruction: opt InstructionId = "PmtId/InstrId",
        /// What the customer calls the payment.
        end_to_end: one EndToEndId = "PmtId/EndToEndId",
        /// Its id from end to end; not in version 05.
        uetr: opt Uetr = "PmtId/UETR",
        /// How much, in the currency in which it is ordered.
        amount: one IsoAmount = "Amt/InstdAmt",
        /// A rate that was agreed.
        rate: opt ExchangeRate = "XchgRateInf/XchgRate",
        /// Who bears the charges.
        charge_bearer: opt ChargeBearer = "ChrgBr",
        /// Who keeps the payee's account.
        payee_agent: opt Agent = "CdtrAgt",
        /// Who is paid.
        payee: opt Party = "Cdtr",
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

closed! {
    /// How it is paid; a cheque is no payment of ours.
    enum Method {
        Transfer = "TRF",
    }
}

part! {
    struct HeaderParts {
        message: one MessageId = "MsgId",
        created: one IsoTime = "CreDtTm",
        count: one Count = "NbOfTxs",
        sum: opt Total = "CtrlSum",
        initiator: one Party = "InitgPty",
    }
}

part! {
    struct GroupParts {
        id: one GroupId = "PmtInfId",
        method: one Method = "PmtMtd",
        count: opt Count = "NbOfTxs",
        sum: opt Total = "CtrlSum",
        execute_on: one ExecuteOn = "ReqdExctnDt",
        payer: one Party = "Dbtr",
        payer_account: one Account = "DbtrAcct",
        payer_agent: one Agent = "DbtrAgt",
        charge_bearer: opt ChargeBearer = "ChrgBr",
        orders: some Order = "CdtTrfTxInf",
    }
}

part! {
    struct Pain001Parts {
        header: one HeaderParts = "GrpHdr",
        groups: some GroupParts = "PmtInf",
    }
}

/// In version 05 a day stands there without an element of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExecuteOn(pub(crate) DateOrTime);

impl Part for ExecuteOn {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        if input.version() == Version::Pain001V05 {
            IsoDate::read(input).map(|date| Self(DateOrTime::Date(date)))
        } else {
            DateOrTime::read(input).map(Self)
        }
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        match (&self.0, out.version()) {
            (DateOrTime::Date(date), Version::Pain001V05) => out.leaf(tag, &date.text()),
            (DateOrTime::Time(_), Version::Pain001V05) => {
                out.refuse(Refusal::XmlVersionCannotSay, tag);
            }
            (execute_on, _) => execute_on.write(tag, out),
        }
    }
}

impl Document for Pain001 {
    const VERSIONS: &'static [Version] = &[Version::Pain001V05, Version::Pain001V10];

    fn version(&self) -> Version {
        match self.version {
            InitiationVersion::V05 => Version::Pain001V05,
            InitiationVersion::V10 => Version::Pain001V10,
        }
    }
}

impl Part for Pain001 {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let Pain001Parts { header, groups } = Pain001Parts::read(input)?;
        let mut all = Vec::new();
        for group in &groups {
            let amounts = amounts(&group.orders);
            let stated = Stated {
                count: group.count,
                sum: group.sum,
                total: None,
            };
            stated.check(&amounts, input, "PmtInf")?;
            all.extend(amounts);
        }
        let stated = Stated {
            count: Some(header.count),
            sum: header.sum,
            total: None,
        };
        stated.check(&all, input, "GrpHdr")?;
        Ok(Self {
            version: match input.version() == Version::Pain001V05 {
                true => InitiationVersion::V05,
                false => InitiationVersion::V10,
            },
            message: header.message,
            created: header.created,
            initiator: header.initiator,
            groups: groups.into_iter().map(GroupParts::group).collect(),
        })
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        let all: Vec<IsoAmount> = self
            .groups
            .iter()
            .flat_map(|group| amounts(&group.orders))
            .collect();
        let stated = stated(&all, out);
        let header = HeaderParts {
            message: self.message.clone(),
            created: self.created,
            count: stated.count.unwrap_or_else(|| Count::of::<()>(&[])),
            sum: stated.sum,
            initiator: self.initiator.clone(),
        };
        let groups = self
            .groups
            .iter()
            .map(|group| GroupParts::new(group, out))
            .collect();
        Pain001Parts { header, groups }.write(tag, out);
    }
}

impl GroupParts {
    fn new(group: &OrderGroup, out: &mut Output) -> Self {
        let stated = stated(&amounts(&group.orders), out);
        let group = group.clone();
        Self {
            id: group.id,
            method: Method::Transfer,
            count: stated.count,
            sum: stated.sum,
            execute_on: ExecuteOn(group.execute_on),
            payer: group.payer,
            payer_account: group.payer_account,
            payer_agent: group.payer_agent,
            charge_bearer: group.charge_bearer,
            orders: group.orders,
        }
    }

    fn group(self) -> OrderGroup {
        OrderGroup {
            id: self.id,
            execute_on: self.execute_on.0,
            payer: self.payer,
            payer_account: self.payer_account,
            payer_agent: self.payer_agent,
            charge_bearer: self.charge_bearer,
            orders: self.orders,
        }
    }
}

fn amounts(orders: &[Order]) -> Vec<IsoAmount> {
    orders.iter().map(|order| order.amount).collect()
}
