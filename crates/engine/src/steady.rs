//! Time that never goes back and never stands still.

use switch::{Span, Time};

/// The journal's `now` may not fall behind its last batch; if the machine's clock was ahead for a
/// moment and is put right, deadlines must still fall while it catches up, or money would be held
/// for as long as the clock was wrong. So between two looks time passes by at least what a watch
/// says that nobody can put back.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    last: Time,
    at: Span,
}

impl Steady {
    /// Begins at the last batch; `watch` is what the watch shows.
    pub fn starting(last: Time, watch: Span) -> Self {
        Self { last, at: watch }
    }

    /// Now, when the clock and the watch show this.
    pub fn now(&mut self, clock: Time, watch: Span) -> Time {
        let passed = Span(watch.0.saturating_sub(self.at.0).max(0));
        self.last = clock.max(self.last.after(passed));
        self.at = watch;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_put_back_neither_goes_back_nor_stands_still() {
        const HOUR: i64 = 3_600_000_000_000;
        let mut steady = Steady::starting(Time(HOUR), Span(100));
        assert_eq!(steady.now(Time(5), Span(100)), Time(HOUR));
        assert_eq!(steady.now(Time(5), Span(107)), Time(HOUR + 7));
        assert_eq!(steady.now(Time(5), Span(103)), Time(HOUR + 7));
        let ahead = steady.now(Time(9 * HOUR), Span(110));
        assert_eq!(ahead, Time(9 * HOUR), "a clock ahead is believed");
    }
}
