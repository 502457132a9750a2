//! What operators change although nothing is wrong: caps, corridors, keys, certificates.

use money::Currency;
use switch::{Act, DoubtDecision, Finality, OpenItems, Operate, ParticipantId};

use super::{Desk, Person};
use crate::network::{ACLEDA, BEARERS, FX1, HOUSE, MEMBERS, NETSTARS, OPERATORS, amount, key};

impl Person {
    pub(super) fn stir(&mut self, desk: &mut Desk<'_>, out: &mut Vec<Operate>) {
        if !self.dice.chance(2_500) {
            return;
        }
        let act = match self.dice.below(13) {
            0..2 => self.another_cap(desk),
            2..4 => self.money_moved(desk),
            4..6 => Some(self.suspension()),
            6..8 => self.another_corridor(desk),
            8 => self.certificate(desk),
            9 => self.other_keys(desk),
            // What is done to what another has done already, or never began.
            10 => self.last_keys(desk),
            11 => Some(Act::ResumeRail {
                participant: NETSTARS,
            }),
            _stranger => Some(Act::Resolve {
                item: switch::ItemId(self.dice.wide()),
                decision: DoubtDecision::Complete,
                evidence: "a wrong number".to_owned(),
            }),
        };
        if let Some(act) = act {
            self.propose(desk, act, out);
        }
    }

    fn somebody(&mut self) -> (ParticipantId, Currency) {
        let who = self.dice.pick(&MEMBERS, FX1);
        let currencies = [Currency::Khr, Currency::Jpy];
        (who, self.dice.pick(&currencies, Currency::Jpy))
    }

    /// Mostly far too low; sometimes what is covered, sometimes more than that.
    fn another_cap(&mut self, desk: &Desk<'_>) -> Option<Act> {
        let (participant, currency) = self.somebody();
        let there = desk.switch.liquidity(participant, currency).minor();
        let after = match self.dice.below(10) {
            0..6 => self.dice.between(1, desk.network.cap.min(6_000_000)),
            6..9 => there,
            _more => there.saturating_add(self.dice.between(1, 1_000_000)),
        };
        Some(Act::Cap {
            participant,
            currency,
            before: desk.switch.cap(participant, currency)?,
            after: amount(after),
        })
    }

    fn money_moved(&mut self, desk: &Desk<'_>) -> Option<Act> {
        let (participant, currency) = self.somebody();
        let there = desk.switch.liquidity(participant, currency);
        let free = there.saturating_sub(desk.switch.cap(participant, currency)?);
        let minor = self.dice.between(1, 50_000_000);
        Some(match self.dice.chance(5_000) {
            true => Act::Deposit {
                participant,
                currency,
                amount: amount(minor),
            },
            // More than is free is refused.
            false => Act::Withdraw {
                participant,
                currency,
                amount: amount(minor.min(free.minor().saturating_add(1))),
            },
        })
    }

    /// Members mostly; an operator now and then, and the house, which nobody may.
    fn suspension(&mut self) -> Act {
        let participant = match self.dice.below(10) {
            0 => HOUSE,
            1 => self.dice.pick(&OPERATORS, HOUSE),
            _member => self.dice.pick(&MEMBERS, FX1),
        };
        let open = match self.dice.chance(5_000) {
            true => OpenItems::Run,
            false => OpenItems::Cancel,
        };
        Act::Suspend { participant, open }
    }

    fn another_corridor(&mut self, desk: &Desk<'_>) -> Option<Act> {
        let corridors: Vec<&switch::Corridor> = desk.switch.corridors_now().collect();
        let known = self.dice.pick(&corridors, corridors.first().copied()?);
        let mut after = known.clone();
        let decisions = [DoubtDecision::Cancel, DoubtDecision::Complete];
        after.doubt_decision = self.dice.pick(&decisions, DoubtDecision::Cancel);
        after.ask_timeout = self.dice.millis(1_000, 30_000);
        after.doubt_timeout = self.dice.millis(20_000, 300_000);
        after.refund_wait = self.dice.millis(20_000, 120_000);
        after.loss_bearer = self.dice.pick(&BEARERS, after.loss_bearer);
        for one in &mut after.payer_currencies {
            one.switch_fee = amount(self.dice.between(0, 200));
        }
        Some(Act::Corridor {
            base: known.at,
            after: Box::new(after),
        })
    }

    /// A rail changes first and the hub learns of it afterwards, never the other way round. What
    /// the hub thinks too little of costs it doubts only.
    fn certificate(&mut self, desk: &mut Desk<'_>) -> Option<Act> {
        let rails = [NETSTARS, ACLEDA];
        let participant = self.dice.pick(&rails, NETSTARS);
        let before = desk.switch.participant(participant)?.finality;
        let after = match before {
            Finality::Immediate => {
                let bank = desk.banks.get_mut(&participant)?;
                bank.rail = Finality::Confirm;
                Finality::Confirm
            }
            Finality::Confirm => Finality::Immediate,
        };
        Some(Act::Certify {
            participant,
            before,
            after,
            evidence: "a report".to_owned(),
        })
    }

    /// Of an operator, which shuts it out; two must be left.
    fn last_keys(&mut self, desk: &Desk<'_>) -> Option<Act> {
        let participant = self.dice.pick(&OPERATORS, HOUSE);
        let before = desk.switch.participant(participant)?.keys.clone();
        // Whoever was shut out is let in again.
        let after = match before.is_empty() {
            true => vec![key(participant, 0)],
            false => Vec::new(),
        };
        Some(Act::Keys {
            participant,
            before,
            after,
        })
    }

    fn other_keys(&mut self, desk: &Desk<'_>) -> Option<Act> {
        let everybody: Vec<ParticipantId> = MEMBERS.into_iter().chain(OPERATORS).collect();
        let participant = self.dice.pick(&everybody, FX1);
        let before = desk.switch.participant(participant)?.keys.clone();
        let number = u8::try_from(self.dice.below(200)).unwrap_or(0);
        // Sometimes the key of another, which is refused.
        let whose = match self.dice.chance(1_000) {
            true => self.dice.pick(&everybody, FX1),
            false => participant,
        };
        Some(Act::Keys {
            participant,
            before,
            after: vec![key(whose, number)],
        })
    }
}
