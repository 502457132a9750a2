//! A participant: a bank that pays and credits, or an FX provider that is only told.
//!
//! What it has noted survives its death; its calls and answers in flight do not. It believes the
//! hub's outcomes and nothing else: not silence, not "not found", not the time.

mod creditor;
mod payer;
mod shop;

use std::collections::BTreeMap;

use money::Currency;
use switch::{Finality, ItemId, ParticipantId};

use crate::clock::PartyClock;
use crate::dice::Dice;
use crate::faults::Rates;
use crate::message::{Body, Call, Credit, Envelope, Party, Request, Word};
use crate::oracle::End;
use crate::stage::Stage;
use crate::tamper::Tamper;

pub(crate) use payer::Intent;
pub(crate) use shop::GivesBack;

/// What is the same for every member of a run.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    pub(crate) seed: u64,
    pub(crate) rates: Rates,
    /// Faults are over.
    pub(crate) is_calm: bool,
}

#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) who: ParticipantId,
    pub(crate) rail: Finality,
    pub(crate) clock: PartyClock,
    pub(crate) is_up: bool,
    /// Payments of its customers that have no end yet.
    pub(crate) intents: BTreeMap<ItemId, Box<Intent>>,
    /// Those that have one.
    pub(crate) ended: Vec<Intent>,
    /// Refunds that its shops give and that have no end yet.
    pub(crate) gives_back: BTreeMap<ItemId, GivesBack>,
    /// Those that have one.
    pub(crate) gave_back: Vec<(ItemId, GivesBack)>,
    /// What it was asked to credit.
    pub(crate) credits: BTreeMap<ItemId, Credit>,
    /// Outcomes by its own stream.
    pub(crate) position: u64,
    pub(crate) heard: BTreeMap<ItemId, End>,
    /// What it owes and is owed, by its own account.
    pub(crate) nets: BTreeMap<Currency, i128>,
    /// How its calls were begun, so that an answer finds its payment.
    calls: BTreeMap<u64, (ItemId, Asked)>,
}

/// What a call wanted: no offer is no outcome of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Offer,
    Item,
}

impl Bank {
    pub(crate) fn new(who: ParticipantId, rail: Finality, clock: PartyClock) -> Self {
        Self {
            who,
            rail,
            clock,
            is_up: true,
            intents: BTreeMap::new(),
            ended: Vec::new(),
            gives_back: BTreeMap::new(),
            gave_back: Vec::new(),
            credits: BTreeMap::new(),
            position: 0,
            heard: BTreeMap::new(),
            nets: BTreeMap::new(),
            calls: BTreeMap::new(),
        }
    }

    fn me(&self) -> Party {
        Party::Member(self.who)
    }

    fn request(&mut self, stage: &mut Stage<'_>, id: ItemId, request: Request) {
        let call = stage.call_number();
        let asked = match request {
            Request::Quote(_) => Asked::Offer,
            Request::Pay(_)
            | Request::Cancel(..)
            | Request::Refund(_)
            | Request::Status(..)
            | Request::Operate(_)
            | Request::Set(_) => Asked::Item,
        };
        self.calls.insert(call, (id, asked));
        let body = Body::Request(Box::new(request));
        stage.send(self.me(), Party::Hub, call, body);
    }

    /// A message came.
    pub(crate) fn hear(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        tamper: &dyn Tamper,
        envelope: Envelope,
    ) {
        let Envelope {
            from, call, body, ..
        } = envelope;
        match body {
            Body::Reply(word) => {
                // An answer to a call that was given up or that another life made is no answer.
                if let Some((id, asked)) = self.calls.remove(&call) {
                    self.hear_word(stage, ways, id, asked, *word);
                }
            }
            Body::Call(asked) => {
                let answers = match *asked {
                    Call::Ask(ask) => self.hear_ask(stage, ways, tamper, &ask),
                    Call::LookUp(id) => self.look_up(stage, ways, call, id),
                    Call::Tell(position, outcome) => {
                        self.hear_outcome(stage, ways, position, &outcome)
                    }
                };
                for answer in answers {
                    stage.send(self.me(), from, call, Body::Answer(answer));
                }
            }
            Body::Request(_) | Body::Answer(_) => {}
        }
    }

    fn hear_word(
        &mut self,
        stage: &mut Stage<'_>,
        ways: &Ways,
        id: ItemId,
        asked: Asked,
        word: Word,
    ) {
        let intent = self.intents.get(&id);
        if let Some(intent) = intent {
            let quotes = intent.step == payer::Step::Quoting;
            if (asked == Asked::Offer) == quotes {
                self.hear_of_payment(stage, ways, id, word);
            }
        } else if self.gives_back.contains_key(&id) {
            self.hear_of_refund(stage, id, word);
        }
    }

    /// One of its alarms rang.
    pub(crate) fn alarm(&mut self, stage: &mut Stage<'_>, ways: &Ways, id: ItemId) {
        if self.intents.contains_key(&id) {
            self.go_on_with_payment(stage, ways, id);
        } else if self.gives_back.contains_key(&id) {
            self.go_on_with_refund(stage, id);
        }
    }

    /// It dies: whatever was in flight is forgotten.
    pub(crate) fn die(&mut self) {
        self.is_up = false;
        self.calls.clear();
    }

    /// It begins again with what it had noted; everything that has no end is taken up.
    pub(crate) fn begin_again(&mut self, stage: &mut Stage<'_>, ways: &Ways) {
        self.is_up = true;
        let open = self.intents.keys().chain(self.gives_back.keys());
        let ids: Vec<ItemId> = open.copied().collect();
        for id in ids {
            let mut dice = Dice::of(ways.seed, "again", id.0);
            let alarm = crate::stage::Event::Alarm(self.who, id);
            let pause = dice.millis(0, 2_000);
            if let Some(intent) = self.intents.get_mut(&id) {
                intent.due = stage.now.after(pause);
            }
            if let Some(one) = self.gives_back.get_mut(&id) {
                one.due = stage.now.after(pause);
            }
            stage.after(pause, alarm);
        }
    }

    /// Whether nothing of it is open.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.intents.is_empty() && self.gives_back.is_empty()
    }
}
