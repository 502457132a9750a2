//! A window's whole life through the writer: what is replayed is what was, after every step.

#[cfg(test)]
#[path = "common/network.rs"]
mod network;

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use calendar::{Country, Cycle, Days, MinuteOfDay, Schedule};
    use engine::{Answer, No, Work, Writer, audit, state_hash};
    use journal::memory::MemoryStore;
    use journal::{Journal, MemoryJournal, SqliteJournal};
    use money::{Amount, Currency, Money};
    use projection::{decode_snapshot, encode_snapshot};
    use switch::{
        Act, ActionId, Adjustment, Arrangement, Digest, Finality, Input, ItemId, Operate,
        Participant, ParticipantId, PayoutSeen, Proposed, Purse, Refusal, Reply, Role,
        SettlementAct, Span, Switch, Time, Verdict, WindowId, WindowStatus,
    };

    use crate::network::{ACLEDA, NETSTARS, START, pay, quote, setup};

    const W1: WindowId = WindowId(1);
    const HOUSE: ParticipantId = ParticipantId(3);
    const CLERK: ParticipantId = ParticipantId(4);

    /// A writer, and how the state of its journal is worked out anew.
    struct Hub<J, F> {
        writer: Writer<J>,
        replay: F,
        now: Time,
        actions: u128,
    }

    fn given<J: Journal>(writer: &mut Writer<J>, now: Time, input: Input) -> Answer {
        let (told, hears) = channel();
        let work = Work {
            input: Some(input),
            party: None,
            respond: Box::new(move |_view, answer| told.send(answer).unwrap()),
        };
        writer.batch(now, vec![work]);
        hears.recv().unwrap()
    }

    impl<J: Journal, F: Fn() -> [u8; 32]> Hub<J, F> {
        fn new(journal: J, replay: F) -> Self {
            let writer = Writer::open(journal).unwrap();
            let mut hub = Self {
                writer,
                replay,
                now: START,
                actions: 0,
            };
            for input in setup(Amount::from_minor(50_000_000).unwrap()) {
                hub.give(input).unwrap();
            }
            hub.give(Input::SetParticipant(Participant {
                name: "clerk".into(),
                scheme: "HOUSE".into(),
                roles: vec![Role::Operator],
                finality: Finality::Confirm,
                keys: vec![[8; 32]],
                callback_url: String::new(),
                banks: Vec::new(),
                is_active: true,
            }))
            .unwrap();
            hub
        }

        fn core(&self) -> &Switch {
            self.writer.view().switch
        }

        /// One input in one batch. A hub that starts anew, from the first row or from a
        /// snapshot, is in the same state.
        fn give(&mut self, input: Input) -> Answer {
            let words = format!("{input:?}");
            let answer = given(&mut self.writer, self.now, input);
            let live = state_hash(self.core());
            assert_eq!((self.replay)(), live, "{words}");
            let kept = encode_snapshot(&self.core().snapshot());
            let restored = Switch::restore(decode_snapshot(&kept).unwrap());
            assert_eq!(state_hash(&restored), live, "{words}");
            let identities = self.core().identities();
            assert!(
                identities.iter().all(|one| one.holds),
                "{words}: {identities:?}"
            );
            answer
        }

        fn operate(&mut self, operate: Operate) -> Answer {
            self.give(Input::Operate(Box::new(operate)))
        }

        /// Both persons, one after the other.
        fn act(&mut self, act: SettlementAct) -> Answer {
            self.actions += 1;
            let id = ActionId(self.actions);
            self.operate(Operate::Propose(Proposed {
                id,
                request_id: id.0,
                request: Digest([9; 32]),
                by: HOUSE,
                act: Act::Settlement(Box::new(act)),
                reason: "as agreed".into(),
                expires_at: self.now.after(Span::from_seconds(3_600)),
            }))?;
            self.operate(Operate::Approve { id, by: CLERK })
        }

        fn pays(&mut self, id: u128) {
            let Ok(Reply::Quoted(offer)) = self.give(quote(id)) else {
                panic!("no quote for {id}")
            };
            self.give(pay(offer, id)).unwrap();
            let from = NETSTARS;
            let (id, verdict) = (ItemId(id), Verdict::Accepted);
            self.give(Input::Answer { from, id, verdict }).unwrap();
        }

        fn settle(&mut self, window: WindowId) -> Answer {
            let mut settlement = self.core().settlement_of(window).unwrap();
            for (uetr, payout) in (1..).zip(&mut settlement.payouts) {
                payout.uetr = uetr;
            }
            let day = self.core().window_of(window).unwrap().settlement_day;
            self.act(SettlementAct::Settle {
                window,
                day: day.unwrap(),
                settlement: Box::new(settlement),
            })
        }

        fn lines(&self, window: WindowId) -> Vec<PayoutSeen> {
            let known = self.core().window_of(window).unwrap();
            let payouts = &known.settlement.as_ref().unwrap().payouts;
            let line = |(place, payout): (u32, &switch::Instruction)| PayoutSeen {
                window,
                place,
                money: payout.money,
                reference: format!("LINE-{}-{place}", window.0),
                statement: Digest([4; 32]),
            };
            (0..).zip(payouts).map(line).collect()
        }

        fn status(&self, window: WindowId) -> WindowStatus {
            self.core().window_of(window).unwrap().status
        }
    }

    fn daily() -> Arrangement {
        Arrangement {
            currency: Some(Currency::Jpy),
            schedule: Schedule {
                cycle: Cycle::Daily {
                    cut_off: MinuteOfDay::parse("17:00").unwrap(),
                    zone: Country::Kh,
                },
                days: Days::All,
            },
            ..Arrangement::default()
        }
    }

    /// From the first payment to the bank's last line, a remedy and a correction on the way.
    fn life<J: Journal, F: Fn() -> [u8; 32]>(hub: &mut Hub<J, F>) {
        hub.operate(Operate::Arrange(daily())).unwrap();
        let rows = hub.writer.view().head.seq;
        hub.operate(Operate::Arrange(daily())).unwrap();
        assert_eq!(hub.writer.view().head.seq, rows, "the same changes nothing");
        hub.pays(1);
        hub.now = hub.core().window_of(W1).unwrap().closes_at.unwrap();
        hub.give(Input::Tick).unwrap();
        assert_eq!(hub.status(W1), WindowStatus::Closed);
        hub.pays(2);
        let until = hub.now.after(Span::from_seconds(600));
        hub.act(SettlementAct::Hold { window: W1, until }).unwrap();
        let held = hub.settle(W1);
        assert_eq!(held, Err(No::Refused(Refusal::PolicyWindowHeld)));
        hub.now = until;
        let (participant, currency) = (ACLEDA, Currency::Jpy);
        let [before, after] = [Amount::ZERO, Amount::from_minor(5_000).unwrap()];
        let money = Money::new(currency, after);
        for act in [
            SettlementAct::Pledge {
                participant,
                currency,
                before,
                after,
            },
            SettlementAct::Draw { participant, money },
            SettlementAct::Repay { participant, money },
            SettlementAct::Adjust(Adjustment {
                break_id: "b-1".into(),
                from: Purse::Bank,
                to: Purse::Suspense,
                money,
            }),
        ] {
            hub.act(act).unwrap();
        }
        hub.settle(W1).unwrap();
        let lines = hub.lines(W1);
        let (last, first) = lines.split_last().unwrap();
        for line in first {
            hub.operate(Operate::PaidOut(line.clone())).unwrap();
        }
        hub.act(SettlementAct::Confirm {
            window: W1,
            place: last.place,
            reference: "letter of 26 November".into(),
        })
        .unwrap();
        assert_eq!(hub.status(W1), WindowStatus::Settled);
        hub.act(SettlementAct::Close {
            window: WindowId(2),
        })
        .unwrap();
        hub.pays(3);
        hub.act(SettlementAct::Exclude {
            window: WindowId(2),
            participant,
        })
        .unwrap();
        // What is left is between the FX provider and the shop's side.
        hub.settle(WindowId(2)).unwrap();
        for line in hub.lines(WindowId(2)) {
            hub.operate(Operate::PaidOut(line)).unwrap();
        }
        assert_eq!(hub.status(WindowId(2)), WindowStatus::Settled);
        assert_eq!(hub.core().window(), WindowId(3));
        assert!(
            !hub.core().window_of(WindowId(3)).unwrap().pairs.is_empty(),
            "its own part waits in the next one"
        );
    }

    #[test]
    fn every_step_of_a_settlement_is_replayed_as_it_was() {
        let store = MemoryStore::new();
        let replay = || {
            let replayed = Writer::open(MemoryJournal::open(&store)).unwrap();
            state_hash(replayed.view().switch)
        };
        life(&mut Hub::new(MemoryJournal::open(&store), replay));
    }

    #[test]
    fn the_audit_agrees_with_every_step_of_a_settlement() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = SqliteJournal::open(&path).unwrap();
        let replay = || audit(&path, &[]).unwrap().state_hash;
        life(&mut Hub::new(journal, replay));
    }
}
