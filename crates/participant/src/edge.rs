//! The only places that touch the world: the clock, randomness, and the text of a time.
//!
//! Everything else takes the time and the random bytes as arguments, so that a test can hold the
//! clock still and a repetition is a repetition.

use core::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use tokio::sync::Notify;
use uuid::{Uuid, Variant, Version};
use wire::signature::Nonce;

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Hand>),
}

/// Nanoseconds since the epoch, moved by hand, and who waits for them to move.
#[derive(Debug)]
struct Hand {
    ns: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until somebody moves it; every clone moves with it.
    pub fn manual(now_ms: i64) -> Self {
        let ns = now_ms.saturating_mul(1_000_000);
        let hand = Hand {
            ns: AtomicI64::new(ns),
            moved: Notify::new(),
        };
        Self(Source::Manual(Arc::new(hand)))
    }

    /// Moves a manual clock forward; the machine's clock is left alone.
    pub fn advance_ms(&self, by_ms: i64) {
        match &self.0 {
            Source::System => {}
            Source::Manual(hand) => {
                let by_ns = by_ms.saturating_mul(1_000_000);
                hand.ns.fetch_add(by_ns, Ordering::SeqCst);
                hand.moved.notify_waiters();
            }
        }
    }

    /// Whether time passes by itself.
    pub fn flows(&self) -> bool {
        match self.0 {
            Source::System => true,
            Source::Manual(_) => false,
        }
    }

    /// Nanoseconds since the epoch; a clock before the epoch reads as the epoch.
    pub fn now_ns(&self) -> i64 {
        match &self.0 {
            Source::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_nanos()).ok())
                .unwrap_or(0),
            Source::Manual(hand) => hand.ns.load(Ordering::SeqCst),
        }
    }

    /// Waits until a moment has come; a manual clock has to be moved there. The machine's clock may
    /// be put right meanwhile, so it is looked at again every minute.
    pub async fn sleep_until_ns(&self, at_ns: i64) {
        loop {
            let moved = match &self.0 {
                Source::System => None,
                Source::Manual(hand) => {
                    let mut moved = Box::pin(hand.moved.notified());
                    // Enabled before the clock is read, so that no move falls between.
                    moved.as_mut().enable();
                    Some(moved)
                }
            };
            let left_ns = at_ns.saturating_sub(self.now_ns());
            if left_ns <= 0 {
                return;
            }
            match moved {
                Some(moved) => moved.await,
                None => {
                    let left = Duration::from_nanos(left_ns.unsigned_abs());
                    tokio::time::sleep(left.min(CLOCK_LOOK)).await;
                }
            }
        }
    }

    /// Milliseconds since the epoch.
    pub fn now_ms(&self) -> i64 {
        self.now_ns().div_euclid(1_000_000)
    }

    /// Seconds since the epoch, as signatures count.
    pub fn now_s(&self) -> u64 {
        u64::try_from(self.now_ns().div_euclid(1_000_000_000)).unwrap_or(0)
    }
}

/// The longest that a sleep trusts the machine's clock.
const CLOCK_LOOK: Duration = Duration::from_secs(60);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock(system)",
            Source::Manual(_) => "Clock(manual)",
        })
    }
}

/// The random source gave nothing; no request may be signed without a fresh nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("draw random bytes")]
pub struct NoRandomness;

/// 128 random bits for a signature.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn nonce() -> Result<Nonce, NoRandomness> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|aws_lc_rs::error::Unspecified| NoRandomness)?;
    Ok(Nonce::from_random(bytes))
}

/// A new payment or refund id: a UUIDv4 in lower case.
pub fn payment_id() -> String {
    Uuid::new_v4().hyphenated().to_string()
}

/// Whether a text is an id as [`payment_id`] writes it.
pub fn is_payment_id(text: &str) -> bool {
    Uuid::parse_str(text).is_ok_and(|id| {
        let is_random = id.get_version() == Some(Version::Random);
        let is_ours = id.get_variant() == Variant::RFC4122;
        is_random && is_ours && id.hyphenated().to_string() == text
    })
}

/// RFC 3339 in UTC with milliseconds, as the wire writes times; the epoch for what no calendar
/// holds.
pub fn rfc3339(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

/// Milliseconds since the epoch of an RFC 3339 text; `None` for anything else.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    // The longest form that the wire writes has 24 characters; offsets and nanoseconds fit in 40.
    if text.len() > 40 {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_milliseconds_and_read_back() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_392_000_007, "2026-11-23T00:00:00.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(ms), text);
            assert_eq!(parse_rfc3339(text), Some(ms));
        }
        assert_eq!(
            parse_rfc3339("2026-11-23T09:00:00+09:00"),
            Some(1_795_392_000_000)
        );
        for wrong in [
            "",
            "2026-11-23",
            "2026-11-23T00:00:00",
            "yesterday",
            &"2".repeat(41),
        ] {
            assert_eq!(parse_rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand_and_with_all_its_clones() {
        let clock = Clock::manual(1_500);
        let clone = clock.clone();
        assert_eq!((clock.now_ms(), clock.now_s()), (1_500, 1));
        clone.advance_ms(600);
        assert_eq!(
            (clock.now_ms(), clock.now_s(), clock.now_ns()),
            (2_100, 2, 2_100_000_000)
        );
        let system = Clock::system();
        let before = system.now_ns();
        system.advance_ms(i64::MAX);
        assert!(system.now_ns() >= before && system.now_ms() < 1 << 43);
    }

    #[tokio::test]
    async fn who_sleeps_by_a_manual_clock_wakes_when_it_is_moved_there() {
        let clock = Clock::manual(1_000);
        clock.sleep_until_ns(1_000_000_000).await;
        let sleeper = clock.clone();
        let slept = tokio::spawn(async move { sleeper.sleep_until_ns(1_500_000_000).await });
        tokio::task::yield_now().await;
        clock.advance_ms(499);
        tokio::task::yield_now().await;
        assert!(!slept.is_finished());
        clock.advance_ms(1);
        slept.await.unwrap();
    }

    #[test]
    fn ids_and_nonces_do_not_repeat() {
        let id = payment_id();
        assert_eq!(id.len(), 36);
        assert_eq!(id, id.to_lowercase());
        assert_eq!(Uuid::parse_str(&id).unwrap().get_version_num(), 4);
        assert_ne!(id, payment_id());
        assert!(is_payment_id(&id));
        for wrong in [
            "",
            "a refund",
            "00000000-0000-0000-0000-000000000000",
            "4dfc7a3e-1b1c-1f0a-9d7e-2f1f0d3c5b6a",
            "4dfc7a3e-1b1c-4f0a-cd7e-2f1f0d3c5b6a",
            "4DFC7A3E-1B1C-4F0A-9D7E-2F1F0D3C5B6A",
            "4dfc7a3e1b1c4f0a9d7e2f1f0d3c5b6a",
        ] {
            assert!(!is_payment_id(wrong), "{wrong}");
        }
        assert_ne!(nonce().unwrap(), nonce().unwrap());
    }
}
