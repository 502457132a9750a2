//! A request on its way through core and tables, without threads or sockets.
//!
//! # Doctrine
//!
//! * **Memory first, tables afterwards.** An item leaves memory only when the tables hold it, so
//!   whoever looks in this order finds it in one of the two. The other order has a gap.
//! * **Tables that are behind answer nothing.** While they are made anew they stand before what
//!   has left, and "not found" would be a lie: whoever asks is told to come again.
//! * Where the core asks for a look ([`Refusal::OursRecall`]) and the tables do not know the id
//!   either, the request is handed in again with the batch for which they stood. If more has left
//!   since, the core asks again; that is bounded, and then the caller is told to come again.
//! * **An offer is only for an id that nobody used.** The core knows those in memory, so an offer
//!   that it makes is looked up once more before it leaves.
//! * **Money is not believed of tables alone.** A payment that is to be refunded is compared with
//!   its own record in the journal first ([`is_as_recorded`]).

use journal::Row;
use projection::{Ask, Past, PastItem};
use switch::{
    Closed, Digest, Input, Item, ItemId, Kind, ParticipantId, PayInput, Quote, QuoteInput,
    Recalled, RecalledPayment, Record, RefundInput, Refusal, Reply,
};

use crate::limits::RECALLS_MAX;
use crate::work::{Answer, No};

/// What has to happen next.
#[derive(Clone, Debug)]
pub enum Next {
    /// Hand the request's input in, and bring the answer.
    Give,
    /// Read what has left memory, look into the tables **after that**, and bring both.
    Look(Ask),
    /// Tell the caller.
    Told(Told),
}

/// What a caller is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The offer; its id was never used.
    Quoted(Box<Quote>),
    /// The item is in memory.
    Item(ItemId),
    /// The item has left memory.
    Past(Box<PastItem>),
    /// The id is used up for the requester, without having been an item; it is in memory.
    Closed(ParticipantId, ItemId),
    /// As [`Told::Closed`], and it has left memory.
    PastClosed(Closed),
    /// No.
    Refused(Refusal),
    /// Nothing was used up: come again.
    Again(Again),
}

/// Why somebody has to come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The journal took nothing.
    Unavailable,
    /// There is too much in memory.
    Busy,
    /// The tables are behind what has left memory.
    Behind,
    /// The tables say of the payment what the journal does not.
    Doubtful,
}

/// A quote, a payment, a refund or a withdrawal.
#[derive(Clone, Debug)]
pub struct Request {
    body: Body,
    left: usize,
}

#[derive(Clone, Debug)]
enum Body {
    Quote(Box<QuoteInput>, Option<Box<Quote>>),
    Pay(Box<PayInput>),
    Refund(Box<RefundInput>),
    Cancel {
        requester: ParticipantId,
        id: ItemId,
        recalled: Option<u64>,
    },
}

impl Request {
    /// Asks what a payment would cost.
    pub fn quote(input: QuoteInput) -> Self {
        Self::of(Body::Quote(Box::new(input), None))
    }

    /// Takes an offer.
    pub fn pay(input: PayInput) -> Self {
        Self::of(Body::Pay(Box::new(input)))
    }

    /// Gives some of a payment back.
    pub fn refund(input: RefundInput) -> Self {
        Self::of(Body::Refund(Box::new(input)))
    }

    /// Withdraws a payment.
    pub fn cancel(requester: ParticipantId, id: ItemId) -> Self {
        let recalled = None;
        Self::of(Body::Cancel {
            requester,
            id,
            recalled,
        })
    }

    fn of(body: Body) -> Self {
        Self {
            body,
            left: RECALLS_MAX,
        }
    }

    /// What is handed in.
    pub fn input(&self) -> Input {
        match &self.body {
            Body::Quote(input, _) => Input::Quote((**input).clone()),
            Body::Pay(input) => Input::Pay(input.clone()),
            Body::Refund(input) => Input::Refund(input.clone()),
            Body::Cancel {
                requester,
                id,
                recalled,
            } => Input::Cancel {
                requester: *requester,
                id: *id,
                recalled: *recalled,
            },
        }
    }

    /// What the core said.
    pub fn answered(&mut self, answer: Answer) -> Next {
        Next::Told(match answer {
            Ok(Reply::Quoted(made)) => {
                if let Body::Quote(_, quote) = &mut self.body {
                    *quote = Some(Box::new(made));
                }
                return Next::Look(self.ask());
            }
            Ok(Reply::Item(id)) => Told::Item(id),
            Ok(Reply::Closed(who, id)) => Told::Closed(who, id),
            // No request of this kind is answered otherwise.
            Ok(
                Reply::Done
                | Reply::Participant(_)
                | Reply::Corridor(_)
                | Reply::Action(_)
                | Reply::Window(_)
                | Reply::Ticked(_),
            )
            | Err(No::Busy) => Told::Again(Again::Busy),
            Err(No::Unavailable) => Told::Again(Again::Unavailable),
            Err(No::Refused(Refusal::OursRecall)) => {
                if self.left == 0 {
                    return Next::Told(Told::Again(Again::Busy));
                }
                self.left = self.left.saturating_sub(1);
                return Next::Look(self.ask());
            }
            Err(No::Refused(refusal)) => Told::Refused(refusal),
        })
    }

    /// What the tables said, and what had left memory before they were looked into. `recorded` is
    /// asked for the records of the batch in which a payment began.
    pub fn looked(
        &mut self,
        past: Past,
        left_seq: u64,
        recorded: impl FnOnce(u64) -> Option<Vec<Record>>,
    ) -> Next {
        if past.seq < left_seq {
            return Next::Told(Told::Again(Again::Behind));
        }
        // What was used up for the requester comes first, as it does in memory.
        if let Some(closed) = past.closed {
            return Next::Told(self.closed(closed));
        }
        if let Some(item) = past.item {
            return Next::Told(self.repeated(item));
        }
        match &mut self.body {
            Body::Quote(_, quote) => {
                // Looked at only after the core has made one.
                let quote = quote.take().map_or(Told::Again(Again::Busy), Told::Quoted);
                return Next::Told(quote);
            }
            Body::Pay(input) => input.recalled = Some(past.seq),
            Body::Cancel { recalled, .. } => *recalled = Some(past.seq),
            Body::Refund(input) => {
                let payment = match past.payment {
                    None => None,
                    Some(found) => {
                        let records = recorded(found.item.created.seq).unwrap_or_default();
                        if !is_as_recorded(&found.item, &records) {
                            return Next::Told(Told::Again(Again::Doubtful));
                        }
                        let (refunded, payer_refunded) = found.refunded;
                        Some(RecalledPayment {
                            item: found.item,
                            refunded,
                            payer_refunded,
                        })
                    }
                };
                input.recalled = Some(Box::new(Recalled {
                    seq: past.seq,
                    payment,
                }));
            }
        }
        Next::Give
    }

    /// What is looked for in the tables.
    pub fn ask(&self) -> Ask {
        let (id, requester, payment) = match &self.body {
            Body::Quote(input, _) => (input.id, input.payer, None),
            Body::Pay(input) => (input.quote.id, input.payer, None),
            Body::Refund(input) => (input.id, input.payee, Some(input.payment)),
            Body::Cancel { requester, id, .. } => (*id, *requester, None),
        };
        Ask {
            id,
            requester: Some(requester),
            payment,
        }
    }

    /// A repetition of what left memory is answered as the first time; the same id with another
    /// body, or of another participant's item, is a conflict.
    fn repeated(&self, past: PastItem) -> Told {
        let (requester, request) = match &self.body {
            // An offer is no repetition of anything.
            Body::Quote(input, _) if past.item.requester == input.payer => {
                return Told::Refused(Refusal::PayerIdConflict);
            }
            Body::Quote(input, _) => (input.payer, None),
            Body::Pay(input) => (input.payer, Some(input.request)),
            Body::Refund(input) => (input.payee, Some(input.request)),
            // A refund is not withdrawn, and whoever tries learns nothing of it.
            Body::Cancel { .. } if past.item.kind != Kind::Payment => {
                return Told::Refused(Refusal::PayeeNotParty);
            }
            Body::Cancel { requester, .. } => (*requester, None),
        };
        if past.item.requester != requester {
            return Told::Refused(Refusal::PayerIdInUse);
        }
        if request.is_some_and(|request| request != past.item.request) {
            return Told::Refused(Refusal::PayerIdConflict);
        }
        Told::Past(Box::new(past))
    }

    fn closed(&self, closed: Closed) -> Told {
        let request: Option<Digest> = match &self.body {
            Body::Quote(..) => None,
            Body::Pay(input) => Some(input.request),
            Body::Refund(input) => Some(input.request),
            Body::Cancel { .. } => return Told::PastClosed(closed),
        };
        Told::Refused(match (closed.request, closed.refusal) {
            (first @ Some(_), Some(refusal)) if first == request => refusal,
            (Some(_), _) => Refusal::PayerIdConflict,
            (None, _) => Refusal::PayerIdForbidden,
        })
    }
}

/// The records of a row of the journal; `None` when its bytes do not have its own hash, or are no
/// records: evidence of nothing.
pub fn recorded(row: &Row) -> Option<Vec<Record>> {
    if row.link().hash() != row.hash {
        tracing::error!(
            seq = row.seq,
            "a row of the journal does not have its own hash"
        );
        return None;
    }
    let records = projection::decode(&row.records);
    let records = records.inspect_err(|error| tracing::error!(%error, row.seq, "decode records"));
    records.ok()
}

/// Whether the batch in which a payment began recorded it as this item says that it was agreed.
pub fn is_as_recorded(item: &Item, records: &[Record]) -> bool {
    item.kind == Kind::Payment
        && records.iter().any(|record| {
            let Record::PaymentReserved(reserved) = record else {
                return false;
            };
            reserved.id == item.id
                && reserved.terms == item.terms
                && reserved.payer_amount == item.payer_amount
                && reserved.payer_key == item.payer_key
                && reserved.parties == item.parties
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: ParticipantId = ParticipantId(3);
    const ID: ItemId = ItemId(7);

    fn cancel() -> Request {
        Request::cancel(WHO, ID)
    }

    fn told(next: Next) -> Told {
        let Next::Told(told) = next else {
            panic!("expected an answer, got {next:?}")
        };
        told
    }

    fn nothing(seq: u64) -> Past {
        Past {
            seq,
            ..Past::default()
        }
    }

    fn no(_seq: u64) -> Option<Vec<Record>> {
        None
    }

    #[test]
    fn what_the_core_says_is_told() {
        let check = |answer, expected| assert_eq!(told(cancel().answered(answer)), expected);
        check(Ok(Reply::Item(ID)), Told::Item(ID));
        check(Ok(Reply::Closed(WHO, ID)), Told::Closed(WHO, ID));
        check(Err(No::Busy), Told::Again(Again::Busy));
        check(Err(No::Unavailable), Told::Again(Again::Unavailable));
        let refusal = Refusal::PayerIdInUse;
        check(Err(No::Refused(refusal)), Told::Refused(refusal));
    }

    #[test]
    fn an_id_that_the_tables_do_not_know_is_handed_in_with_their_batch() {
        let mut request = cancel();
        let next = request.answered(Err(No::Refused(Refusal::OursRecall)));
        let Next::Look(ask) = next else {
            panic!("{next:?}")
        };
        assert_eq!((ask.id, ask.requester, ask.payment), (ID, Some(WHO), None));
        assert!(matches!(request.looked(nothing(9), 9, no), Next::Give));
        let Input::Cancel { recalled, .. } = request.input() else {
            panic!("it is a withdrawal")
        };
        assert_eq!(recalled, Some(9));
    }

    #[test]
    fn tables_that_are_behind_answer_nothing() {
        let mut request = cancel();
        request.answered(Err(No::Refused(Refusal::OursRecall)));
        let next = request.looked(nothing(8), 9, no);
        assert_eq!(told(next), Told::Again(Again::Behind));
        let Input::Cancel { recalled, .. } = request.input() else {
            panic!("it is a withdrawal")
        };
        assert_eq!(recalled, None);
    }

    #[test]
    fn looking_is_bounded() {
        let mut request = cancel();
        for _ in 0..RECALLS_MAX {
            let next = request.answered(Err(No::Refused(Refusal::OursRecall)));
            assert!(matches!(next, Next::Look(_)));
            assert!(matches!(request.looked(nothing(9), 9, no), Next::Give));
        }
        let next = request.answered(Err(No::Refused(Refusal::OursRecall)));
        assert_eq!(told(next), Told::Again(Again::Busy));
    }

    #[test]
    fn what_was_used_up_is_told_from_the_tables() {
        let closed = Closed {
            state: switch::State::Refused,
            refusal: Some(Refusal::PayerDayLimit),
            request: Some(Digest([1; 32])),
            at: switch::Stamp::default(),
        };
        let mut request = cancel();
        request.answered(Err(No::Refused(Refusal::OursRecall)));
        let past = Past {
            closed: Some(closed),
            ..nothing(9)
        };
        assert_eq!(told(request.looked(past, 9, no)), Told::PastClosed(closed));
    }
}
