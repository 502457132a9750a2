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

    /// What a child is given so that it lives by the same clock as those at `urls`, if any.
    pub(crate) fn words(&self, _urls: &[String]) -> Vec<String> {
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

    /// What a child is given so that it lives by the same clock as those at `urls`, if any: a
    /// clock that was moved is taken as far as the furthest of them has it.
    pub(crate) fn words(&self, urls: &[String]) -> Vec<String> {
        let is_manual = self.clock.starts_with("manual");
        let times = urls.iter().filter_map(|url| now_at(url));
        let clock = match times.max().filter(|_| is_manual) {
            Some(now_ms) => format!("manual:{}", participant::edge::rfc3339(now_ms)),
            None => self.clock.clone(),
        };
        vec!["--clock".to_owned(), clock]
    }
}

/// How long whoever is asked for the time may take: it is on this machine.
#[cfg(feature = "failpoints")]
const ASK_MAX: std::time::Duration = std::time::Duration::from_secs(2);

/// The time of the process at an address, if it is there and lives by a clock of its own.
#[cfg(feature = "failpoints")]
fn now_at(url: &str) -> Option<i64> {
    use std::io::{Read as _, Write as _};

    let address: std::net::SocketAddr = url.strip_prefix("http://")?.parse().ok()?;
    let mut stream = std::net::TcpStream::connect_timeout(&address, ASK_MAX).ok()?;
    stream.set_read_timeout(Some(ASK_MAX)).ok()?;
    let request = format!("GET /control HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.take(16 * 1_024).read_to_string(&mut answer).ok()?;
    let (_head, body) = answer.split_once("\r\n\r\n")?;
    let standing: serde_json::Value = serde_json::from_str(body).ok()?;
    standing.get("now_ms")?.as_i64()
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
