//! Calls follow from the state: which, when, and when again.

#[cfg(test)]
#[path = "common/network.rs"]
mod network;

#[cfg(test)]
mod tests {
    use engine::calls::{Call, Caller, Round, time_for};
    use engine::limits::{RETRY_FIRST, RETRY_LAST};
    use engine::{Work, Writer};
    use journal::MemoryJournal;
    use money::Amount;
    use switch::{Input, Item, ItemId, Quote, Reply, Span, State, Time, Verdict};

    use crate::network::{ACLEDA, NETSTARS, START, pay, quote, setup};

    const SECOND: i64 = 1_000_000_000;

    struct Hub {
        writer: Writer<MemoryJournal>,
        netstars: Caller,
    }

    impl Hub {
        /// A hub that asked about two payments.
        fn asking() -> Self {
            let mut hub = Hub {
                writer: Writer::open(MemoryJournal::new()).unwrap(),
                netstars: Caller::new(NETSTARS),
            };
            for input in setup(Amount::MAX) {
                hub.give(input);
            }
            let offer = hub.offer();
            hub.give(pay(offer, 1));
            hub.give(pay(offer, 2));
            hub
        }

        fn give(&mut self, input: Input) {
            let respond = Box::new(|_view: &engine::View<'_>, answer: engine::Answer| {
                assert!(answer.is_ok(), "{answer:?}");
            });
            let work = Work {
                input: Some(input),
                party: None,
                respond,
            };
            self.writer.batch(START, vec![work]);
        }

        fn offer(&self) -> Quote {
            let decision = self.writer.view().switch.decide(START, &quote(1));
            match decision.reply {
                Ok(Reply::Quoted(quote)) => quote,
                other => panic!("a quote was answered with {other:?}"),
            }
        }

        fn plan(&mut self, at: Time) -> Round {
            self.netstars.plan(&self.writer.view(), at, at)
        }
    }

    fn ask(id: u128) -> Call {
        Call::Ask(ItemId(id))
    }

    #[test]
    fn every_ask_is_in_flight_once_and_again_after_a_pause() {
        let mut hub = Hub::asking();
        let round = hub.plan(START);
        assert_eq!(round.begin, [ask(1), ask(2)]);
        assert_eq!(round.wake, START.after(RETRY_LAST));
        assert_eq!(hub.plan(START).begin, []);
        hub.netstars.failed(ask(2), START);
        let round = hub.plan(START);
        assert_eq!(round.begin, []);
        assert_eq!(round.wake, START.after(RETRY_FIRST));
        assert_eq!(hub.plan(round.wake).begin, [ask(2)]);
    }

    #[test]
    fn an_outcome_is_told_in_order_until_it_is_noted() {
        let mut hub = Hub::asking();
        hub.plan(START);
        for id in [1, 2] {
            hub.netstars.answered(ask(id));
            hub.give(Input::Answer {
                from: NETSTARS,
                id: ItemId(id),
                verdict: Verdict::Accepted,
            });
        }
        let first = Call::Tell(1, Some(ItemId(1)));
        assert_eq!(hub.plan(START).begin, [first]);
        assert_eq!(hub.plan(START).begin, [], "one at a time");
        hub.netstars.failed(first, START);
        let later = START.after(RETRY_FIRST);
        assert_eq!(hub.plan(later).begin, [first], "until it is noted");
        hub.give(Input::Acknowledge {
            participant: NETSTARS,
            position: 1,
        });
        hub.netstars.answered(first);
        assert_eq!(hub.plan(later).begin, [Call::Tell(2, Some(ItemId(2)))]);
        let mut acleda = Caller::new(ACLEDA);
        let round = acleda.plan(&hub.writer.view(), later, later);
        assert_eq!(round.begin, [first], "its own stream, and no asks");
    }

    #[test]
    fn a_call_about_an_ask_ends_with_the_ask() {
        let hub = Hub::asking();
        let most = Span(5 * SECOND);
        let at = |s| START.after(Span(s * SECOND));
        let item = hub.writer.view().switch.item(ItemId(1)).unwrap().clone();
        let lasts = |item: &Item, now| time_for(item, now, most);
        assert_eq!(lasts(&item, at(0)), most);
        assert_eq!(lasts(&item, at(18)), Span(2 * SECOND));
        assert_eq!(lasts(&item, at(21)), Span(0));
        let in_doubt = Item {
            state: State::InDoubt,
            ..item
        };
        assert_eq!(lasts(&in_doubt, at(21)), most);
        let mut hub = hub;
        // A pause of it ended a second ago; that is no reason to look again at once.
        hub.netstars.failed(ask(1), at(19));
        let round = hub.plan(at(20));
        assert_eq!(round.begin, [], "its time is over");
        assert!(round.wake > at(20), "{:?}", round.wake);
    }
}
