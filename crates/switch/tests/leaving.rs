//! What has left memory is neither forgotten nor taken for what never was.

#[cfg(test)]
#[path = "story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than these do"
)]
mod world;

#[cfg(test)]
mod tests {
    use switch::{Input, ItemId, Refusal, Reply, State, Time};

    use crate::world::{ACLEDA, NETSTARS, SATHAPANA, SECOND, World, jpy, khr};

    /// The tables hold everything, and a minute passed.
    fn leave(world: &mut World) {
        world.now = Time(world.now.0 + 60 * SECOND);
        world.give(Input::Projected { seq: u64::MAX }).unwrap();
    }

    #[test]
    fn a_token_for_the_id_of_a_refund_that_left_does_not_begin_a_payment() {
        let mut world = World::new();
        let first = world
            .quote(ACLEDA, 1, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        world.pay(first).unwrap();
        world.accept(NETSTARS, 1);
        // One institution is the payer's side in one corridor and the payee's in the other. It
        // asks for an offer under an id and then refunds under the same.
        let offer = world
            .quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000))
            .unwrap();
        world.refund(NETSTARS, 2, 1, jpy(1_000)).unwrap();
        world.accept(ACLEDA, 2);
        assert_eq!(world.pay(offer), Err(Refusal::PayerIdConflict));
        leave(&mut world);
        assert!(world.switch.item(ItemId(2)).is_none(), "it has left");
        assert!(world.now < offer.expires_at, "the token is good");
        let before = world.switch.positions();
        assert_eq!(world.pay(offer), Err(Refusal::OursRecall));
        assert_eq!(world.switch.positions(), before);
        let again = world.quote(NETSTARS, 2, SATHAPANA, "KHQR", khr(120_000));
        assert_eq!(again, Err(Refusal::PayerIdConflict));
        // Another id is not touched by that.
        let other = world
            .quote(NETSTARS, 3, SATHAPANA, "KHQR", khr(120_000))
            .unwrap();
        world.pay(other).unwrap();
        assert_eq!(world.item(3).state, State::Asked);
    }

    #[test]
    fn what_was_told_before_another_used_the_id_is_told_again() {
        let mut world = World::new();
        let [acleda, sathapana] = [ACLEDA, SATHAPANA].map(|payer| {
            let quote = world.quote(payer, 1, NETSTARS, "JPQR", jpy(3_000));
            quote.unwrap()
        });
        let cancel = |world: &mut World, recalled| {
            world.give(Input::Cancel {
                requester: ACLEDA,
                id: ItemId(1),
                recalled,
            })
        };
        assert_eq!(
            cancel(&mut world, None),
            Ok(Reply::Closed(ACLEDA, ItemId(1)))
        );
        leave(&mut world);
        world.pay(sathapana).unwrap();
        // That the id is now another's is true and not what was told: the tables have that.
        assert_eq!(cancel(&mut world, None), Err(Refusal::OursRecall));
        assert_eq!(world.pay(acleda), Err(Refusal::OursRecall));
        let refund = world.refund(NETSTARS, 1, 1, jpy(10));
        assert_eq!(refund, Err(Refusal::OursRecall));
        // Where the tables know nothing either, it is another's and nothing else.
        let seq = Some(world.switch.left_seq());
        assert_eq!(cancel(&mut world, seq), Err(Refusal::PayerIdInUse));
        let mut looked = world.pay_input(acleda);
        looked.recalled = seq;
        let looked = world.give(Input::Pay(Box::new(looked)));
        assert_eq!(looked, Err(Refusal::PayerIdInUse));
        assert_eq!(world.item(1).requester, SATHAPANA);
    }
}
