//! The seams between the real parts, where a test plants bugs. Nothing here changes anything in a
//! run that is not such a test, and no product code has a switch for it.

use core::fmt;

use engine::Resume;
use journal::memory::MemoryStore;
use projection::Past;
use switch::{Input, Operate, Position, Quote, Switch, Time};

use crate::message::{Credit, Outcome, Word};

/// What a planted bug may do on the way from one real part to the next.
pub(crate) trait Tamper: fmt::Debug {
    /// Whether the answers of a node leave before the append.
    fn answers_early(&self, _is_deposed: bool) -> bool {
        false
    }

    /// The batch that the writer is told the tables stand for.
    fn projected(&self, true_seq: u64, _head: u64) -> u64 {
        true_seq
    }

    /// What a restart begins from.
    fn resume(&self, resume: Resume, _store: &MemoryStore) -> Resume {
        resume
    }

    /// What the tables say.
    fn past(&self, _past: &mut Past) {}

    /// What a caller is told.
    fn word(&self, word: Word) -> Word {
        word
    }

    /// What a caller is told when it withdrew.
    fn withdrawn(&self, word: Word) -> Word {
        word
    }

    /// What the core is given for what an operator sent.
    fn operate(&self, operate: Operate, _switch: &Switch) -> Input {
        Input::Operate(Box::new(operate))
    }

    /// What people are shown of headroom and nets.
    fn positions(&self, switch: &Switch) -> Vec<Position> {
        switch.positions()
    }

    fn quote(&self, _quote: &mut Quote) {}

    /// What a participant is told.
    fn outcome(&self, _outcome: &mut Outcome) {}

    /// Whether a creditor's side takes an ask.
    fn takes_ask(&self, honest: bool, _clock: Time, _expires_at: Time) -> bool {
        honest
    }

    /// How far a creditor's side gets by an ask that it takes.
    fn credit_on_ask(&self, honest: Credit) -> Credit {
        honest
    }

    /// How many outcomes a position stands for when it is acknowledged.
    fn acknowledged(&self, position: u64) -> u64 {
        position
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Honest;

impl Tamper for Honest {}
