//! Refunds of a payment against its leaving memory, with the real tables in between: whatever
//! order things take, what goes back is what was paid, to the riel.

#[cfg(test)]
#[path = "../../switch/tests/races/refunds.rs"]
mod refunds;
#[cfg(test)]
#[path = "../../switch/tests/races/run.rs"]
#[expect(dead_code, reason = "the races of the core ask more of a run")]
mod run;
#[cfg(test)]
#[path = "../../switch/tests/races/seed.rs"]
mod seed;
#[cfg(test)]
#[path = "../../switch/tests/races/shelf.rs"]
#[expect(dead_code, reason = "the tables add up what went back themselves")]
mod shelf;
#[cfg(test)]
#[path = "../../switch/tests/story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than a race does"
)]
mod world;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use projection::{Projector, Tables};
    use switch::{ItemId, RecalledPayment, Record, Refusal, Stamp};

    use crate::refunds::{cap, given, paid, refund};
    use crate::run::{Run, Told};
    use crate::shelf::{Ask, Past, Shelf};
    use crate::world::{ACLEDA, World};

    const SEEDS: u64 = 1_000;
    const STEPS: usize = 40;

    /// The tables as the hub has them, in memory so that a thousand runs do not wait for a disk.
    struct Real {
        projector: Projector,
        tables: Tables,
        seq: u64,
    }

    impl Shelf for Real {
        fn after(base: &World) -> Self {
            let mut shelf = Real {
                projector: Projector::default(),
                tables: Tables::open(Path::new(":memory:")).unwrap(),
                seq: 0,
            };
            let records = base.records.iter().cloned();
            let batches: Vec<(Stamp, Vec<Record>)> = records
                .map(|(stamp, record)| (stamp, vec![record]))
                .collect();
            shelf.take(&batches);
            shelf
        }

        fn take(&mut self, batches: &[(Stamp, Vec<Record>)]) {
            let Some((last, _)) = batches.last() else {
                return;
            };
            for (stamp, records) in batches {
                self.projector.take(*stamp, records);
            }
            let rows = self.projector.rows();
            let written = (last.seq, [0; 32]);
            self.tables.write(self.seq + 1, written, &rows).unwrap();
            self.seq = last.seq;
        }

        fn seq(&self) -> u64 {
            self.seq
        }

        fn look(&self, ask: Ask) -> Past {
            let ask = projection::Ask {
                id: ask.id,
                requester: Some(ask.requester),
                payment: ask.payment,
            };
            let past = self.tables.past(ask).unwrap();
            Past {
                seq: past.seq,
                item: past.item.map(|past| past.item),
                closed: past.closed,
                payment: past.payment.map(|past| RecalledPayment {
                    item: past.item,
                    refunded: past.refunded.0,
                    payer_refunded: past.refunded.1,
                }),
            }
        }
    }

    type Race<'a> = Run<'a, Real>;

    /// Gives back the rest and asks for one yen more.
    fn give_the_rest(run: &mut Race<'_>) {
        let (yen, _, completed) = given(run);
        let rest = refund(900, 3_000 - yen);
        assert_eq!(run.carry_out(&rest, ACLEDA), Told::Item(ItemId(900)));
        assert_eq!(given(run), (3_000, 80_136, completed + 1));
        run.leave_all();
        let more = run.carry_out(&refund(901, 1), ACLEDA);
        assert_eq!(more, Told::No(Refusal::PayeeRefundExceeds));
        assert_eq!(given(run), (3_000, 80_136, completed + 1));
    }

    #[test]
    fn refunds_of_what_leaves_meanwhile() {
        let base = paid();
        let mut whole: Race<'_> = Run::new(&base, 0);
        whole.carry_out(&refund(2, 3_000), ACLEDA);
        let whole = whole.switch.positions();
        let mut ends: BTreeMap<usize, u64> = BTreeMap::new();
        for seed in 0..SEEDS {
            let mut run: Race<'_> = Run::new(&base, seed);
            for id in 2..6 {
                // Each leaves 2 when divided by 5, so that no four of them are the whole.
                let yen = u64::try_from(302 + 5 * run.seeded.below(150)).unwrap();
                run.request(refund(id, yen));
            }
            for _ in 0..STEPS {
                run.step();
                match run.seeded.below(6) {
                    0 => run.leave_all(),
                    1 | 2 => run.answer_any(),
                    _ => {}
                }
                let (yen, riel, _) = given(&run);
                assert!(yen <= 3_000 && riel <= 80_136, "JPY {yen}, KHR {riel}");
            }
            run.settle();
            let (.., completed) = given(&run);
            *ends.entry(completed).or_default() += 1;
            cap(&mut run, 5_000_000);
            give_the_rest(&mut run);
            assert_eq!(run.switch.positions(), whole, "as if given back at once");
            run.repeat_all();
        }
        let seen: Vec<usize> = ends.keys().copied().collect();
        assert_eq!(seen, [0, 1, 2, 3, 4], "{ends:?}");
    }

    #[test]
    fn three_hundred_small_refunds_give_back_exactly_the_whole_although_they_leave() {
        let base = paid();
        for seed in 0..3 {
            let mut run: Race<'_> = Run::new(&base, seed);
            let mut largest = 0;
            for id in 2..302 {
                let told = run.carry_out(&refund(id, 10), ACLEDA);
                assert_eq!(told, Told::Item(ItemId(id)));
                largest = largest.max(run.switch.items_in_memory());
                if run.seeded.one_in(5) {
                    run.leave_all();
                }
            }
            assert_eq!(given(&run), (3_000, 80_136, 300));
            assert!(largest < 50, "{largest} items were in memory at once");
            let more = run.carry_out(&refund(999, 1), ACLEDA);
            assert_eq!(more, Told::No(Refusal::PayeeRefundExceeds));
            assert_eq!(given(&run), (3_000, 80_136, 300));
            run.repeat_all();
        }
    }
}
