//! What institutions send: a pacs.008 as a payment, a pacs.028 as questions.
//!
//! A pacs.008 has no field for the hub's quote and for what screening found, so both stand in the
//! unstructured remittance: lines `QUOTE:` with the token in pieces, in order, and one line
//! `SCREENING:CLEAR` or `SCREENING:REFER`. The hub carries no remittance of its own; any other
//! line would be lost and is refused.

use iso20022::payment::{Pacs008, Payment};
use iso20022::status_request::{Pacs028, StatusRequest};
use iso20022::{
    AccountId, Agent, EndToEndId, InstructionId, IsoAmount, OriginalMessage, Party, Text,
};
use money::Rate;
use switch::{Quote, Terms};
use wire::api::{self, PaymentRequest, Screening, ScreeningVerdict};
use wire::error::{Code, Problem};

use crate::gate::{Caller, Sent};
use crate::limits::PAGE_MAX;
use crate::ticket::Shop;

const PAYMENT: &str = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf";
const QUESTION: &str = "/Document/FIToFIPmtStsReq/TxInf";
const QUOTE: &str = "QUOTE:";
const SCREENING: &str = "SCREENING:";

/// What of a message its answer repeats, and what must agree with the quote.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The message.
    pub(crate) message: OriginalMessage,
    /// What its sender calls the payment.
    pub(crate) instruction: Option<InstructionId>,
    /// What the payer's side calls it.
    pub(crate) end_to_end: Option<EndToEndId>,
    stated: Option<Stated>,
}

/// What a pacs.008 says of the deal.
#[derive(Clone, Debug)]
struct Stated {
    amount: IsoAmount,
    instructed: Option<IsoAmount>,
    rate: Option<String>,
    payee_account: Option<String>,
    payee_member: Option<String>,
}

/// A payment by message.
pub(crate) fn read_payment(
    sent: &Sent,
    caller: &Caller,
) -> Result<(PaymentRequest, Origin), Problem> {
    let Pacs008 { header, payments } = sent.read_xml()?;
    let [payment] = payments.as_slice() else {
        return Err(wrong("", "one payment in one message"));
    };
    let uetr = payment.uetr.as_ref();
    let uetr = uetr.ok_or_else(|| missing("/PmtId/UETR"))?;
    let (quote, verdict) = of_remittance(payment)?;
    let account = payment.payer_account.as_ref();
    let account = account.ok_or_else(|| missing("/DbtrAcct"))?;
    let request = PaymentRequest {
        payment_id: uetr.as_str().to_owned(),
        quote,
        debtor: api::Party {
            name: name_of(&payment.payer).ok_or_else(|| missing("/Dbtr/Nm"))?,
            account: account_text(&account.id),
        },
        debtor_agent: own_bank(&payment.payer_agent, caller.name()),
        screening: Screening { verdict },
    };
    let stated = Stated {
        amount: payment.amount,
        instructed: payment.instructed,
        rate: payment.rate.as_ref().map(|rate| rate.as_str().to_owned()),
        payee_account: payment
            .payee_account
            .as_ref()
            .map(|account| account_text(&account.id)),
        payee_member: member(&payment.payee_agent),
    };
    let origin = Origin {
        message: OriginalMessage {
            message: header.message,
            kind: text("pacs.008.001.09"),
            created: Some(header.created),
        },
        instruction: payment.instruction.clone(),
        end_to_end: Some(payment.end_to_end.clone()),
        stated: Some(stated),
    };
    Ok((request, origin))
}

/// Questions by message: which payments, and what to repeat of each.
pub(crate) fn read_questions(sent: &Sent) -> Result<Vec<(String, Origin)>, Problem> {
    let Pacs028 {
        header, requests, ..
    } = sent.read_xml()?;
    if requests.is_empty() || requests.len() > usize::from(PAGE_MAX) {
        let detail = format!("one to {PAGE_MAX} questions in one message");
        return Err(wrong("", &detail));
    }
    let question = |request: StatusRequest| {
        let uetr = request.uetr.ok_or_else(|| {
            let field = format!("{QUESTION}/OrgnlUETR");
            Problem::new(Code::MissingField).with_field(&field)
        })?;
        let message = OriginalMessage {
            message: header.message.clone(),
            kind: text("pacs.028.001.04"),
            created: Some(header.created),
        };
        let origin = Origin {
            message: request.original.unwrap_or(message),
            instruction: request.instruction,
            end_to_end: request.end_to_end,
            stated: None,
        };
        Ok((uetr.as_str().to_owned(), origin))
    };
    requests.into_iter().map(question).collect()
}

impl Origin {
    /// Whether the message says what was agreed on.
    pub(crate) fn check(&self, quote: &Quote, shop: &Shop, payee: &str) -> Result<(), Problem> {
        let Some(stated) = &self.stated else {
            return Ok(());
        };
        let Terms {
            amount,
            principal,
            rate,
            ..
        } = &quote.terms;
        let differs = |field: &str| {
            let field = format!("{PAYMENT}{field}");
            Err(Problem::new(Code::QuoteMismatch).with_field(&field))
        };
        if stated.amount.money() != *principal {
            return differs("/IntrBkSttlmAmt");
        }
        let instructed = stated.instructed.map(IsoAmount::money);
        if instructed.is_some_and(|instructed| instructed != *amount) {
            return differs("/InstdAmt");
        }
        let same_rate = |text: &String| {
            Rate::parse(rate.base(), rate.quote(), text).is_ok_and(|said| said == *rate)
        };
        if !stated.rate.as_ref().is_none_or(same_rate) {
            return differs("/XchgRate");
        }
        let account = stated.payee_account.as_ref();
        if account.is_some_and(|account| *account != shop.id) {
            return differs("/CdtrAcct");
        }
        let member = stated.payee_member.as_ref();
        if member.is_some_and(|member| member != payee) {
            return differs("/CdtrAgt");
        }
        Ok(())
    }
}

fn of_remittance(payment: &Payment) -> Result<(String, ScreeningVerdict), Problem> {
    const FIELD: &str = "/RmtInf/Ustrd";
    let remittance = payment.remittance.as_ref();
    let remittance = remittance.ok_or_else(|| missing(FIELD))?;
    if !remittance.structured.is_empty() {
        return Err(wrong("/RmtInf/Strd", "the hub carries no remittance"));
    }
    let mut quote = String::new();
    let mut verdict = None;
    for line in &remittance.texts {
        let line = line.as_str();
        if let Some(piece) = line.strip_prefix(QUOTE) {
            quote.push_str(piece);
            continue;
        }
        let said = match line.strip_prefix(SCREENING) {
            Some("CLEAR") => ScreeningVerdict::Clear,
            Some("REFER") => ScreeningVerdict::Refer,
            Some(_) | None => {
                let detail = "lines are `QUOTE:` with a piece of the token, and one \
                              `SCREENING:CLEAR` or `SCREENING:REFER`";
                return Err(wrong(FIELD, detail));
            }
        };
        if verdict.replace(said).is_some() {
            return Err(wrong(FIELD, "what screening found stands there twice"));
        }
    }
    match (quote.is_empty(), verdict) {
        (false, Some(verdict)) => Ok((quote, verdict)),
        (true, _) | (_, None) => Err(missing(FIELD)),
    }
}

fn name_of(party: &Party) -> Option<String> {
    party.name.as_ref().map(|name| name.as_str().to_owned())
}

fn account_text(id: &AccountId) -> String {
    match id {
        AccountId::Iban(iban) => iban.as_str().to_owned(),
        AccountId::Other(other) => other.id.as_str().to_owned(),
    }
}

fn member(agent: &Agent) -> Option<String> {
    let member = agent.parts().member.as_ref();
    member.map(|member| member.id.as_str().to_owned())
}

/// The payer's own bank, where that is not the participant itself.
fn own_bank(agent: &Agent, participant: &str) -> Option<String> {
    let parts = agent.parts();
    let member = member(agent);
    if member.as_deref() == Some(participant) {
        return None;
    }
    let name = parts.name.as_ref().map(|name| name.as_str().to_owned());
    let bic = parts.bic.as_ref().map(|bic| bic.as_str().to_owned());
    name.or(bic).or(member)
}

fn missing(field: &str) -> Problem {
    Problem::new(Code::MissingField).with_field(format!("{PAYMENT}{field}"))
}

fn wrong(field: &str, detail: &str) -> Problem {
    Problem::new(Code::InvalidField)
        .with_field(format!("{PAYMENT}{field}"))
        .with_detail(detail)
}

#[expect(
    clippy::expect_used,
    reason = "only names of messages, which are short and plain"
)]
fn text(text: &str) -> Text<35> {
    Text::new(text).expect("a message's name")
}
