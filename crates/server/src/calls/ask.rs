//! One ask: can you credit this? Or, when the answer did not come in time and the participant may
//! have credited: how far did you get?

use std::time::Duration;

use engine::View;
use engine::calls::time_for;
use http::Method;
use participant::http::read_answer;
use switch::{
    Input, Item, ItemId, Kind, Operate, ParticipantId, Refusal, Span, StatusReason, Time, Verdict,
};
use wire::api::{Ask, AskKind, Credit, CreditAnswer, CreditState, CreditVerdict, Parties, Party};

use super::{Failed, call};
use crate::convert::{time_text, uuid_text, view};
use crate::hub::Hub;
use crate::limits::CALL_DEADLINE;
use crate::view::Seen;

/// What is to be asked, copied from the state.
#[derive(Debug)]
pub(super) struct Question {
    seen: Seen,
    is_look_up: bool,
    epoch: u64,
}

impl Question {
    /// What is to be asked about an item that is due.
    pub(super) fn of(view: &View<'_>, id: ItemId, is_look_up: bool) -> Option<Self> {
        Some(Self {
            seen: Seen::of(view, id)?,
            is_look_up,
            epoch: view.epoch,
        })
    }

    fn id(&self) -> ItemId {
        self.seen.item.id
    }
}

/// Asks, and hands the answer to the writer.
pub(super) async fn carry(hub: Hub, who: ParticipantId, question: Question) -> Result<(), Failed> {
    let id = question.id();
    let verdict = match question.is_look_up {
        true => look_up(&hub, who, id).await?,
        false => ask(&hub, who, question).await?,
    };
    let answer = Input::Answer {
        from: who,
        id,
        verdict,
    };
    let taken = hub
        .give(answer, |_view, _reply| ())
        .await
        .map_err(Failed::Ours)?;
    match taken {
        Err(Refusal::PayeeNotParty) => late(&hub, who, id, verdict).await,
        taken => taken.map_err(Failed::Refused),
    }
}

/// The item was decided while the call was under way, and has left memory: what was said may
/// still be evidence against the outcome, and evidence is never lost.
async fn late(hub: &Hub, from: ParticipantId, id: ItemId, verdict: Verdict) -> Result<(), Failed> {
    let seen = hub.seen(id).await.map_err(Failed::Ours)?;
    let seen = seen.ok_or(Failed::Refused(Refusal::PayeeNotParty))?;
    let evidence = Operate::Evidence {
        from,
        item: Box::new(seen.item),
        verdict,
    };
    let taken = hub
        .give(Input::Operate(Box::new(evidence)), |_view, _reply| ())
        .await
        .map_err(Failed::Ours)?;
    taken.map_err(Failed::Refused)
}

async fn ask(hub: &Hub, who: ParticipantId, question: Question) -> Result<Verdict, Failed> {
    let (begun, payment) = question.seen.parties;
    let parties = hub.blocking(move |hub| {
        let shared = hub.shared();
        shared.history.parties(&shared.vault, begun, payment)
    });
    let parties = parties.await.map_err(Failed::Ours)?.ok_or(Failed::Erased)?;
    let deadline = deadline(&question.seen.item, hub.now());
    let ask = written(&question, parties);
    let body = serde_json::to_vec(&ask).map_err(|_unfit| Failed::Other)?;
    let answer = call(hub, who, Method::POST, "/credits", Some(body), deadline).await?;
    let answer: CreditAnswer = read_answer(&answer)?;
    if answer.id != ask.id {
        return Err(Failed::Other);
    }
    Ok(match answer.verdict {
        CreditVerdict::Accepted => Verdict::Accepted,
        CreditVerdict::Rejected => {
            let reason = answer
                .reason
                .and_then(|reason| StatusReason::new(&reason.code));
            Verdict::Rejected(reason.unwrap_or(StatusReason::NARR))
        }
    })
}

/// No longer than a call may take, and never beyond the ask's own time.
fn deadline(item: &Item, now: Time) -> Duration {
    let call_max = i64::try_from(CALL_DEADLINE.as_nanos()).unwrap_or(i64::MAX);
    let lasts = time_for(item, now, Span(call_max));
    Duration::from_nanos(lasts.0.unsigned_abs())
}

/// A refund goes the other way: the shop gives, the payer gets, and there is no code.
fn written(question: &Question, parties: Parties) -> Ask {
    let item = &question.seen.item;
    let merchant = parties.creditor;
    let payer = parties.debtor;
    let (kind, creditor, debtor, amount, payload): (_, Party, Party, _, _) = match item.kind {
        Kind::Payment => {
            let receives = item.terms.shop_receives();
            (AskKind::Payment, merchant, payer, receives, parties.payload)
        }
        Kind::Refund { .. } => (
            AskKind::Refund,
            payer,
            merchant,
            item.payer_amount,
            String::new(),
        ),
    };
    Ask {
        id: uuid_text(item.id),
        kind,
        payment_id: uuid_text(question.seen.parties.1),
        epoch: question.epoch,
        expires_at: time_text(item.deadline),
        amount: view(amount),
        instructed_amount: view(item.amount),
        creditor,
        debtor,
        payload,
    }
}

/// Only what the participant knows for certain ends a doubt.
async fn look_up(hub: &Hub, who: ParticipantId, id: ItemId) -> Result<Verdict, Failed> {
    let id = uuid_text(id);
    let path = format!("/credits/{id}");
    let answer = call(hub, who, Method::GET, &path, None, CALL_DEADLINE).await?;
    let credit: Credit = read_answer(&answer)?;
    if credit.id != id {
        return Err(Failed::Other);
    }
    match credit.state {
        CreditState::Accepted | CreditState::Credited => Ok(Verdict::Accepted),
        CreditState::Rejected | CreditState::Released => Ok(Verdict::Rejected(StatusReason::NARR)),
        CreditState::NotFound => Err(Failed::Other),
    }
}
