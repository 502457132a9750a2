//! The network of the story, small enough to hold in one hand.

use money::{Amount, BasisPoints, Currency, Money, Rate, Rounding};
use switch::{
    CodeHold, Corridor, CorridorAt, CorridorId, CustomerFee, Digest, DoubtDecision, Finality,
    Input, Item, ItemId, LossBearer, MerchantFee, Participant, ParticipantId, PayInput,
    PayerCurrency, PayerKey, Quote, QuoteInput, Record, Reference, RefundFees, RefundInput,
    Refusal, Reply, Role, ShopKey, Span, Stamp, Standing, Switch, Tier, Time, Verdict,
};

pub(crate) const ACLEDA: ParticipantId = ParticipantId(0);
pub(crate) const SATHAPANA: ParticipantId = ParticipantId(1);
pub(crate) const NETSTARS: ParticipantId = ParticipantId(2);
pub(crate) const FX1: ParticipantId = ParticipantId(3);
pub(crate) const FX2: ParticipantId = ParticipantId(4);
pub(crate) const HOUSE: ParticipantId = ParticipantId(5);
pub(crate) const SECOND: i64 = 1_000_000_000;

pub(crate) fn khr(minor: u64) -> Money {
    Money::new(Currency::Khr, Amount::from_minor(minor).unwrap())
}

pub(crate) fn jpy(minor: u64) -> Money {
    Money::new(Currency::Jpy, Amount::from_minor(minor).unwrap())
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) switch: Switch,
    pub(crate) now: Time,
    pub(crate) records: Vec<(Stamp, Record)>,
    seq: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        let now = Time(1_795_000_000 * SECOND);
        let mut world = World {
            switch: Switch::default(),
            now,
            records: Vec::new(),
            seq: 0,
        };
        let both = [Role::Payer, Role::Payee];
        for (name, scheme, roles, banks) in [
            ("acleda", "KHQR", &both[..], &["aclb"][..]),
            ("sathapana", "KHQR", &both[..], &["sthp"][..]),
            ("netstars", "JPQR", &both[..], &[][..]),
            ("fx1", "FX", &[Role::Fx][..], &[][..]),
            ("fx2", "FX", &[Role::Fx][..], &[][..]),
            (
                "house",
                "HOUSE",
                &[Role::House, Role::Operator][..],
                &[][..],
            ),
        ] {
            let participant = Participant {
                name: name.into(),
                scheme: scheme.into(),
                roles: roles.to_vec(),
                finality: Finality::Confirm,
                keys: vec![[7; 32]],
                callback_url: String::new(),
                banks: banks.iter().map(|bank| (*bank).to_owned()).collect(),
                is_active: true,
            };
            world.give(Input::SetParticipant(participant)).unwrap();
        }
        world.give(Input::OpenWindow).unwrap();
        for corridor in corridors() {
            world.give(Input::SetCorridor(Box::new(corridor))).unwrap();
        }
        for who in [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2] {
            world.set_cap(who, Currency::Khr, 50_000_000);
            world.set_cap(who, Currency::Jpy, 5_000_000);
        }
        world.publish_rates(1);
        world
    }

    pub(crate) fn give(&mut self, input: Input) -> Result<Reply, Refusal> {
        let decision = self.switch.decide(self.now, &input);
        self.seq += 1;
        let stamp = Stamp {
            seq: self.seq,
            now: self.now,
        };
        for record in decision.records {
            self.switch.apply(stamp, &record);
            self.records.push((stamp, record));
        }
        let wrong = self.wrong();
        assert_eq!(wrong, None, "after {input:?}");
        decision.reply
    }

    pub(crate) fn set_cap(&mut self, participant: ParticipantId, currency: Currency, cap: u64) {
        let cap = Amount::from_minor(cap).unwrap();
        self.give(Input::SetCap {
            participant,
            currency,
            cap,
        })
        .unwrap();
    }

    pub(crate) fn publish_rates(&mut self, version: u64) {
        let valid_until = self.now.after(Span::from_seconds(3_600));
        let rate = |value| Rate::parse(Currency::Jpy, Currency::Khr, value).unwrap();
        let reference = Reference {
            version,
            valid_until,
            rate: rate("26.5"),
        };
        self.give(Input::SetReference(reference)).unwrap();
        for (corridor, provider, value) in [
            (0, FX1, "26.712"),
            (0, FX2, "26.8"),
            (1, FX1, "26.288"),
            (1, FX2, "26.2"),
        ] {
            let tier = Tier {
                amount_max: Amount::MAX,
                rate: rate(value),
            };
            let standing = Standing {
                provider,
                corridor: CorridorId(corridor),
                version,
                valid_until,
                tiers: vec![tier],
                exposure_max: Amount::from_minor(10_000_000).unwrap(),
            };
            self.give(Input::SetStanding(standing)).unwrap();
        }
    }

    /// Standing rates of the first corridor with the pair written the other way round.
    pub(crate) fn publish_turned(&mut self, provider: ParticipantId, version: u64) {
        let rate = Rate::parse(Currency::Khr, Currency::Jpy, "0.04").unwrap();
        let standing = Standing {
            provider,
            corridor: CorridorId(0),
            version,
            valid_until: self.now.after(Span::from_seconds(3_600)),
            tiers: vec![Tier {
                amount_max: Amount::MAX,
                rate,
            }],
            exposure_max: Amount::from_minor(10_000_000).unwrap(),
        };
        self.give(Input::SetStanding(standing)).unwrap();
    }

    pub(crate) fn make(&mut self, who: ParticipantId, finality: Finality) {
        let known = self.switch.participant(who).unwrap().clone();
        self.give(Input::SetParticipant(Participant { finality, ..known }))
            .unwrap();
    }

    /// Another corridor from riel to yen, for codes of another scheme.
    pub(crate) fn add_corridor(&mut self, name: &str, payee_scheme: &str, day_max: u64) {
        let [outward, _] = corridors();
        let corridor = Corridor {
            name: name.to_owned(),
            payee_scheme: payee_scheme.to_owned(),
            payer_currencies: vec![PayerCurrency {
                day_max: Amount::from_minor(day_max).unwrap(),
                ..outward.payer_currencies[0].clone()
            }],
            ..outward
        };
        self.give(Input::SetCorridor(Box::new(corridor))).unwrap();
        let known = self.switch.standing(CorridorId(0), FX1).unwrap().clone();
        let standing = Standing {
            corridor: CorridorId(2),
            ..known
        };
        self.give(Input::SetStanding(standing)).unwrap();
    }

    /// The first corridor decides for completing at the end of a doubt.
    pub(crate) fn complete_doubts(&mut self) {
        let [outward, _] = corridors();
        let doubt_decision = DoubtDecision::Complete;
        self.give(Input::SetCorridor(Box::new(Corridor {
            doubt_decision,
            ..outward
        })))
        .unwrap();
    }

    /// A fact that nothing decides yet, as replay would bring it.
    pub(crate) fn record(&mut self, record: Record) {
        self.seq += 1;
        let stamp = Stamp {
            seq: self.seq,
            now: self.now,
        };
        self.switch.apply(stamp, &record);
        self.records.push((stamp, record));
    }

    /// The first corridor charges in dollars too, at ten cents for the customer.
    pub(crate) fn charge_in_dollars_too(&mut self) {
        let [mut outward, _] = corridors();
        outward.payer_currencies.push(PayerCurrency {
            currency: Currency::Usd,
            day_max: Amount::from_minor(100_000).unwrap(),
            switch_fee: Amount::from_minor(2).unwrap(),
            customer_fees: vec![CustomerFee {
                participant: ACLEDA,
                amount: Amount::from_minor(10).unwrap(),
            }],
        });
        self.give(Input::SetCorridor(Box::new(outward))).unwrap();
        let valid_until = self.now.after(Span::from_seconds(3_600));
        let rate = Rate::parse(Currency::Usd, Currency::Jpy, "149").unwrap();
        self.give(Input::SetReference(Reference {
            version: 1,
            valid_until,
            rate,
        }))
        .unwrap();
        let standing = Standing {
            provider: FX2,
            corridor: CorridorId(0),
            version: 2,
            valid_until,
            tiers: vec![Tier {
                amount_max: Amount::MAX,
                rate,
            }],
            exposure_max: Amount::from_minor(10_000_000).unwrap(),
        };
        self.give(Input::SetStanding(standing)).unwrap();
    }

    pub(crate) fn quote(
        &mut self,
        payer: ParticipantId,
        id: u128,
        payee: ParticipantId,
        scheme: &str,
        amount: Money,
    ) -> Result<Quote, Refusal> {
        self.quote_in(payer, id, payee, scheme, amount, None)
    }

    pub(crate) fn quote_in(
        &mut self,
        payer: ParticipantId,
        id: u128,
        payee: ParticipantId,
        scheme: &str,
        amount: Money,
        payer_currency: Option<Currency>,
    ) -> Result<Quote, Refusal> {
        let scheme = scheme.to_owned();
        let id = ItemId(id);
        let input = QuoteInput {
            payer,
            id,
            payee,
            scheme,
            amount,
            payer_currency,
        };
        let reply = self.give(Input::Quote(input))?;
        let Reply::Quoted(quote) = reply else {
            panic!("a quote was answered with {reply:?}")
        };
        Ok(quote)
    }

    pub(crate) fn pay_input(&self, quote: Quote) -> PayInput {
        PayInput {
            payer: quote.terms.payer,
            quote,
            payer_key: PayerKey(1),
            request: Digest([1; 32]),
            parties: Digest([2; 32]),
            code: None,
            shop: ShopKey(1),
            category: Some(5_812),
            screening_clear: true,
            recalled: None,
        }
    }

    pub(crate) fn pay_with_code(&self, quote: Quote, code: u8) -> PayInput {
        let until = self.now.after(Span::from_seconds(600));
        let code = Some(CodeHold {
            key: Digest([code; 32]),
            until,
        });
        PayInput {
            code,
            ..self.pay_input(quote)
        }
    }

    pub(crate) fn pay(&mut self, quote: Quote) -> Result<Reply, Refusal> {
        let input = self.pay_input(quote);
        self.give(Input::Pay(Box::new(input)))
    }

    pub(crate) fn answer(
        &mut self,
        from: ParticipantId,
        id: u128,
        verdict: Verdict,
    ) -> Result<Reply, Refusal> {
        self.give(Input::Answer {
            from,
            id: ItemId(id),
            verdict,
        })
    }

    pub(crate) fn accept(&mut self, from: ParticipantId, id: u128) {
        self.answer(from, id, Verdict::Accepted).unwrap();
    }

    pub(crate) fn refund(
        &mut self,
        payee: ParticipantId,
        id: u128,
        payment: u128,
        amount: Money,
    ) -> Result<Reply, Refusal> {
        let request = Digest([3; 32]);
        let (id, payment) = (ItemId(id), ItemId(payment));
        self.give(Input::Refund(Box::new(RefundInput {
            payee,
            id,
            payment,
            amount,
            request,
            recalled: None,
        })))
    }

    pub(crate) fn tick(&mut self) {
        self.give(Input::Tick).unwrap();
    }

    pub(crate) fn item(&self, id: u128) -> &Item {
        self.switch.item(ItemId(id)).expect("the item is in memory")
    }

    pub(crate) fn check(&self) {
        assert_eq!(self.wrong(), None);
    }

    /// The books balance, and a core that is taken out and put back is the same core; what of
    /// that is not so.
    fn wrong(&self) -> Option<String> {
        let identities = self.switch.identities();
        if let Some(broken) = identities.iter().find(|identity| !identity.holds) {
            return Some(broken.name.to_owned());
        }
        let (live, restored) = (
            text(&self.switch),
            text(&Switch::restore(self.switch.snapshot())),
        );
        (live != restored).then(|| format!("live {live}\nrestored {restored}"))
    }
}

/// All that a core knows, as text.
pub(crate) fn text(switch: &Switch) -> String {
    let mut text = String::new();
    switch.fingerprint(&mut text).unwrap();
    text
}

fn corridors() -> [Corridor; 2] {
    let points = |points| BasisPoints::new(points).unwrap();
    let minor = |minor| Amount::from_minor(minor).unwrap();
    let outward = Corridor {
        at: CorridorAt {
            id: CorridorId(0),
            version: 0,
        },
        name: "KH-JP".into(),
        payer_scheme: "KHQR".into(),
        payee_scheme: "JPQR".into(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Khr,
            day_max: minor(2_000_000),
            switch_fee: minor(100),
            customer_fees: vec![CustomerFee {
                participant: ACLEDA,
                amount: minor(400),
            }],
        }],
        payee_currency: Currency::Jpy,
        active_from: Time(0),
        amount_min: minor(10),
        amount_max: minor(1_000_000),
        payer_utc_offset_minutes: 420,
        merchant_fee: MerchantFee {
            total: points(120),
            issuer: points(40),
            switch: points(10),
        },
        rounding: Rounding::Up,
        fee_rounding: Rounding::HalfEven,
        quote_ttl: Span::from_seconds(300),
        ask_timeout: Span::from_seconds(20),
        doubt_timeout: Span::from_seconds(3_600),
        doubt_decision: DoubtDecision::Cancel,
        loss_bearer: LossBearer::PayeeParticipant,
        refund_period: Span::from_seconds(180 * 86_400),
        refund_wait: Span::from_seconds(86_400),
        refund_fees: RefundFees::Kept,
    };
    let inward = Corridor {
        name: "JP-KH".into(),
        payer_scheme: "JPQR".into(),
        payee_scheme: "KHQR".into(),
        payer_currencies: vec![PayerCurrency {
            currency: Currency::Jpy,
            day_max: minor(1_000_000),
            switch_fee: minor(5),
            customer_fees: Vec::new(),
        }],
        payee_currency: Currency::Khr,
        amount_min: minor(100),
        amount_max: minor(40_000_000),
        payer_utc_offset_minutes: 540,
        merchant_fee: MerchantFee {
            total: points(60),
            issuer: points(0),
            switch: points(10),
        },
        ..outward.clone()
    };
    [outward, inward]
}
