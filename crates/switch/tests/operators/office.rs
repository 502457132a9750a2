//! The world of the story with two operators in it.

use core::ops::{Deref, DerefMut};

use switch::limits::ACTION_SPAN_DEFAULT;
use switch::{
    Act, ActionId, Break, BreakKind, Digest, Input, ItemId, Operate, Operated, ParticipantId,
    Position, Proposed, QuoteInput, Record, Refusal, Reply, Switch, Time,
};

use crate::people;
pub(crate) use crate::people::{OP1, OP2};
use crate::world::{ACLEDA, NETSTARS, SECOND, World, jpy};

pub(crate) struct Office {
    world: World,
    next: u128,
}

impl Deref for Office {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Office {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Office {
    pub(crate) fn new() -> Self {
        let mut world = World::new();
        people::join(&mut world);
        Office { world, next: 100 }
    }

    pub(crate) fn proposed(&mut self, by: ParticipantId, act: Act) -> Proposed {
        self.next += 1;
        Proposed {
            id: ActionId(self.next),
            request_id: self.next,
            request: Digest([9; 32]),
            by,
            act,
            reason: "as agreed".into(),
            expires_at: self.now.after(ACTION_SPAN_DEFAULT),
        }
    }

    pub(crate) fn propose(&mut self, by: ParticipantId, act: Act) -> Result<ActionId, Refusal> {
        let proposed = self.proposed(by, act);
        let id = proposed.id;
        let reply = self.operate(Operate::Propose(proposed))?;
        assert_eq!(reply, Reply::Action(id));
        Ok(id)
    }

    pub(crate) fn approve(&mut self, by: ParticipantId, id: ActionId) -> Result<Reply, Refusal> {
        self.operate(Operate::Approve { id, by })
    }

    pub(crate) fn operate(&mut self, operate: Operate) -> Result<Reply, Refusal> {
        self.give(Input::Operate(Box::new(operate)))
    }

    /// Both persons, one after the other.
    pub(crate) fn act(&mut self, act: Act) -> Result<Reply, Refusal> {
        let id = self.propose(OP1, act)?;
        self.approve(OP2, id)
    }

    /// What of operators was recorded since `from` records.
    pub(crate) fn operated(&self, from: usize) -> Vec<Operated> {
        let records = self.records.iter().skip(from);
        let operated = records.filter_map(|(_, record)| {
            let Record::Operated(operated) = record else {
                return None;
            };
            Some(operated.as_ref().clone())
        });
        operated.collect()
    }

    /// A payment of JPY 3,000 from ACLEDA to a shop of NETSTARS, asked.
    pub(crate) fn ask(&mut self, id: u128) {
        let quote = self
            .quote(ACLEDA, id, NETSTARS, "JPQR", jpy(3_000))
            .unwrap();
        self.pay(quote).unwrap();
    }

    /// A payment of JPY 10 without the world's checks, of which many would take long.
    pub(crate) fn ask_quickly(&mut self, id: u128) {
        let price = QuoteInput {
            payer: ACLEDA,
            id: ItemId(id),
            payee: NETSTARS,
            scheme: "JPQR".into(),
            amount: jpy(10),
            payer_currency: None,
        };
        let quoted = self.switch.decide(self.now, &Input::Quote(price));
        let Ok(Reply::Quoted(quote)) = quoted.reply else {
            panic!("no quote for {id}")
        };
        let pay = Input::Pay(Box::new(self.pay_input(quote)));
        for record in self.switch.decide(self.now, &pay).records {
            self.record(record);
        }
    }

    /// The same, in doubt.
    pub(crate) fn doubt(&mut self, id: u128) {
        self.ask(id);
        self.pass(60);
    }

    /// The same, decided by its corridor.
    pub(crate) fn decided_by_time(&mut self, id: u128) {
        self.doubt(id);
        self.pass(3_601);
        self.publish_rates(u64::try_from(id).unwrap() + 1_000);
    }

    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now = Time(self.now.0 + seconds * SECOND);
        self.tick();
    }

    pub(crate) fn resume_rail(&mut self, participant: ParticipantId) {
        self.act(Act::ResumeRail { participant }).unwrap();
    }

    pub(crate) fn break_of(&self, id: u128, kind: BreakKind) -> Option<Break> {
        self.switch.break_of(self.item(id), kind, self.now)
    }

    pub(crate) fn id(&self, id: u128) -> ItemId {
        self.item(id).id
    }

    pub(crate) fn position_of(&self, who: ParticipantId) -> Vec<Position> {
        let all = self.switch.positions();
        all.into_iter().filter(|p| p.participant == who).collect()
    }

    /// The same from the records alone, and from a snapshot.
    pub(crate) fn check_replay(&self) {
        let mut replayed = Switch::default();
        for (stamp, record) in &self.records {
            replayed.apply(*stamp, record);
        }
        let live = format!("{:?}", self.switch);
        assert_eq!(format!("{replayed:?}"), live, "replayed");
        let restored = Switch::restore(self.switch.snapshot());
        assert_eq!(format!("{restored:?}"), live, "restored");
    }
}
