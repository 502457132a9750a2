//! A request meets what has left memory as it would have met it in memory.

#[cfg(test)]
#[path = "common/network.rs"]
mod network;

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use engine::request::{Next, Request, Told};
    use engine::{Work, Writer};
    use journal::MemoryJournal;
    use money::Amount;
    use projection::{Past, PastItem};
    use switch::{
        Closed, Digest, Input, Item, ItemId, Kind, Quote, QuoteInput, Refusal, Reply, Stamp, State,
    };

    use crate::network::{ACLEDA, NETSTARS, START, pay, quote, setup};

    fn give(writer: &mut Writer<MemoryJournal>, input: Input) -> Reply {
        let (told, hears) = channel();
        let work = Work {
            input: Some(input),
            party: None,
            respond: Box::new(move |_view, answer| told.send(answer).unwrap()),
        };
        writer.batch(START, vec![work]);
        hears.recv().unwrap().unwrap()
    }

    /// An offer for id 1, and the payment that was made of another like it.
    fn offered() -> (QuoteInput, Quote, Item) {
        let mut writer = Writer::open(MemoryJournal::new()).unwrap();
        for input in setup(Amount::MAX) {
            give(&mut writer, input);
        }
        let Input::Quote(input) = quote(1) else {
            panic!("it asks for an offer")
        };
        let Reply::Quoted(made) = give(&mut writer, quote(1)) else {
            panic!("it is offered")
        };
        give(&mut writer, pay(made, 2));
        let item = writer.view().switch.item(ItemId(2)).unwrap().clone();
        (input, made, item)
    }

    fn past(item: Option<Item>, closed: Option<Closed>) -> Past {
        let refunded = (Amount::ZERO, Amount::ZERO);
        Past {
            seq: 9,
            item: item.map(|item| PastItem { item, refunded }),
            closed,
            payment: None,
        }
    }

    fn told(next: Next) -> Told {
        let Next::Told(told) = next else {
            panic!("expected an answer, got {next:?}")
        };
        told
    }

    #[test]
    fn an_offer_leaves_only_for_an_id_that_the_tables_do_not_know_either() {
        let (input, made, item) = offered();
        let check = |past: Past, expected: Told| {
            let mut request = Request::quote(input.clone());
            let next = request.answered(Ok(Reply::Quoted(made)));
            let Next::Look(ask) = next else {
                panic!("an offer that was not looked up: {next:?}")
            };
            assert_eq!((ask.id, ask.requester), (input.id, Some(ACLEDA)));
            assert_eq!(told(request.looked(past, 9, |_| None)), expected);
        };
        let closed = |request: Option<Digest>| Closed {
            state: State::Refused,
            refusal: request.map(|_| Refusal::PayerDayLimit),
            request,
            at: Stamp::default(),
        };
        let mut foreign = item.clone();
        foreign.requester = NETSTARS;
        check(past(None, None), Told::Quoted(Box::new(made)));
        let cases = [
            (past(Some(item), None), Refusal::PayerIdConflict),
            (past(Some(foreign), None), Refusal::PayerIdInUse),
            (
                past(None, Some(closed(Some(Digest([1; 32]))))),
                Refusal::PayerIdConflict,
            ),
            (past(None, Some(closed(None))), Refusal::PayerIdForbidden),
        ];
        for (past, refusal) in cases {
            check(past, Told::Refused(refusal));
        }
    }

    #[test]
    fn a_refund_that_left_memory_is_not_withdrawn_and_not_told_of() {
        let (.., mut item) = offered();
        item.kind = Kind::Refund { payment: ItemId(7) };
        let requester = item.requester;
        for who in [requester, NETSTARS] {
            let mut request = Request::cancel(who, item.id);
            let found = past(Some(item.clone()), None);
            let answer = told(request.looked(found, 9, |_| None));
            assert_eq!(answer, Told::Refused(Refusal::PayeeNotParty));
        }
        item.kind = Kind::Payment;
        let mut request = Request::cancel(requester, item.id);
        let answer = told(request.looked(past(Some(item.clone()), None), 9, |_| None));
        assert!(matches!(answer, Told::Past(found) if found.item == item));
    }
}
