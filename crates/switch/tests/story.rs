//! The story of design.md section 5 and what may go wrong in it, on the pure core.

#[cfg(test)]
#[path = "story/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use money::{Amount, Currency, Money};
    use switch::{
        Cause, Finality, Input, Kind, Position, Reason, Record, Refusal, Reply, State,
        StatusReason, Time, Verdict, WindowId,
    };

    use crate::world::{
        ACLEDA, FX1, FX2, HOUSE, NETSTARS, SATHAPANA, SECOND, World, jpy, khr, text,
    };

    fn nets(world: &World, currency: Currency) -> Vec<i128> {
        let positions = world.switch.positions();
        [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2, HOUSE]
            .into_iter()
            .map(|who| {
                let found = positions
                    .iter()
                    .find(|p| p.participant == who && p.currency == currency)
                    .expect("every participant has a position");
                found.net
            })
            .collect()
    }

    #[test]
    fn the_story_comes_out_to_the_riel() {
        let mut world = World::new();
        let first = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        assert_eq!(first.terms.fx, FX1);
        assert_eq!(first.terms.principal, khr(80_136));
        assert_eq!(first.payer_amount, khr(80_536));
        assert_eq!(first.terms.shop_receives(), jpy(2_964));
        world.pay(first).unwrap();
        world.accept(NETSTARS, 1);
        let second = world
            .quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000))
            .unwrap();
        assert_eq!(second.payer_amount, jpy(4_565));
        assert_eq!(second.terms.shop_receives(), khr(119_280));
        world.pay(second).unwrap();
        world.accept(SATHAPANA, 2);
        world.refund(NETSTARS, 3, 1, jpy(1_000)).unwrap();
        assert_eq!(world.item(3).payer_amount, khr(26_712));
        world.accept(ACLEDA, 3);
        for id in [1, 2, 3] {
            assert_eq!(world.item(id).state, State::Completed, "{id}");
        }
        assert_eq!(
            nets(&world, Currency::Khr),
            [-53_524, 119_880, 0, -66_576, 0, 220]
        );
        assert_eq!(nets(&world, Currency::Jpy), [12, 0, -2_585, 2_565, 0, 8]);
        world.check();
    }

    #[test]
    fn everybody_who_knows_of_an_item_is_told_once_and_nobody_else() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        assert_eq!(world.switch.asks_of(NETSTARS, 10).len(), 1);
        world.accept(NETSTARS, 1);
        assert!(world.switch.asks_of(NETSTARS, 10).is_empty());
        let told = |world: &World, who| world.switch.outcomes_of(who, 10).len();
        for (who, count) in [
            (ACLEDA, 1),
            (NETSTARS, 1),
            (FX1, 1),
            (FX2, 0),
            (SATHAPANA, 0),
        ] {
            assert_eq!(told(&world, who), count, "{who:?}");
        }
        world
            .give(Input::Acknowledge {
                participant: ACLEDA,
                position: 1,
            })
            .unwrap();
        assert_eq!((told(&world, ACLEDA), told(&world, NETSTARS)), (0, 1));
        let far = Input::Acknowledge {
            participant: ACLEDA,
            position: 2,
        };
        assert_eq!(world.give(far), Err(Refusal::RailPosition));
    }

    #[test]
    fn no_answer_in_time_cancels_and_gives_everything_back() {
        let mut world = World::new();
        let before = world.switch.positions();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        assert_ne!(world.switch.positions(), before);
        world.now = Time(world.now.0 + 60 * SECOND);
        world.tick();
        assert_eq!(world.item(1).state, State::Cancelled);
        assert_eq!(
            world.item(1).decided.unwrap().reason,
            Some(Reason::NoAnswer)
        );
        assert_eq!(world.switch.positions(), before);
        // The answer that comes late is answered with the outcome and changes nothing.
        world.accept(NETSTARS, 1);
        assert_eq!(world.item(1).state, State::Cancelled);
        assert_eq!(world.switch.positions(), before);
        world.check();
    }

    #[test]
    fn a_rejection_cancels_with_its_reason() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        let reason = StatusReason::new("AC04").unwrap();
        world
            .answer(NETSTARS, 1, Verdict::Rejected(reason))
            .unwrap();
        let decided = world.item(1).decided.unwrap();
        assert_eq!(decided.reason, Some(Reason::Rejected(reason)));
        assert_eq!(decided.window, None);
        let stranger = world.answer(SATHAPANA, 1, Verdict::Accepted);
        assert_eq!(stranger, Err(Refusal::PayeeNotParty));
        world.check();
    }

    #[test]
    fn an_id_is_used_once_and_a_repetition_gets_the_same_answer() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.now = Time(world.now.0 + 3_600 * SECOND);
        assert_eq!(
            world.pay(quote),
            Ok(Reply::Item(quote.id)),
            "repeated after expiry"
        );
        let mut other = world.pay_input(quote);
        other.request.0[0] ^= 1;
        assert_eq!(
            world.give(Input::Pay(Box::new(other))),
            Err(Refusal::PayerIdConflict)
        );
        let mut foreign = world.pay_input(quote);
        foreign.payer = SATHAPANA;
        assert_eq!(
            world.give(Input::Pay(Box::new(foreign))),
            Err(Refusal::PayerIdInUse)
        );
        world.publish_rates(2);
        let late = world
            .quote(ACLEDA, 7, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.now = late.expires_at;
        assert_eq!(world.pay(late), Err(Refusal::PayerQuoteExpired));
        world.now = Time(world.now.0 - SECOND);
        assert_eq!(
            world.pay(late),
            Err(Refusal::PayerQuoteExpired),
            "a no stays a no"
        );
        world.check();
    }

    #[test]
    fn a_cancelled_unknown_id_is_forbidden_for_its_participant_only() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        let foreign = Input::Cancel {
            requester: SATHAPANA,
            id: quote.id,
            recalled: None,
        };
        assert_eq!(world.give(foreign), Ok(Reply::Closed(SATHAPANA, quote.id)));
        world.pay(quote).unwrap();
        let own = Input::Cancel {
            requester: ACLEDA,
            id: quote.id,
            recalled: None,
        };
        assert_eq!(world.give(own), Ok(Reply::Item(quote.id)));
        assert_eq!(world.item(1).state, State::Cancelled);
        let second = world
            .quote(ACLEDA, 2, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world
            .give(Input::Cancel {
                requester: ACLEDA,
                id: second.id,
                recalled: None,
            })
            .unwrap();
        assert_eq!(world.pay(second), Err(Refusal::PayerIdForbidden));
        world.check();
    }

    #[test]
    fn a_dynamic_code_is_paid_once_and_freed_by_cancelling() {
        let mut world = World::new();
        let pay = |world: &mut World, id| {
            let quote = world
                .quote(NETSTARS, id, SATHAPANA, "KHQR", khr(120_000))
                .unwrap();
            let input = world.pay_with_code(quote, 9);
            world.give(Input::Pay(Box::new(input)))
        };
        pay(&mut world, 1).unwrap();
        assert_eq!(pay(&mut world, 2), Err(Refusal::PayerCodeUsed));
        world
            .answer(SATHAPANA, 1, Verdict::Rejected(StatusReason::NARR))
            .unwrap();
        pay(&mut world, 3).unwrap();
        world.accept(SATHAPANA, 3);
        assert_eq!(pay(&mut world, 4), Err(Refusal::PayerCodeUsed));
        world.check();
    }

    #[test]
    fn three_hundred_small_refunds_give_back_exactly_the_whole() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.accept(NETSTARS, 1);
        for n in 0..300 {
            world.refund(NETSTARS, 100 + n, 1, jpy(10)).unwrap();
            world.accept(ACLEDA, 100 + n);
        }
        let back = world.switch.refunded(quote.id, Currency::Khr);
        assert_eq!(back.unwrap().posted, khr(80_136).amount);
        let more = world.refund(NETSTARS, 999, 1, jpy(1));
        assert_eq!(more, Err(Refusal::PayeeRefundExceeds));
        assert_eq!(nets(&world, Currency::Khr), [-100, 0, 0, 0, 0, 100]);
        world.check();
    }

    #[test]
    fn a_refund_without_liquidity_waits_and_ends_either_way() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.accept(NETSTARS, 1);
        let cap = |minor| Input::SetCap {
            participant: NETSTARS,
            currency: Currency::Jpy,
            cap: Amount::from_minor(minor).unwrap(),
        };
        world.give(cap(0)).unwrap();
        for id in [2, 3] {
            world.refund(NETSTARS, id, 1, jpy(1_000)).unwrap();
            assert_eq!(world.item(id).state, State::Waiting);
        }
        let exceeds = world.refund(NETSTARS, 4, 1, jpy(1_001));
        assert_eq!(
            exceeds,
            Err(Refusal::PayeeRefundExceeds),
            "a waiting refund keeps its place"
        );
        world.give(cap(1_000)).unwrap();
        world.tick();
        assert_eq!(
            (world.item(2).state, world.item(3).state),
            (State::Asked, State::Waiting)
        );
        world.accept(ACLEDA, 2);
        world.now = Time(world.now.0 + 100_000 * SECOND);
        world.tick();
        let decided = world.item(3).decided.unwrap();
        assert_eq!(decided.reason, Some(Reason::NoLiquidity));
        assert!(
            world.switch.outcomes_of(ACLEDA, 9).len() == 2,
            "never asked, never told"
        );
        world.check();
    }

    #[test]
    fn an_immediate_rail_leaves_a_doubt_that_the_corridor_ends() {
        let mut world = World::new();
        world.make(NETSTARS, Finality::Immediate);
        let pay = |world: &mut World, id| {
            let quote = world
                .quote(ACLEDA, id, NETSTARS, "JPQR", jpy(3_000))
                .unwrap();
            world.pay(quote).unwrap();
        };
        pay(&mut world, 1);
        let cancel = Input::Cancel {
            requester: ACLEDA,
            id: world.item(1).id,
            recalled: None,
        };
        world.give(cancel).unwrap();
        assert_eq!(world.item(1).state, State::Asked, "it may have credited");
        pay(&mut world, 2);
        world.now = Time(world.now.0 + 30 * SECOND);
        world.tick();
        assert_eq!(
            (world.item(1).state, world.item(2).state),
            (State::InDoubt, State::InDoubt)
        );
        pay(&mut world, 3);
        let asked = world.switch.asks_of(NETSTARS, 9);
        let order: Vec<u128> = asked.iter().map(|id| id.0).collect();
        assert_eq!(
            order,
            [3, 1, 2],
            "who can still answer in time is asked first"
        );
        world.accept(NETSTARS, 3);
        world.accept(NETSTARS, 1);
        assert_eq!(world.item(1).state, State::Completed);
        world.now = Time(world.now.0 + 100_000 * SECOND);
        world.tick();
        assert_eq!(
            world.item(2).decided.unwrap().reason,
            Some(Reason::DoubtExpired)
        );
        world.check();
    }

    #[test]
    fn after_an_outage_a_doubt_gets_its_whole_time() {
        let mut world = World::new();
        world.make(NETSTARS, Finality::Immediate);
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        // The hub was away for longer than the answer and the doubt together may take.
        world.now = Time(world.now.0 + 100_000 * SECOND);
        world.tick();
        assert_eq!(world.item(1).state, State::InDoubt);
        world.tick();
        assert_eq!(
            world.item(1).state,
            State::InDoubt,
            "nobody could answer yet"
        );
        world.accept(NETSTARS, 1);
        let decided = world.item(1).decided.unwrap();
        assert_eq!(
            (decided.cause, decided.reason),
            (Some(Cause::Accepted), None)
        );
        world.check();
    }

    #[test]
    fn the_day_of_one_corridor_is_not_the_day_of_another() {
        let mut world = World::new();
        // Both corridors charge the same payer in riel, with limits far apart.
        world.add_corridor("KH-XX", "XXQR", 100_000);
        let small = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(1_000))
            .unwrap();
        world.pay(small).unwrap();
        let large = world
            .quote(ACLEDA, 2, NETSTARS, "XXQR", jpy(10_000))
            .unwrap();
        assert_eq!(
            world.pay(large),
            Err(Refusal::PayerDayLimit),
            "its own limit is small"
        );
        let other = world
            .quote(ACLEDA, 3, NETSTARS, "XXQR", jpy(1_000))
            .unwrap();
        world.pay(other).unwrap();
        let wide = world
            .quote(ACLEDA, 4, NETSTARS, "JPQR", jpy(30_000))
            .unwrap();
        world.pay(wide).unwrap();
        world.check();
    }

    #[test]
    fn a_second_currency_brings_its_own_fees() {
        let mut world = World::new();
        world.charge_in_dollars_too();
        let usd = Some(Currency::Usd);
        let quote = world
            .quote_in(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000), usd)
            .unwrap();
        assert_eq!(quote.terms.principal.to_string(), "USD 20.14");
        assert_eq!(
            quote.payer_amount.to_string(),
            "USD 20.24",
            "ten cents, not four dollars"
        );
        let riel = world
            .quote(ACLEDA, 2, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        assert_eq!(riel.payer_amount, khr(80_536));
    }

    #[test]
    fn limits_hold_within_a_day_and_a_cap() {
        let mut world = World::new();
        // The corridor allows KHR 2,000,000 a day; each payment takes KHR 801,760.
        for (id, expected) in [(1, None), (2, None), (3, Some(Refusal::PayerDayLimit))] {
            let quote = world
                .quote(ACLEDA, id, NETSTARS, "JPQR", jpy(30_000))
                .unwrap();
            assert_eq!(world.pay(quote).err(), expected, "{id}");
        }
        world.now = Time(world.now.0 + 86_400 * SECOND);
        world.publish_rates(2);
        let quote = world
            .quote(ACLEDA, 4, NETSTARS, "JPQR", jpy(30_000))
            .unwrap();
        world.pay(quote).unwrap();
        let cap = Input::SetCap {
            participant: ACLEDA,
            currency: Currency::Khr,
            cap: Amount::from_minor(1).unwrap(),
        };
        assert_eq!(world.give(cap), Err(Refusal::PolicyCapBelowUsed));
        world.check();
    }

    #[test]
    fn the_best_rate_with_liquidity_wins_and_stale_rates_are_not_used() {
        let mut world = World::new();
        world.set_cap(FX1, Currency::Jpy, 2_999);
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        assert_eq!(quote.terms.fx, FX2);
        world.set_cap(FX2, Currency::Jpy, 10);
        let none = world.quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000));
        assert_eq!(none, Err(Refusal::PolicyNoLiquidity));
        world.now = Time(world.now.0 + 86_400 * SECOND);
        let stale = world.quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000));
        assert_eq!(stale, Err(Refusal::PolicyNoRate));
    }

    #[test]
    fn a_rate_that_cannot_be_measured_against_the_reference_never_wins() {
        let mut world = World::new();
        // The second provider writes the pair the other way round: very cheap, if it were read.
        world.publish_turned(FX2, 2);
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        assert_eq!(quote.terms.fx, FX1);
        world.publish_turned(FX1, 2);
        let none = world.quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000));
        assert_eq!(none, Err(Refusal::PolicyNoReference));
    }

    #[test]
    fn a_certification_that_comes_later_does_not_change_what_was_asked() {
        let mut world = World::new();
        world.make(NETSTARS, Finality::Immediate);
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.make(NETSTARS, Finality::Confirm);
        world.now = Time(world.now.0 + 30 * SECOND);
        world.tick();
        assert_eq!(world.item(1).state, State::InDoubt, "it may have credited");
    }

    #[test]
    fn a_quote_is_refused_by_name() {
        let mut world = World::new();
        let usd = Money::new(Currency::Usd, Amount::from_minor(100).unwrap());
        for (payer, payee, scheme, amount, expected) in [
            (ACLEDA, NETSTARS, "JPQR", jpy(0), Refusal::PayerAmountZero),
            (
                ACLEDA,
                NETSTARS,
                "JPQR",
                jpy(9),
                Refusal::PayerAmountBelowMin,
            ),
            (
                ACLEDA,
                NETSTARS,
                "JPQR",
                jpy(1_000_001),
                Refusal::PayerAmountAboveMax,
            ),
            (
                ACLEDA,
                NETSTARS,
                "JPQR",
                khr(3_000),
                Refusal::PayerCurrencyWrong,
            ),
            (ACLEDA, NETSTARS, "JPQR", usd, Refusal::PayerCurrencyWrong),
            (
                ACLEDA,
                SATHAPANA,
                "KHQR",
                khr(3_000),
                Refusal::PolicyNoCorridor,
            ),
            (ACLEDA, FX1, "JPQR", jpy(3_000), Refusal::PayeeSuspended),
            (FX1, NETSTARS, "JPQR", jpy(3_000), Refusal::PayerSuspended),
        ] {
            let got = world.quote(payer, 1, payee, scheme, amount);
            assert_eq!(got, Err(expected), "{payer:?} {payee:?} {scheme} {amount}");
        }
        assert_eq!(
            world.records,
            World::new().records,
            "a quote leaves nothing behind"
        );
    }

    #[test]
    fn a_doubt_that_the_corridor_completes_says_so() {
        let mut world = World::new();
        world.complete_doubts();
        world.make(NETSTARS, Finality::Immediate);
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        for _ in 0..2 {
            world.now = Time(world.now.0 + 100_000 * SECOND);
            world.tick();
        }
        let decided = world.item(1).decided.unwrap();
        assert_eq!(decided.cause, Some(Cause::DoubtExpired));
        assert_eq!((decided.window.is_some(), decided.reason), (true, None));
        world.check();
    }

    #[test]
    fn a_second_window_begins_at_nothing_and_what_is_unsettled_still_counts() {
        let mut world = World::new();
        let pay = |world: &mut World, id| {
            let quote = world
                .quote(ACLEDA, id, NETSTARS, "JPQR", jpy(3_000))
                .unwrap();
            world.pay(quote).unwrap();
        };
        let own = |world: &World| {
            let all = world.switch.positions();
            let khr = |p: &&Position| (p.participant, p.currency) == (ACLEDA, Currency::Khr);
            let found = all.iter().find(khr).copied();
            found.map(|p| (p.net, p.used.minor())).unwrap()
        };
        pay(&mut world, 1);
        world.accept(NETSTARS, 1);
        pay(&mut world, 2);
        assert_eq!(own(&world), (-80_236, 2 * 80_236));
        world.record(Record::WindowOpened(WindowId(2)));
        assert_eq!(
            own(&world),
            (0, 2 * 80_236),
            "the first window is not settled"
        );
        // Reserved in the first, decided in the second: that is where it is owed.
        world.accept(NETSTARS, 2);
        assert_eq!(world.item(2).decided.unwrap().window, Some(WindowId(2)));
        assert_eq!(own(&world), (-80_236, 2 * 80_236));
        world.check();
    }

    #[test]
    fn a_refund_stands_by_itself_when_its_payment_has_left_memory() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.accept(NETSTARS, 1);
        world.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
        world.accept(ACLEDA, 2);
        world.refund(NETSTARS, 3, 1, jpy(500)).unwrap();
        // A core that holds the network and this one record, but neither payment nor first refund.
        let mut later = World::new();
        let taken = world.records.iter().map(|(_, record)| record);
        let mut refunds = taken.filter(|record| matches!(record, Record::RefundReserved(_)));
        later.record(refunds.nth(1).unwrap().clone());
        for (currency, begun) in [(Currency::Jpy, 1_500), (Currency::Khr, 40_068)] {
            let there = later.switch.refunded(quote.id, currency);
            assert_eq!(there.unwrap().begun.minor(), begun, "{currency}");
            assert_eq!(
                there,
                world.switch.refunded(quote.id, currency),
                "{currency}"
            );
        }
        later.check();
    }

    #[test]
    fn replay_makes_the_same_state() {
        let mut world = World::new();
        let quote = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(quote).unwrap();
        world.accept(NETSTARS, 1);
        world.refund(NETSTARS, 2, 1, jpy(500)).unwrap();
        let mut replayed = switch::Switch::default();
        for (stamp, record) in &world.records {
            replayed.apply(*stamp, record);
        }
        assert_eq!(text(&replayed), text(&world.switch));
        let forgets = |record: &Record| matches!(record, Record::Completed { .. });
        let mut shorter = switch::Switch::default();
        for (stamp, record) in world.records.iter().filter(|(_, record)| !forgets(record)) {
            shorter.apply(*stamp, record);
        }
        assert_ne!(text(&shorter), text(&world.switch));
        assert_eq!(world.item(2).kind, Kind::Refund { payment: quote.id });
    }
}
