//! The reference rate that the supervisor publishes: nobody's rate, against which the story
//! measures margins.
//!
//! The hub takes a version only above the last one, and a clock may have been set back since. So
//! the last version lies in the sandbox's folder: it is written before it is sent, and the next
//! one is the time or one more, whichever is larger. A version that was never sent is only a gap.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use sandbox::story::Network;
use wire::api::{Rate, ReferencePut};

use crate::exit::{self, Exit};
use crate::out;

/// Riel for one yen.
const REFERENCE: &str = "26.5";
/// How long a published reference rate holds, and how often it is published again.
const HOLDS_MS: i64 = 24 * 3_600_000;
pub(super) const EVERY: Duration = Duration::from_secs(6 * 3_600);
/// How soon it is tried again when that failed; the old rate holds for hours yet.
const AGAIN: Duration = Duration::from_secs(60);
/// Where in the folder the last version lies.
const FILE: &str = "sandbox-reference";

/// Publishes the rate once more; gives how long to wait until the next time. A failure is told
/// and is no reason to end: the hub may only be busy, and the rate before still holds.
pub(super) async fn refresh(folder: &Path, network: &Network) -> Duration {
    match publish(folder, network).await {
        Ok(()) => EVERY,
        Err(error) => {
            let seconds = AGAIN.as_secs();
            out::talk(&out::safe(&format!("{error:#}; again in {seconds} s")));
            AGAIN
        }
    }
}

/// Publishes the rate under a new version.
pub(super) async fn publish(folder: &Path, network: &Network) -> anyhow::Result<()> {
    let now_ms = network.clock.now_ms();
    let rate = ReferencePut {
        version: next_version(folder, now_ms)?,
        valid_until: participant::edge::rfc3339(now_ms.saturating_add(HOLDS_MS)),
        rate: Rate {
            base: "JPY".into(),
            quote: "KHR".into(),
            value: REFERENCE.into(),
        },
    };
    network.house.put_reference(&rate).await.map_err(|error| {
        exit::error(
            Exit::Unreachable,
            format!("publish the reference rate: {error}"),
        )
    })?;
    Ok(())
}

fn next_version(folder: &Path, now_ms: i64) -> anyhow::Result<u64> {
    let path = folder.join(FILE);
    let last: u64 = match std::fs::read_to_string(&path) {
        Ok(text) => text
            .trim()
            .parse()
            .with_context(|| format!("understand `{}`", path.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => {
            return Err(error).with_context(|| format!("read `{}`", path.display()));
        }
    };
    let now = u64::try_from(now_ms).unwrap_or_default();
    let next = now.max(last.saturating_add(1));
    // Renamed into place, so that a crash leaves the old number or the new one.
    let fresh = folder.join(format!("{FILE}.new"));
    std::fs::write(&fresh, format!("{next}\n"))
        .and_then(|()| std::fs::rename(&fresh, &path))
        .with_context(|| format!("write `{}`", path.display()))?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use participant::edge::Clock;
    use participant::hub::{HubClient, HubSettings};
    use wire::keys::{Jwks, SigningKey};

    use super::*;

    #[test]
    fn versions_rise_whatever_the_clock_does() {
        let folder = tempfile::tempdir().unwrap();
        let next = |now_ms| next_version(folder.path(), now_ms).unwrap();
        let times = [1_000, 1_000, 400, -1, 1_002, 2_000];
        assert_eq!(times.map(next), [1_000, 1_001, 1_002, 1_003, 1_004, 2_000]);
        std::fs::write(folder.path().join(FILE), "many").unwrap();
        assert!(next_version(folder.path(), 3_000).is_err());
        let kept = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(kept, "many", "what is not understood is left alone");
    }

    #[tokio::test]
    async fn a_hub_that_does_not_answer_is_asked_again_soon() {
        let folder = tempfile::tempdir().unwrap();
        // A port that was free a moment ago and is closed again: nobody listens.
        let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", held.local_addr().unwrap());
        drop(held);
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        let clock = Clock::manual(1_795_392_000_000);
        let house = HubClient::new(HubSettings {
            url,
            hub_keys: Arc::new(Jwks::new([key.public()]).unwrap()),
            key: Arc::new(key),
            clock: clock.clone(),
            deadline: Duration::from_secs(10),
        });
        let network = Network {
            operators: [house.clone(), house.clone()],
            house,
            desks: BTreeMap::new(),
            clock,
        };
        assert!(publish(folder.path(), &network).await.is_err());
        assert_eq!(refresh(folder.path(), &network).await, AGAIN);
        // Neither try shares its version with the next one.
        let next = next_version(folder.path(), 0).unwrap();
        assert_eq!(next, 1_795_392_000_002);
    }
}
