//! Nonces, and the memory that lets each count once.
//!
//! # Doctrine
//!
//! 1. **Only what was seen is a replay.** Whether a signature is too old or of the future is judged
//!    before, by the clock as it stands now. The cache never makes up for a clock: one that was
//!    set forward by a day and back again must not leave every honest request refused for a day.
//! 2. **A nonce is remembered for as long as its signature could be accepted**, by two measures of
//!    which the longer counts. By the clock: until the signature is too old. By a count of seconds
//!    that only goes forward: for [`limits::NONCE_MEMORY_S`] from when it was seen. A clock that
//!    is set forward ends the first at once but not the second; one that is set back draws out the
//!    first.
//! 3. **The steady count cannot be pushed.** It follows the clock forward by one second at most
//!    each time the cache is asked, and never back, so a step of the clock is worth one second
//!    where real time would have been worth all of it. A cache that is seldom asked counts too
//!    slowly, which only makes it remember longer the little that it holds.
//! 4. **Nothing is given up before its time.** A full cache refuses new signatures rather than
//!    forget one that could come again. One key can fill half of it at most.
//!
//! What is left: a clock that is set back by more than clocks are forgiven makes signatures
//! acceptable again that were made and forgotten since. Whatever changes something carries an id
//! or a version that its receiver knows by then, and a repetition of those changes nothing.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::Verified;
use crate::error::Code;
use crate::keys::{Kid, sha256};
use crate::{encoding, limits};

/// A text that its signer uses once: 22 to 64 characters of base64url.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Nonce(Box<str>);

#[derive(Debug)]
pub struct NonceCache {
    total_max: usize,
    per_key_max: usize,
    /// The clock when the cache was asked last.
    clock_s: Option<u64>,
    /// Seconds that have gone by for certain.
    steady_s: u64,
    seen: HashSet<Mark>,
    /// By the last second of the clock in which the signature is accepted.
    by_expiry: BTreeMap<u64, Group>,
    counts: BTreeMap<Kid, usize>,
}

/// Nonces whose signatures end in the same second.
#[derive(Debug, Default)]
struct Group {
    /// The last second of the steady count in which they are remembered.
    until_steady_s: u64,
    marks: BTreeMap<Kid, Vec<Mark>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    /// Seen before.
    Replayed,
    /// No room, in all or for this key. Nothing was forgotten.
    Full,
}

/// Half of SHA-256 of key and nonce. Two nonces with the same mark would only refuse an honest
/// request, and never let a replay through.
type Mark = u128;

impl Nonce {
    /// The caller brings the randomness.
    pub fn from_random(bytes: [u8; 16]) -> Nonce {
        Nonce(encoding::encode(&bytes).into_boxed_str())
    }

    pub fn parse(text: &str) -> Option<Nonce> {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = (limits::NONCE_CHARS_MIN..=limits::NONCE_CHARS_MAX).contains(&text.len());
        (fits && text.bytes().all(is_base64url)).then(|| Nonce(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({})", self.0)
    }
}

impl NonceCache {
    pub fn new() -> NonceCache {
        NonceCache::with_room(limits::NONCES_MAX, limits::NONCES_PER_KEY_MAX)
    }

    fn with_room(total_max: usize, per_key_max: usize) -> NonceCache {
        NonceCache {
            total_max,
            per_key_max,
            clock_s: None,
            steady_s: 0,
            seen: HashSet::new(),
            by_expiry: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Remembers the nonce of a signature that has been verified, its age included.
    pub fn check_and_insert(&mut self, now_s: u64, verified: &Verified) -> Freshness {
        self.pass(now_s);
        let kid = verified.kid;
        let expiry_s = verified
            .created_s
            .saturating_add(limits::SIGNATURE_AGE_S_MAX);
        let mark = mark(&kid, &verified.nonce);
        if self.seen.contains(&mark) {
            return Freshness::Replayed;
        }
        let count = self.counts.get(&kid).copied().unwrap_or_default();
        if count >= self.per_key_max || self.seen.len() >= self.total_max {
            return Freshness::Full;
        }
        self.seen.insert(mark);
        let group = self.by_expiry.entry(expiry_s).or_default();
        group.until_steady_s = self.steady_s.saturating_add(limits::NONCE_MEMORY_S);
        group.marks.entry(kid).or_default().push(mark);
        self.counts.insert(kid, count.saturating_add(1));
        Freshness::Fresh
    }

    pub fn len(&self) -> usize {
        self.seen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Lets time go by, and forgets what both measures give up.
    fn pass(&mut self, now_s: u64) {
        let last_s = self.clock_s.replace(now_s);
        if last_s.is_none_or(|last_s| now_s <= last_s) {
            return;
        }
        self.steady_s = self.steady_s.saturating_add(1);
        let steady_s = self.steady_s;
        let past = self.by_expiry.range(..now_s);
        let over: Vec<u64> = past
            .filter(|(_, group)| group.until_steady_s < steady_s)
            .map(|(expiry_s, _)| *expiry_s)
            .collect();
        for expiry_s in over {
            let group = self.by_expiry.remove(&expiry_s).unwrap_or_default();
            for (kid, marks) in group.marks {
                self.forget(kid, &marks);
            }
        }
    }

    fn forget(&mut self, kid: Kid, marks: &[Mark]) {
        for mark in marks {
            self.seen.remove(mark);
        }
        let left = self.counts.remove(&kid).unwrap_or_default();
        let left = left.saturating_sub(marks.len());
        if left > 0 {
            self.counts.insert(kid, left);
        }
    }
}

impl Default for NonceCache {
    fn default() -> NonceCache {
        NonceCache::new()
    }
}

impl Freshness {
    /// What the sender hears, unless it may go on.
    pub fn refusal(self) -> Option<Code> {
        match self {
            Freshness::Fresh => None,
            Freshness::Replayed => Some(Code::NonceReplayed),
            Freshness::Full => Some(Code::Busy),
        }
    }
}

fn mark(kid: &Kid, nonce: &Nonce) -> Mark {
    // The kid has a fixed length, so the two cannot run into each other.
    let digest = sha256(&[kid.as_bytes().as_slice(), nonce.as_str().as_bytes()].concat());
    digest
        .first_chunk()
        .map_or(0, |half| u128::from_be_bytes(*half))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(key: u8, nonce: u8, created_s: u64) -> Verified {
        let nonce = Nonce::from_random([nonce; 16]);
        Verified {
            kid: Kid::from_bytes([key; 32]),
            nonce,
            created_s,
        }
    }

    /// Rows: now, key, nonce, created, what comes of it, how many are remembered afterwards.
    type Row = (u64, u8, u8, u64, Freshness, usize);

    fn check(mut cache: NonceCache, rows: &[Row]) -> NonceCache {
        for (row, (now_s, key, nonce, created_s, expected, len)) in rows.iter().enumerate() {
            let found = cache.check_and_insert(*now_s, &verified(*key, *nonce, *created_s));
            assert_eq!((found, cache.len()), (*expected, *len), "row {row}");
        }
        let counted = cache.counts.values().sum::<usize>();
        let filed = cache
            .by_expiry
            .values()
            .flat_map(|group| group.marks.values())
            .map(Vec::len);
        assert_eq!((counted, filed.sum::<usize>()), (cache.len(), cache.len()));
        cache
    }

    /// Asks once in each second, so that the steady count follows the clock.
    fn live(mut cache: NonceCache, seconds: std::ops::RangeInclusive<u64>) -> NonceCache {
        for now_s in seconds {
            cache.pass(now_s);
        }
        cache
    }

    use Freshness::{Fresh, Full, Replayed};

    #[test]
    fn a_nonce_counts_once_for_its_key() {
        check(
            NonceCache::new(),
            &[
                (1000, 1, 1, 1000, Fresh, 1),
                (1000, 1, 1, 1000, Replayed, 1),
                (1000, 2, 1, 1000, Fresh, 2), // another key's nonce
                (1000, 1, 2, 1000, Fresh, 3),
                (1030, 1, 1, 1030, Replayed, 3), // signed anew with an old nonce
            ],
        );
    }

    const MEMORY_S: u64 = limits::NONCE_MEMORY_S;

    #[test]
    fn an_entry_outlives_its_signature_and_is_forgotten_then() {
        let rows = [
            (1000, 1, 1, 1030, Fresh, 1), // the signer's clock is ahead
            (1000, 1, 2, 940, Fresh, 2),  // and here behind: its last second
            (1001, 1, 2, 940, Replayed, 2),
            (1090, 1, 1, 1030, Replayed, 2),
        ];
        let last = 1000 + MEMORY_S;
        let cache = live(check(NonceCache::new(), &rows[..2]), 1001..=last);
        let rows = [
            (last, 1, 1, 1030, Replayed, 2),
            (last, 1, 2, 940, Replayed, 2),
        ];
        let cache = live(check(cache, &rows), last + 1..=last + 1);
        assert!(cache.is_empty());
    }

    #[test]
    fn a_clock_that_is_set_forward_and_back_refuses_only_what_was_seen() {
        let day = 86_400;
        let rows = [
            (1000, 1, 1, 1000, Fresh, 1),
            (1000 + day, 1, 2, 1000 + day, Fresh, 2), // nothing is forgotten at a step
            (1002, 1, 1, 1000, Replayed, 2),
            (1002, 1, 3, 1002, Fresh, 3), // an honest request goes on at once
            (1002, 1, 2, 1000 + day, Replayed, 3),
        ];
        let cache = live(check(NonceCache::new(), &rows), 1003..=1010 + MEMORY_S);
        // What was signed a day ahead will be acceptable then, so it is remembered until then.
        assert_eq!(cache.len(), 1);
        let rows = [(day + 1030, 1, 2, 1000 + day, Replayed, 1)];
        let cache = check(cache, &rows);
        let after = day + 1061;
        assert!(live(cache, after..=after).is_empty());
    }

    #[test]
    fn a_clock_that_is_set_back_draws_memory_out() {
        let rows = [(5000, 1, 1, 5000, Fresh, 1), (1400, 1, 2, 1400, Fresh, 2)];
        let cache = live(check(NonceCache::new(), &rows), 1401..=4990);
        let rows = [
            (4990, 1, 1, 5000, Replayed, 1),
            (4990, 1, 3, 4990, Fresh, 2),
        ];
        check(cache, &rows);
    }

    #[test]
    fn small_steps_back_let_nothing_come_again() {
        // Whatever the step, as long as a clock that is set right takes no more than is forgiven.
        for step_s in 1..=limits::SIGNATURE_FUTURE_S_MAX {
            for after_s in 1..=2 * MEMORY_S {
                let rows = [(1000, 1, 1, 1030, Fresh, 1)];
                let mut cache = live(check(NonceCache::new(), &rows), 1001..=1000 + after_s);
                let now_s = 1000 + after_s - step_s;
                let is_acceptable = now_s <= 1030 + limits::SIGNATURE_AGE_S_MAX;
                let found = cache.check_and_insert(now_s, &verified(1, 1, 1030));
                assert!(!is_acceptable || found == Replayed, "{step_s} {after_s}");
            }
        }
    }

    #[test]
    fn a_full_cache_refuses_and_forgets_nothing_that_lives() {
        let rows = [
            (1000, 1, 1, 1000, Fresh, 1),
            (1000, 1, 2, 1001, Fresh, 2),
            (1000, 1, 3, 1000, Full, 2), // the key's half
            (1000, 2, 1, 1000, Fresh, 3),
            (1000, 2, 2, 1000, Full, 3), // all
            (1000, 1, 1, 1000, Replayed, 3),
        ];
        let cache = check(NonceCache::with_room(3, 2), &rows);
        let now_s = 1001 + MEMORY_S;
        let rows = [
            (now_s, 1, 3, now_s, Fresh, 1), // all have expired
            (now_s, 1, 4, now_s, Fresh, 2),
            (now_s, 1, 3, now_s, Replayed, 2),
            (now_s, 1, 5, now_s, Full, 2),
        ];
        check(live(cache, 1001..=now_s), &rows);
    }

    #[test]
    fn a_nonce_has_enough_bits_and_needs_no_escaping() {
        let text = Nonce::from_random([0xfb; 16]);
        assert_eq!(Nonce::parse(text.as_str()), Some(text));
        let cases = [
            ("a".repeat(22), true),
            ("-_09azAZ".repeat(8), true),
            ("a".repeat(21), false),
            ("a".repeat(65), false),
            ("a".repeat(22) + "=", false),
            ("a".repeat(22) + "\"", false),
            ("é".repeat(22), false),
        ];
        for (text, is_nonce) in cases {
            assert_eq!(Nonce::parse(&text).is_some(), is_nonce, "{text}");
        }
    }

    #[test]
    fn only_a_fresh_nonce_goes_on() {
        assert_eq!(Fresh.refusal(), None);
        assert_eq!(Replayed.refusal(), Some(Code::NonceReplayed));
        assert_eq!(Full.refusal(), Some(Code::Busy));
    }
}
