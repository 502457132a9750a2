//! A party's clock: it drifts, and it jumps.

use switch::{Span, Time};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PartyClock {
    offset_ns: i64,
    /// Nanoseconds that it gains in a second.
    drift_ns: i64,
    since: Time,
}

impl PartyClock {
    pub(crate) fn new(since: Time, drift_ns: i64) -> Self {
        Self {
            offset_ns: 0,
            drift_ns,
            since,
        }
    }

    pub(crate) fn read(&self, now: Time) -> Time {
        let seconds = now.0.saturating_sub(self.since.0) / 1_000_000_000;
        let drifted = seconds.saturating_mul(self.drift_ns);
        now.after(Span(self.offset_ns)).after(Span(drifted))
    }

    /// Puts it this far from true time.
    pub(crate) fn jump(&mut self, now: Time, offset: Span) {
        *self = Self {
            offset_ns: offset.0,
            drift_ns: self.drift_ns,
            since: now,
        };
    }

    /// It is right from now on.
    pub(crate) fn heal(&mut self, now: Time) {
        *self = Self::new(now, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drifts_jumps_and_heals() {
        let second = |s: i64| Time(s * 1_000_000_000);
        let mut clock = PartyClock::new(second(10), 1_000);
        assert_eq!(clock.read(second(10)), second(10));
        assert_eq!(clock.read(second(20)), Time(second(20).0 + 10_000));
        clock.jump(second(20), Span::from_seconds(-7));
        assert_eq!(clock.read(second(20)), second(13));
        clock.heal(second(30));
        assert_eq!(clock.read(second(40)), second(40));
    }
}
