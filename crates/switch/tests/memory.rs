//! Memory follows what is open, never what was: a core through which ten times as many payments
//! went is not larger, once their tokens, codes and days are over.

#[cfg(test)]
#[path = "story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than these payments do"
)]
mod world;

#[cfg(test)]
mod tests {
    use money::Currency;
    use peak_alloc::PeakAlloc;
    use switch::{
        CodeHold, Digest, Input, ItemId, PayInput, PayerKey, QuoteInput, Recalled, RefundInput,
        Refusal, Reply, ShopKey, Span, Stamp, StatusReason, Switch, Time, Verdict,
    };

    use crate::world::{ACLEDA, FX1, NETSTARS, World, jpy};

    #[global_allocator]
    static ALLOCATED: PeakAlloc = PeakAlloc;

    const FEW: u64 = 10_000;
    const MANY: u64 = 100_000;

    struct Closing {
        switch: Switch,
        now: Time,
        seq: u64,
    }

    impl Closing {
        fn new() -> Self {
            let mut world = World::new();
            for who in [ACLEDA, NETSTARS, FX1] {
                for currency in [Currency::Khr, Currency::Jpy] {
                    world.set_cap(who, currency, 1_000_000_000_000_000);
                }
            }
            Self {
                seq: world.records.last().unwrap().0.seq,
                now: world.now,
                switch: world.switch,
            }
        }

        fn give(&mut self, input: &Input) -> Result<Reply, Refusal> {
            let decision = self.switch.decide(self.now, input);
            if !decision.records.is_empty() {
                self.seq += 1;
            }
            let stamp = Stamp {
                seq: self.seq,
                now: self.now,
            };
            for record in &decision.records {
                self.switch.apply(stamp, record);
            }
            decision.reply
        }

        fn pass(&mut self, seconds: i64) {
            self.now = self.now.after(Span::from_seconds(seconds));
        }

        /// The tables hold everything; returns whether something left.
        fn project(&mut self) -> bool {
            let seq = self.seq;
            self.give(&Input::Projected { seq }).unwrap();
            self.seq > seq
        }

        /// Everything has left and faded, however many records that takes.
        fn empty(&mut self) {
            self.pass(3 * 86_400);
            while self.project() {
                // Longer than an id is remembered after its item left.
                self.pass(700);
            }
        }

        /// One payment by a payer of its own with a code of its own, closed in one of the ways
        /// that there are.
        fn close_one(&mut self, id: u64) {
            let number = u128::from(id);
            let quote = self.give(&Input::Quote(QuoteInput {
                payer: ACLEDA,
                id: ItemId(number),
                payee: NETSTARS,
                scheme: "JPQR".to_owned(),
                amount: jpy(10 + id % 90),
                payer_currency: None,
            }));
            let Ok(Reply::Quoted(quote)) = quote else {
                panic!("a quote was answered with {quote:?}")
            };
            let mut key = [0; 32];
            key[..8].copy_from_slice(&id.to_be_bytes());
            let until = self.now.after(Span::from_seconds(86_400));
            let pay = Input::Pay(Box::new(PayInput {
                payer: ACLEDA,
                quote,
                payer_key: PayerKey(number),
                request: Digest([1; 32]),
                parties: Digest([2; 32]),
                code: Some(CodeHold {
                    key: Digest(key),
                    until,
                }),
                shop: ShopKey(1),
                category: None,
                screening_clear: id % 50 != 7,
                recalled: None,
            }));
            let paid = self.give(&pay);
            let from = NETSTARS;
            let id = ItemId(number);
            let verdict = match number % 50 {
                7 => return assert_eq!(paid, Err(Refusal::PayerScreening)),
                8 => Verdict::Rejected(StatusReason::NARR),
                _ => Verdict::Accepted,
            };
            self.give(&Input::Answer { from, id, verdict }).unwrap();
            if number % 50 == 9 {
                self.refund(id);
            }
        }

        fn refund(&mut self, payment: ItemId) {
            let id = ItemId(payment.0 + 1_000_000_000);
            let refund = RefundInput {
                payee: NETSTARS,
                id,
                payment,
                amount: jpy(5),
                request: Digest([3; 32]),
                recalled: Some(Box::new(Recalled {
                    seq: self.seq,
                    payment: None,
                })),
            };
            self.give(&Input::Refund(Box::new(refund))).unwrap();
            let (from, verdict) = (ACLEDA, Verdict::Accepted);
            self.give(&Input::Answer { from, id, verdict }).unwrap();
        }
    }

    /// Entries and bytes of a core after so many payments of one day, and the most that it had.
    fn after(count: u64) -> (usize, usize, usize) {
        let before = ALLOCATED.current_usage();
        let mut closing = Closing::new();
        let mut most = 0;
        for id in 1..=count {
            closing.close_one(id);
            if id % 1_000 == 0 {
                closing.project();
                closing.pass(1);
                most = most.max(closing.switch.entries_in_memory());
            }
        }
        closing.empty();
        assert_eq!(closing.switch.items_in_memory(), 0);
        let bytes = ALLOCATED.current_usage() - before;
        (closing.switch.entries_in_memory(), bytes, most)
    }

    #[test]
    fn many_closed_payments_leave_no_more_behind_than_few() {
        let (entries_few, bytes_few, most_few) = after(FEW);
        let (entries_many, bytes_many, most_many) = after(MANY);
        assert_eq!(entries_few, entries_many);
        assert!(
            most_few > entries_few * 100,
            "{most_few}: something was there to leave"
        );
        assert!(
            most_many > most_few,
            "the codes and days of one day were kept that day"
        );
        let difference = bytes_many.abs_diff(bytes_few);
        assert!(
            difference * 10 <= bytes_few,
            "{bytes_many} bytes after {MANY} payments, {bytes_few} after {FEW}"
        );
    }
}
