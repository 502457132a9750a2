//! What is in flight and what has to wait before it is tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{RETRY_FIRST, RETRY_LAST};

/// Attempts by what they are about.
#[derive(Debug)]
pub(super) struct Attempts<K>(BTreeMap<K, Attempt>);

#[derive(Clone, Copy, Debug)]
struct Attempt {
    is_in_flight: bool,
    failures: u32,
    not_before: Instant,
}

impl<K: Copy + Ord> Attempts<K> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn in_flight(&self) -> usize {
        self.0
            .values()
            .filter(|attempt| attempt.is_in_flight)
            .count()
    }

    /// What must not be begun now.
    pub(super) fn blocked(&self, now: Instant) -> BTreeSet<K> {
        let is_blocked = |attempt: &Attempt| attempt.is_in_flight || attempt.not_before > now;
        self.0
            .iter()
            .filter(|(_, attempt)| is_blocked(attempt))
            .map(|(key, _)| *key)
            .collect()
    }

    /// When the first of those that wait may be tried again.
    pub(super) fn next(&self) -> Option<Instant> {
        let waiting = self.0.values().filter(|attempt| !attempt.is_in_flight);
        waiting.map(|attempt| attempt.not_before).min()
    }

    pub(super) fn begin(&mut self, key: K, now: Instant) {
        let fresh = Attempt {
            is_in_flight: true,
            failures: 0,
            not_before: now,
        };
        self.0.entry(key).or_insert(fresh).is_in_flight = true;
    }

    /// Ends all pauses: time has passed that this room's own timers do not see.
    pub(super) fn hurry(&mut self, now: Instant) {
        for attempt in self.0.values_mut() {
            attempt.not_before = attempt.not_before.min(now);
        }
    }

    pub(super) fn succeeded(&mut self, key: K) {
        self.0.remove(&key);
    }

    pub(super) fn failed(&mut self, key: K, now: Instant) {
        if let Some(attempt) = self.0.get_mut(&key) {
            attempt.is_in_flight = false;
            attempt.failures = attempt.failures.saturating_add(1);
            attempt.not_before = now.checked_add(pause(attempt.failures)).unwrap_or(now);
        }
    }

    /// Forgets what the state no longer asks for, except what is still in flight.
    pub(super) fn keep(&mut self, wanted: &BTreeSet<K>) {
        self.0
            .retain(|key, attempt| attempt.is_in_flight || wanted.contains(key));
    }
}

/// Doubles from the first pause to the last.
fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    RETRY_FIRST.saturating_mul(factor).min(RETRY_LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_last() {
        let pauses: Vec<u128> = (1..9).map(|failures| pause(failures).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(pause(u32::MAX), RETRY_LAST);
    }

    #[test]
    fn what_is_in_flight_or_pauses_is_not_begun() {
        let now = Instant::now();
        let mut attempts = Attempts::new();
        attempts.begin(1, now);
        attempts.begin(2, now);
        attempts.failed(2, now);
        attempts.begin(3, now);
        attempts.succeeded(3);
        assert_eq!(attempts.blocked(now), BTreeSet::from([1, 2]));
        assert_eq!(attempts.in_flight(), 1);
        let mut hurried = Attempts::new();
        hurried.begin(2, now);
        hurried.failed(2, now);
        hurried.begin(4, now);
        hurried.hurry(now);
        assert_eq!(
            hurried.blocked(now),
            BTreeSet::from([4]),
            "no pause, but in flight"
        );
        let later = now + RETRY_FIRST;
        assert_eq!(attempts.next(), Some(later));
        assert_eq!(attempts.blocked(later), BTreeSet::from([1]));
        attempts.keep(&BTreeSet::new());
        assert_eq!(attempts.next(), None);
        assert_eq!(attempts.blocked(now), BTreeSet::from([1]));
    }
}
