//! How many streams of events are open: in all, and for each participant.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use switch::ParticipantId;
use wire::error::{Code, Problem};

use crate::hub::lock;
use crate::limits::{STREAMS_MAX, STREAMS_PER_PARTICIPANT_MAX};

/// Open streams by participant.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Arc<Mutex<BTreeMap<ParticipantId, usize>>>);

/// One stream's place; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    who: ParticipantId,
}

impl Places {
    pub(super) fn enter(&self, who: ParticipantId) -> Result<Place, Problem> {
        let mut open = lock(&self.0);
        if open
            .get(&who)
            .is_some_and(|own| *own >= STREAMS_PER_PARTICIPANT_MAX)
        {
            let detail = format!("at most {STREAMS_PER_PARTICIPANT_MAX}");
            return Err(Problem::new(Code::TooManyStreams).with_detail(detail));
        }
        if open.values().sum::<usize>() >= STREAMS_MAX {
            return Err(Problem::new(Code::Busy).with_detail("too many streams are open"));
        }
        let own = open.entry(who).or_default();
        *own = own.saturating_add(1);
        Ok(Place {
            places: self.clone(),
            who,
        })
    }

    pub(super) fn open(&self) -> BTreeMap<ParticipantId, usize> {
        lock(&self.0).clone()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.places.0);
        if let Some(own) = open.get_mut(&self.who) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_participant_and_all_together_hold_their_share_and_no_more() {
        let places = Places::default();
        let enter = |who| places.enter(ParticipantId(who)).map_err(|no| no.code());
        let mut held: Vec<Place> = Vec::new();
        for _ in 0..STREAMS_PER_PARTICIPANT_MAX {
            held.push(enter(1).unwrap());
        }
        assert_eq!(enter(1).unwrap_err(), Code::TooManyStreams);
        let others = (STREAMS_MAX - held.len()) / STREAMS_PER_PARTICIPANT_MAX;
        for who in 2..2 + u16::try_from(others).unwrap() {
            for _ in 0..STREAMS_PER_PARTICIPANT_MAX {
                held.push(enter(who).unwrap());
            }
        }
        assert_eq!(held.len(), STREAMS_MAX);
        assert_eq!(enter(999).unwrap_err(), Code::Busy);
        held.remove(0);
        assert_eq!(
            places.open()[&ParticipantId(1)],
            STREAMS_PER_PARTICIPANT_MAX - 1
        );
        held.push(enter(999).unwrap());
        held.clear();
        assert!(places.open().is_empty());
    }
}
