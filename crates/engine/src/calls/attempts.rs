//! What is in flight and what has to wait before it is tried again.

use std::collections::{BTreeMap, BTreeSet};

use switch::{Span, Time};

use crate::limits::{RETRY_FIRST, RETRY_LAST};

/// Attempts by what they are about.
#[derive(Clone, Debug)]
pub(super) struct Attempts<K>(BTreeMap<K, Attempt>);

#[derive(Clone, Copy, Debug)]
struct Attempt {
    is_in_flight: bool,
    failures: u32,
    not_before: Time,
}

impl<K: Copy + Ord> Attempts<K> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn in_flight(&self) -> usize {
        let in_flight = self.0.values().filter(|attempt| attempt.is_in_flight);
        in_flight.count()
    }

    /// Whether it must not be begun now.
    pub(super) fn is_blocked(&self, key: K, now: Time) -> bool {
        let attempt = self.0.get(&key);
        attempt.is_some_and(|attempt| attempt.is_in_flight || attempt.not_before > now)
    }

    /// When the next pause ends. One that has ended, of what could not be begun (all places are
    /// taken, or its time is over), ends nothing any more: whoever slept until then would not
    /// sleep at all.
    pub(super) fn next(&self, now: Time) -> Option<Time> {
        let waiting = self.0.values().filter(|attempt| !attempt.is_in_flight);
        let ends = waiting.map(|attempt| attempt.not_before);
        ends.filter(|end| *end > now).min()
    }

    pub(super) fn begin(&mut self, key: K, now: Time) {
        let fresh = Attempt {
            is_in_flight: true,
            failures: 0,
            not_before: now,
        };
        self.0.entry(key).or_insert(fresh).is_in_flight = true;
    }

    /// Ends all pauses: time has passed that this clock did not see.
    pub(super) fn hurry(&mut self, now: Time) {
        for attempt in self.0.values_mut() {
            attempt.not_before = attempt.not_before.min(now);
        }
    }

    pub(super) fn succeeded(&mut self, key: K) {
        self.0.remove(&key);
    }

    pub(super) fn failed(&mut self, key: K, now: Time) {
        if let Some(attempt) = self.0.get_mut(&key) {
            attempt.is_in_flight = false;
            attempt.failures = attempt.failures.saturating_add(1);
            attempt.not_before = now.after(pause(attempt.failures));
        }
    }

    /// Forgets what the state no longer asks for, except what is still in flight.
    pub(super) fn keep(&mut self, wanted: &[K]) {
        if self.0.values().all(|attempt| attempt.is_in_flight) {
            return;
        }
        let wanted: BTreeSet<K> = wanted.iter().copied().collect();
        self.0
            .retain(|key, attempt| attempt.is_in_flight || wanted.contains(key));
    }
}

/// Doubles from the first pause to the last.
fn pause(failures: u32) -> Span {
    let doublings = failures.saturating_sub(1).min(16);
    let factor = 1_i64.checked_shl(doublings).unwrap_or(i64::MAX);
    Span(RETRY_FIRST.0.saturating_mul(factor)).min(RETRY_LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_last() {
        let pauses: Vec<i64> = (1..9)
            .map(|failures| pause(failures).0 / 1_000_000)
            .collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(pause(u32::MAX), RETRY_LAST);
    }

    #[test]
    fn what_is_in_flight_or_pauses_is_not_begun() {
        let now = Time(7);
        let mut attempts = Attempts::new();
        attempts.begin(1, now);
        attempts.begin(2, now);
        attempts.failed(2, now);
        attempts.begin(3, now);
        attempts.succeeded(3);
        let blocked = |attempts: &Attempts<u8>, at| {
            let blocked = (1..4).filter(|key| attempts.is_blocked(*key, at));
            blocked.collect::<Vec<u8>>()
        };
        assert_eq!(blocked(&attempts, now), [1, 2]);
        assert_eq!(attempts.in_flight(), 1);
        let mut hurried = attempts.clone();
        hurried.hurry(now);
        assert_eq!(blocked(&hurried, now), [1], "no pause, but in flight");
        let later = now.after(RETRY_FIRST);
        assert_eq!(attempts.next(now), Some(later));
        assert_eq!(blocked(&attempts, later), [1]);
        assert_eq!(attempts.next(later), None, "it has ended");
        attempts.keep(&[]);
        assert_eq!(attempts.next(now), None);
        assert_eq!(blocked(&attempts, now), [1]);
    }
}
