//! Named places at which a test may end the process at once, as a power cut would.
//!
//! Without the feature `failpoints` passing a point is an empty function, and nothing can be
//! armed. With it, a point that is armed for the n-th time ends the process without unwinding and
//! with a status of its own when it is passed for the n-th time since it was armed: so what a
//! process does while it comes up never counts. The room must not know what the points stand in.

use core::str::FromStr;

/// The exit status of a process that a point ended; no program of ours ends with it otherwise.
pub const EXIT_STATUS: i32 = 86;

/// The variable that arms a point when a process has come up: `after_append:3`.
pub const VARIABLE: &str = "SPEAN_CRASH_AT";

/// A place at which a process may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// What is to become durable is decided and not written.
    BeforeAppend,
    /// It is durable, and nobody was told.
    AfterAppend,
    /// An answer to a signed request is written and has not left.
    BeforeReply,
    /// It has left.
    AfterReply,
    /// A call to another party has not been made.
    BeforeCall,
    /// It was answered, or not, and nothing was done about it.
    AfterCall,
}

impl Point {
    /// Every point.
    pub const ALL: [Point; 6] = [
        Point::BeforeAppend,
        Point::AfterAppend,
        Point::BeforeReply,
        Point::AfterReply,
        Point::BeforeCall,
        Point::AfterCall,
    ];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Point::BeforeAppend => "before_append",
            Point::AfterAppend => "after_append",
            Point::BeforeReply => "before_reply",
            Point::AfterReply => "after_reply",
            Point::BeforeCall => "before_call",
            Point::AfterCall => "after_call",
        }
    }
}

/// Which point ends the process, and the how manieth time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    point: Point,
    count: u32,
}

/// What is typed is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPlan(String);

impl core::fmt::Display for NoPlan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "read a crash point and a count from 1 in `{}`", self.0)
    }
}

impl core::error::Error for NoPlan {}

impl FromStr for Plan {
    type Err = NoPlan;

    /// `after_append:3`; without a count, the first time.
    fn from_str(text: &str) -> Result<Self, NoPlan> {
        let no_plan = || NoPlan(text.chars().take(40).collect());
        let (name, count) = text.split_once(':').unwrap_or((text, "1"));
        let point = Point::ALL.into_iter().find(|point| point.name() == name);
        let count = count.parse().ok().filter(|count| *count > 0);
        match (point, count) {
            (Some(point), Some(count)) => Ok(Plan { point, count }),
            (Some(_) | None, _) => Err(no_plan()),
        }
    }
}

/// Passes a point; ends the process if it is armed for this time.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub fn pass(_point: Point) {}

#[cfg(feature = "failpoints")]
pub use armed::{arm, arm_from_environment, disarm, pass, passed};

#[cfg(feature = "failpoints")]
mod armed {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::{EXIT_STATUS, NoPlan, Plan, Point, VARIABLE};

    static STATE: Mutex<State> = Mutex::new(State {
        plan: None,
        passed: BTreeMap::new(),
    });

    struct State {
        plan: Option<Plan>,
        passed: BTreeMap<Point, u32>,
    }

    impl State {
        /// Counts; says whether this was the time.
        fn pass(&mut self, point: Point) -> bool {
            let passed = self.passed.entry(point).or_insert(0);
            *passed = passed.saturating_add(1);
            let wanted = self.plan.filter(|plan| plan.point == point);
            wanted.is_some_and(|plan| plan.count == *passed)
        }

        fn begin(&mut self, plan: Option<Plan>) {
            self.plan = plan;
            self.passed.clear();
        }
    }

    fn state() -> MutexGuard<'static, State> {
        STATE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a point; ends the process if it is armed for this time.
    pub fn pass(point: Point) {
        let mut state = state();
        if state.pass(point) {
            end();
        }
    }

    /// The lock is held meanwhile, so that no other thread passes anything more.
    #[expect(
        clippy::exit,
        reason = "ending without unwinding is what a point is for"
    )]
    fn end() -> ! {
        std::process::exit(EXIT_STATUS)
    }

    /// Arms a point; counting begins anew.
    pub fn arm(plan: Plan) {
        state().begin(Some(plan));
    }

    /// Nothing ends the process any more; counting begins anew.
    pub fn disarm() {
        state().begin(None);
    }

    /// How often each point was passed since counting began.
    pub fn passed() -> Vec<(Point, u32)> {
        let state = state();
        let count = |point: &Point| state.passed.get(point).copied().unwrap_or(0);
        Point::ALL
            .iter()
            .map(|point| (*point, count(point)))
            .collect()
    }

    /// Arms what the environment says; for a process that has come up.
    ///
    /// # Errors
    /// When the variable holds no plan.
    pub fn arm_from_environment() -> Result<(), NoPlan> {
        let Some(text) = std::env::var_os(VARIABLE) else {
            return Ok(());
        };
        arm(text.to_string_lossy().parse()?);
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_point_is_due_once_and_counted_from_when_it_was_armed() {
            let mut state = State {
                plan: None,
                passed: BTreeMap::new(),
            };
            assert!(!state.pass(Point::AfterAppend));
            state.begin("after_append:2".parse().ok());
            let passes = [
                Point::AfterAppend,
                Point::BeforeAppend,
                Point::BeforeAppend,
                Point::AfterAppend,
                Point::AfterAppend,
            ];
            let due = passes.map(|point| state.pass(point));
            assert_eq!(due, [false, false, false, true, false]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_strictly() {
        let plan = |point, count| Ok(Plan { point, count });
        for (text, expected) in [
            ("after_append:3", plan(Point::AfterAppend, 3)),
            ("before_call", plan(Point::BeforeCall, 1)),
        ] {
            assert_eq!(text.parse::<Plan>(), expected, "{text}");
        }
        for text in [
            "",
            "append:1",
            "after_reply:0",
            "after_reply:x",
            "after_reply:-1",
        ] {
            assert_eq!(text.parse::<Plan>(), Err(NoPlan(text.to_owned())), "{text}");
        }
        for point in Point::ALL {
            assert_eq!(point.name().parse::<Plan>(), plan(point, 1));
        }
    }

    #[test]
    fn passing_a_point_that_nobody_armed_does_nothing() {
        Point::ALL.into_iter().for_each(pass);
    }
}
