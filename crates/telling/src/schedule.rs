//! When to try again, and when to give up.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use crate::limits::{JITTER_PARTS, RETRIES_MAX};

/// The pauses between the attempts for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Schedule {
    /// One pause before each retry, at most [`RETRIES_MAX`]; without any an event is given up
    /// when its first attempt fails.
    pub fn new(mut pauses: Vec<Duration>) -> Self {
        pauses.truncate(RETRIES_MAX);
        Self(pauses)
    }

    /// How long to wait after so many failures of an event; `None` when it is to be given up.
    ///
    /// What makes the pause longer follows from `name` and the count, not from chance: it spreads
    /// endpoints as well, and a repetition is a repetition.
    pub fn pause(&self, failures: u32, name: &str) -> Option<Duration> {
        let at = usize::try_from(failures.checked_sub(1)?).ok()?;
        let pause = *self.0.get(at)?;
        let mut hasher = DefaultHasher::new();
        (name, failures).hash(&mut hasher);
        let most_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX) / JITTER_PARTS;
        let more_ms = hasher.finish() % most_ms.saturating_add(1);
        Some(pause.saturating_add(Duration::from_millis(more_ms)))
    }
}

impl Default for Schedule {
    /// The schedule that Standard Webhooks recommends: ten attempts in three days.
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let pauses = [
            5,
            5 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ];
        Self(pauses.into_iter().map(Duration::from_secs).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_follow_the_schedule_a_little_longer_and_end() {
        let schedule = Schedule::default();
        let mut total = Duration::ZERO;
        for failures in 1..=9 {
            let pause = schedule.pause(failures, "evt_a_paid_1_1").unwrap();
            let planned = schedule.0[usize::try_from(failures - 1).unwrap()];
            assert!(
                pause >= planned && pause <= planned + planned / 10,
                "{pause:?}"
            );
            assert_eq!(schedule.pause(failures, "evt_a_paid_1_1"), Some(pause));
            total += planned;
        }
        assert_eq!(total.as_secs(), 272_105);
        for none in [0, 10, u32::MAX] {
            assert_eq!(schedule.pause(none, "evt_a_paid_1_1"), None);
        }
        let long = Schedule::new(vec![Duration::from_hours(1); RETRIES_MAX + 1]);
        let spread = |name| long.pause(1, name).unwrap();
        assert_ne!(spread("evt_a_paid_1_1"), spread("evt_b_paid_2_1"));
        assert_eq!(long.0.len(), RETRIES_MAX);
        assert_eq!(Schedule::new(Vec::new()).pause(1, "x"), None);
        let short = Schedule::new(vec![Duration::from_millis(5)]);
        assert_eq!(short.pause(1, "x"), Some(Duration::from_millis(5)));
    }
}
