//! Which clock a process lives by: the machine's, or, in builds for tests, one that stands still
//! until somebody moves it at the control endpoint.

use clap::Args;
use participant::edge::Clock;

/// Only builds with `failpoints` take another clock than the machine's.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ClockArgs {
    /// `system`, `manual` (from now on), or `manual:` and an RFC 3339 time.
    #[cfg(feature = "failpoints")]
    #[arg(long, hide = true, value_name = "CLOCK", default_value = "system")]
    clock: String,
}

#[cfg(not(feature = "failpoints"))]
impl ClockArgs {
    /// # Errors
    /// Never in this build.
    pub(crate) fn clock(&self) -> anyhow::Result<Clock> {
        Ok(Clock::system())
    }

    /// What a child is given so that it lives by the same clock.
    pub(crate) fn words(&self) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(feature = "failpoints")]
impl ClockArgs {
    /// # Errors
    /// When the clock is none.
    pub(crate) fn clock(&self) -> anyhow::Result<Clock> {
        match self.clock.split_once(':') {
            None if self.clock == "system" => Ok(Clock::system()),
            None if self.clock == "manual" => Ok(Clock::manual(Clock::system().now_ms())),
            Some(("manual", time)) => {
                let now_ms = participant::edge::parse_rfc3339(time);
                let now_ms = now_ms.ok_or_else(|| anyhow::anyhow!("take the time `{time}`"))?;
                Ok(Clock::manual(now_ms))
            }
            Some(_) | None => anyhow::bail!("live by the clock `{}`", self.clock),
        }
    }

    /// What a child is given so that it lives by the same clock.
    pub(crate) fn words(&self) -> Vec<String> {
        vec!["--clock".to_owned(), self.clock.clone()]
    }
}

/// A process that has come up: what it did so far no crash point counts.
#[cfg(feature = "failpoints")]
pub(crate) fn is_up() -> anyhow::Result<()> {
    Ok(failpoint::arm_from_environment()?)
}

/// A process that has come up.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn is_up() -> anyhow::Result<()> {
    Ok(())
}
