//! What happens when two want the same thing at once, a thousand times each: every run draws its
//! steps from its seed, and whatever the order, at most one of the two gets it, the books
//! balance, and nobody is told two different things.

#[cfg(test)]
#[path = "races/model.rs"]
mod model;
#[cfg(test)]
#[path = "races/refunds.rs"]
mod refunds;
#[cfg(test)]
#[path = "races/run.rs"]
mod run;
#[cfg(test)]
#[path = "races/seed.rs"]
mod seed;
#[cfg(test)]
#[path = "races/shelf.rs"]
mod shelf;
#[cfg(test)]
#[path = "story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than a race does"
)]
mod world;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use money::Currency;
    use switch::{
        Digest, Finality, ItemId, ParticipantId, Position, Quote, Record, Refusal, State,
        StatusReason, Verdict,
    };

    use crate::model::Model;
    use crate::refunds::{cap, given, paid, refund};
    use crate::run::{Body, Run, Told};
    use crate::world::{ACLEDA, NETSTARS, SATHAPANA, World, jpy, khr};

    type Race<'a> = Run<'a, Model>;

    const SEEDS: u64 = 1_000;
    const STEPS: usize = 40;

    /// Runs a race from every seed, and counts what came out, so that an end that never comes is
    /// noticed.
    fn race(
        base: &World,
        begin: impl Fn(&mut Race<'_>),
        holds: impl Fn(&Race<'_>),
        end: impl Fn(&mut Race<'_>) -> String,
    ) -> Vec<String> {
        let mut ends: BTreeMap<String, u64> = BTreeMap::new();
        for seed in 0..SEEDS {
            let mut run: Race<'_> = Run::new(base, seed);
            begin(&mut run);
            for _ in 0..STEPS {
                run.step();
                holds(&run);
            }
            run.settle();
            holds(&run);
            *ends.entry(end(&mut run)).or_default() += 1;
            run.repeat_all();
        }
        assert_eq!(ends.values().sum::<u64>(), SEEDS);
        ends.into_keys().collect()
    }

    fn outward(world: &mut World, payer: ParticipantId, id: u128) -> Quote {
        let quote = world.quote(payer, id, NETSTARS, "JPQR", jpy(3_000));
        quote.unwrap()
    }

    /// Whose payment under the id has its legs on the books, or had: there is never a second.
    fn reserved(run: &Race<'_>, id: u128) -> Option<(ParticipantId, Digest)> {
        let mut found = run.all_records().filter_map(|(_, record)| {
            if let Record::PaymentReserved(reserved) = record {
                Some(reserved).filter(|reserved| reserved.id == ItemId(id))
            } else {
                None
            }
        });
        let first = found.next()?;
        assert!(found.next().is_none(), "the id was used twice");
        Some((first.terms.payer, first.request))
    }

    /// The positions after one payment, with nobody racing.
    fn alone(base: &World, body: &Body, creditor: ParticipantId) -> Vec<Position> {
        let mut run: Race<'_> = Run::new(base, 0);
        run.carry_out(body, creditor);
        run.switch.positions()
    }

    #[test]
    fn refunds_for_more_than_was_paid() {
        let base = paid();
        let begin = |run: &mut Race<'_>| {
            if run.seeded.one_in(3) {
                cap(run, 1_500);
            }
            for id in 2..5 {
                // Each leaves 2 when divided by 3, so that no two of them are the whole.
                let yen = u64::try_from(1_001 + 3 * run.seeded.below(333)).unwrap();
                run.request(refund(id, yen));
            }
        };
        let holds = |run: &Race<'_>| {
            let (yen, riel, _) = given(run);
            assert!(yen <= 3_000 && riel <= 80_136, "JPY {yen}, KHR {riel}");
        };
        let whole = alone(&base, &refund(2, 3_000), ACLEDA);
        let end = |run: &mut Race<'_>| {
            let (yen, _, completed) = given(run);
            cap(run, 5_000_000);
            let rest = refund(9, 3_000 - yen);
            assert_eq!(run.carry_out(&rest, ACLEDA), Told::Item(ItemId(9)));
            assert_eq!(given(run), (3_000, 80_136, completed + 1));
            assert_eq!(run.switch.positions(), whole, "as if given back at once");
            let more = run.carry_out(&refund(10, 1), ACLEDA);
            assert_eq!(more, Told::No(Refusal::PayeeRefundExceeds));
            format!("{completed} of 3")
        };
        let ends = race(&base, begin, holds, end);
        assert_eq!(ends, ["0 of 3", "1 of 3", "2 of 3"]);
    }

    #[test]
    fn two_payments_of_one_dynamic_code() {
        let mut base = World::new();
        let bodies = [2, 3, 4].map(|id| {
            let quote = base.quote(NETSTARS, id, SATHAPANA, "KHQR", khr(120_000));
            Body::Pay(Box::new(base.pay_with_code(quote.unwrap(), 9)))
        });
        let begin = |run: &mut Race<'_>| {
            for body in &bodies {
                run.request(body.clone());
            }
        };
        let holds = |run: &Race<'_>| {
            let mut holder = None;
            for (_, record) in run.all_records() {
                if let Record::PaymentReserved(reserved) = record {
                    assert_eq!(holder.replace(reserved.id), None, "held twice");
                } else if let Record::Cancelled { id, .. } = record
                    && holder == Some(*id)
                {
                    holder = None;
                } else if let Record::Refused { refusal, .. } = record
                    && *refusal == Refusal::PayerCodeUsed
                {
                    assert!(holder.is_some(), "refused for a code that nobody holds");
                }
            }
        };
        let nothing = base.switch.positions();
        let once = alone(&base, &bodies[0], SATHAPANA);
        let end = |run: &mut Race<'_>| {
            let paid = |id: &u128| run.outcome(ItemId(*id)) == Some(State::Completed);
            let paid = [2, 3, 4].iter().filter(|id| paid(id)).count();
            let positions = run.switch.positions();
            assert_eq!(&positions, if paid == 0 { &nothing } else { &once });
            let used = Some(Told::No(Refusal::PayerCodeUsed));
            let refused = bodies.iter().filter(|body| run.told(body) == used);
            format!("{paid} paid, {} refused", refused.count())
        };
        let ends = race(&base, begin, holds, end);
        let none = [
            "0 paid, 0 refused",
            "0 paid, 1 refused",
            "0 paid, 2 refused",
        ];
        let one = [
            "1 paid, 0 refused",
            "1 paid, 1 refused",
            "1 paid, 2 refused",
        ];
        assert_eq!(ends, [none, one].concat());
    }

    #[test]
    fn one_id_from_several_connections_and_from_two_participants() {
        let mut base = World::new();
        let own = outward(&mut base, ACLEDA, 2);
        let foreign = outward(&mut base, SATHAPANA, 2);
        let pay = |quote: Quote, payer, request| {
            let mut input = base.pay_input(quote);
            input.payer = payer;
            input.request = Digest([request; 32]);
            Body::Pay(Box::new(input))
        };
        let acleda = [1, 2].map(|request| pay(own, ACLEDA, request));
        let sathapana = pay(foreign, SATHAPANA, 1);
        let stolen = pay(own, SATHAPANA, 3);
        let begin = |run: &mut Race<'_>| {
            for body in [&acleda[0], &acleda[0], &acleda[1], &sathapana, &stolen] {
                if !run.seeded.one_in(4) {
                    run.request(body.clone());
                }
            }
            for who in [ACLEDA, SATHAPANA] {
                if run.seeded.one_in(3) {
                    run.request(Body::Cancel(who, ItemId(2)));
                }
            }
            run.request(acleda[0].clone());
        };
        let holds = |run: &Race<'_>| {
            reserved(run, 2);
        };
        let nothing = base.switch.positions();
        let positions = [
            ("acleda", alone(&base, &acleda[0], NETSTARS)),
            ("sathapana", alone(&base, &sathapana, NETSTARS)),
        ];
        let end = |run: &mut Race<'_>| {
            let who = reserved(run, 2).map(|(who, _)| if who == ACLEDA { 0 } else { 1 });
            let is_paid = run.outcome(ItemId(2)) == Some(State::Completed);
            let now = run.switch.positions();
            match who.filter(|_| is_paid) {
                Some(who) => assert_eq!(now, positions[who].1),
                None => assert_eq!(now, nothing),
            }
            let who = who.map_or("nobody", |who| positions[who].0);
            format!("{who} {}", if is_paid { "paid" } else { "did not pay" })
        };
        let ends = race(&base, begin, holds, end);
        let expected = [
            "acleda did not pay",
            "acleda paid",
            "nobody did not pay",
            "sathapana did not pay",
            "sathapana paid",
        ];
        assert_eq!(ends, expected);
    }

    /// Every end of a payment whose payer's side withdraws while the payee's side answers.
    fn withdrawn(finality: Finality) -> Vec<String> {
        let mut base = World::new();
        base.make(NETSTARS, finality);
        let quote = outward(&mut base, ACLEDA, 2);
        let pay = Body::Pay(Box::new(base.pay_input(quote)));
        let cancel = Body::Cancel(ACLEDA, ItemId(2));
        let begin = |run: &mut Race<'_>| {
            for body in [&pay, &cancel, &cancel] {
                run.request(body.clone());
            }
        };
        let holds = |run: &Race<'_>| {
            let ended = run.all_records().filter(|(_, record)| {
                matches!(record, Record::Completed { .. } | Record::Cancelled { .. })
            });
            assert!(ended.count() <= 1, "it ended twice");
            if finality == Finality::Confirm && run.told(&cancel) == Some(Told::Item(ItemId(2))) {
                assert!(run.outcome(ItemId(2)).is_some(), "told without an outcome");
            }
        };
        let nothing = base.switch.positions();
        let once = alone(&base, &pay, NETSTARS);
        let end = |run: &mut Race<'_>| {
            let outcome = run.outcome(ItemId(2));
            let is_paid = outcome == Some(State::Completed);
            assert_eq!(
                &run.switch.positions(),
                if is_paid { &once } else { &nothing }
            );
            let told = run.told(&pay).unwrap();
            let word = outcome.map_or("None".to_owned(), |state| format!("{state:?}"));
            match told {
                Told::Item(_) => word,
                Told::Closed | Told::No(_) => format!("{told:?}, {word}"),
            }
        };
        race(&base, begin, holds, end)
    }

    #[test]
    fn cancelling_against_acceptance() {
        for finality in [Finality::Confirm, Finality::Immediate] {
            let expected = [
                "Cancelled",
                "Completed",
                "No(PayerIdForbidden), None",
                "No(PayerQuoteExpired), None",
            ];
            assert_eq!(withdrawn(finality), expected, "{finality:?}");
        }
    }

    #[test]
    fn a_waiting_refund_withdrawn_against_liquidity() {
        let mut base = paid();
        // The payee's side has exactly what a payment of its own has set aside: only when that
        // one comes to nothing can the refund be funded.
        let quote = base.quote(NETSTARS, 50, SATHAPANA, "KHQR", khr(120_000));
        base.pay(quote.unwrap()).unwrap();
        base.set_cap(NETSTARS, Currency::Jpy, 4_570);
        let back = refund(2, 1_000);
        let cancel = Body::Cancel(NETSTARS, ItemId(2));
        let begin = |run: &mut Race<'_>| {
            run.request(back.clone());
            if !run.seeded.one_in(3) {
                run.request(cancel.clone());
            }
        };
        let holds = |run: &Race<'_>| {
            let ended = run.all_records().filter(|(_, record)| {
                if let Record::Completed { id, .. } | Record::Cancelled { id, .. } = record {
                    *id == ItemId(2)
                } else {
                    false
                }
            });
            assert!(ended.count() <= 1, "it ended twice");
        };
        let positions = |verdict, is_refunded| {
            let mut run: Race<'_> = Run::new(&base, 0);
            run.answer(SATHAPANA, ItemId(50), verdict);
            if is_refunded {
                run.carry_out(&back, ACLEDA);
            }
            run.switch.positions()
        };
        let rejected = Verdict::Rejected(StatusReason::NARR);
        let ends_of = [
            ("paid, kept", positions(Verdict::Accepted, false)),
            ("not paid, kept", positions(rejected, false)),
            ("not paid, refunded", positions(rejected, true)),
        ];
        let end = |run: &mut Race<'_>| {
            let is = |id, state| run.outcome(ItemId(id)) == Some(state);
            let paid = if is(50, State::Completed) {
                "paid"
            } else {
                "not paid"
            };
            let kept = if is(2, State::Completed) {
                "refunded"
            } else {
                "kept"
            };
            let end = format!("{paid}, {kept}");
            let expected = ends_of.iter().find(|(name, _)| *name == end);
            assert_eq!(run.switch.positions(), expected.unwrap().1, "{end}");
            let funded = |(_, record): &(_, &Record)| matches!(record, Record::RefundFunded { .. });
            let waited = run.records().any(|one| funded(&one));
            format!("{end}{}", if waited { ", funded late" } else { "" })
        };
        let ends = race(&base, begin, holds, end);
        let expected = [
            "not paid, kept",
            "not paid, kept, funded late",
            "not paid, refunded",
            "not paid, refunded, funded late",
            "paid, kept",
        ];
        assert_eq!(ends, expected);
    }
}
