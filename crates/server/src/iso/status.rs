//! How payments stand, as pacs.002.

use iso20022::status::{Pacs002, PaymentStatus};
use iso20022::{
    Agent, AgentParts, ClearingRef, ClearingSystem, Code as IsoCode, Coded, Document, IsoAmount,
    IsoTime, Member, MessageId, ReasonInfo, Refusal, ShortHeader, Status, Text, Uetr,
};
use money::{Amount, Currency, Money};
use uuid::Uuid;
use wire::api::{PaymentView, StateView, WhyView};
use wire::error::{Code, Problem};

use super::Origin;
use crate::hub::{Hub, hidden};

/// A payment, and the message that asked about it if one did.
pub(crate) struct Answered<'a> {
    pub(crate) view: &'a PaymentView,
    pub(crate) origin: Option<&'a Origin>,
}

/// The message. Completed is `ACCC`, cancelled and refused `RJCT` with the reason, everything
/// else `PDNG`: nothing that is not final may look as if it were.
pub(crate) fn status(
    hub: &Hub,
    caller: &str,
    payments: &[Answered<'_>],
) -> Result<String, Problem> {
    let written = written(hub, caller, payments);
    written.map_err(|error| hidden("write a status", &error, Code::Internal))
}

#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error("say it: {0}")]
    Unsayable(Refusal),
    #[error(transparent)]
    Unwritable(#[from] iso20022::WriteError),
}

impl From<Refusal> for Unwritten {
    fn from(refusal: Refusal) -> Self {
        Unwritten::Unsayable(refusal)
    }
}

fn written(hub: &Hub, caller: &str, payments: &[Answered<'_>]) -> Result<String, Unwritten> {
    let directory = hub.directory();
    let house = directory.name(directory.house());
    let message = Uuid::now_v7().simple().to_string();
    let now = jiff::Timestamp::from_nanosecond(i128::from(hub.now().0));
    let now = now.map_err(|_far| Refusal::TimeMalformed)?;
    let statuses = payments.iter().map(one);
    let message = Pacs002 {
        header: ShortHeader {
            message: MessageId::new(&message)?,
            created: IsoTime::from_timestamp(now)?,
            instructing: Some(agent(&house)?),
            instructed: Some(agent(caller)?),
        },
        groups: Vec::new(),
        statuses: statuses.collect::<Result<_, Unwritten>>()?,
    };
    Ok(message.to_xml()?)
}

fn one(answered: &Answered<'_>) -> Result<PaymentStatus, Unwritten> {
    let Answered { view, origin } = answered;
    let (status, reasons) = match view.state {
        StateView::Completed => (Status::Credited, Vec::new()),
        StateView::Cancelled | StateView::Refused => {
            let reason = view.reason.as_ref().map(reason).transpose()?;
            (Status::Rejected, reason.into_iter().collect())
        }
        StateView::Waiting | StateView::Reserved | StateView::Asked | StateView::InDoubt => {
            (Status::Pending, vec![open(view)?])
        }
    };
    let decided = view.decided_at.as_deref().map(time).transpose()?;
    let is_completed = view.state == StateView::Completed;
    let sequence = view.sequence.map(|sequence| sequence.to_string());
    let terms = view.terms.as_ref();
    Ok(PaymentStatus {
        original: origin.map(|origin| origin.message.clone()),
        instruction: origin.and_then(|origin| origin.instruction.clone()),
        end_to_end: origin.and_then(|origin| origin.end_to_end.clone()),
        uetr: Some(Uetr::new(&view.payment_id)?),
        status: Some(status),
        reasons,
        accepted: decided.filter(|_| is_completed),
        clearing_ref: sequence
            .map(|sequence| ClearingRef::new(&sequence))
            .transpose()?,
        amount: terms
            .map(|terms| amount(&terms.payer_principal))
            .transpose()?,
        ..PaymentStatus::default()
    })
}

/// A code of ISO 20022 as it is, one of the catalogue as a word of our own.
fn reason(why: &WhyView) -> Result<ReasonInfo, Unwritten> {
    let is_iso = why.code.len() == 4
        && why
            .code
            .bytes()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    let code = match is_iso {
        true => Coded::Code(IsoCode::new(&why.code)?),
        false => Coded::Proprietary(Text::new(&why.code)?),
    };
    Ok(ReasonInfo {
        reason: Some(code),
        details: vec![Text::new(&format!("must act: {}", why.who_must_act))?],
        ..ReasonInfo::default()
    })
}

fn open(view: &PaymentView) -> Result<ReasonInfo, Unwritten> {
    let word = match view.state {
        StateView::InDoubt => "in doubt",
        StateView::Asked => "asked",
        StateView::Waiting
        | StateView::Reserved
        | StateView::Completed
        | StateView::Cancelled
        | StateView::Refused => "reserved",
    };
    let details = match &view.deadline {
        Some(deadline) => format!("{word}; next decision {deadline}"),
        None => word.to_owned(),
    };
    Ok(ReasonInfo {
        details: vec![Text::new(&details)?],
        ..ReasonInfo::default()
    })
}

fn agent(name: &str) -> Result<Agent, Refusal> {
    Agent::new(AgentParts {
        member: Some(Member {
            system: Some(ClearingSystem::Proprietary(Text::new("SPEAN")?)),
            id: Text::new(name)?,
        }),
        ..AgentParts::default()
    })
}

fn time(text: &str) -> Result<IsoTime, Refusal> {
    let at: jiff::Timestamp = text.parse().map_err(|_odd| Refusal::TimeMalformed)?;
    IsoTime::from_timestamp(at)
}

fn amount(money: &wire::api::Money) -> Result<IsoAmount, Refusal> {
    let currency = Currency::from_alpha(&money.currency).ok_or(Refusal::CurrencyUnknown)?;
    let amount = Amount::parse(&money.amount, currency);
    let amount = amount.map_err(|_odd| Refusal::AmountMalformed)?;
    IsoAmount::new(Money::new(currency, amount))
}
