//! Nonces, and the memory that lets each count once.
//!
//! An entry lives exactly as long as its signature could still be accepted by its time, and is
//! never given up before: a full cache refuses new signatures rather than forget one that could
//! come again. One key can fill half of it at most. The cache's own clock never goes back, so a
//! server whose time is set back does not accept again what it has just forgotten.

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
    now_s: u64,
    seen: HashSet<Mark>,
    /// By the last second in which the signature is accepted.
    by_expiry: BTreeMap<u64, BTreeMap<Kid, Vec<Mark>>>,
    counts: BTreeMap<Kid, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    /// Seen before, or too old to be told from what was seen before.
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
            now_s: 0,
            seen: HashSet::new(),
            by_expiry: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Remembers the nonce of a signature that has been verified.
    pub fn check_and_insert(&mut self, now_s: u64, verified: &Verified) -> Freshness {
        self.now_s = self.now_s.max(now_s);
        self.forget_expired();
        let kid = verified.kid;
        let expiry_s = verified
            .created_s
            .saturating_add(limits::SIGNATURE_AGE_S_MAX);
        let mark = mark(&kid, &verified.nonce);
        if expiry_s < self.now_s || self.seen.contains(&mark) {
            return Freshness::Replayed;
        }
        let count = self.counts.get(&kid).copied().unwrap_or_default();
        if count >= self.per_key_max || self.seen.len() >= self.total_max {
            return Freshness::Full;
        }
        self.seen.insert(mark);
        self.by_expiry
            .entry(expiry_s)
            .or_default()
            .entry(kid)
            .or_default()
            .push(mark);
        self.counts.insert(kid, count.saturating_add(1));
        Freshness::Fresh
    }

    pub fn len(&self) -> usize {
        self.seen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    fn forget_expired(&mut self) {
        while let Some(first) = self.by_expiry.first_entry()
            && *first.key() < self.now_s
        {
            for (kid, marks) in first.remove() {
                for mark in &marks {
                    self.seen.remove(mark);
                }
                let left = self.counts.remove(&kid).unwrap_or_default();
                let left = left.saturating_sub(marks.len());
                if left > 0 {
                    self.counts.insert(kid, left);
                }
            }
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
    fn check(mut cache: NonceCache, rows: &[(u64, u8, u8, u64, Freshness, usize)]) {
        for (row, (now_s, key, nonce, created_s, expected, len)) in rows.iter().enumerate() {
            let found = cache.check_and_insert(*now_s, &verified(*key, *nonce, *created_s));
            assert_eq!((found, cache.len()), (*expected, *len), "row {row}");
        }
        let counted = cache.counts.values().sum::<usize>();
        let filed = cache
            .by_expiry
            .values()
            .flat_map(BTreeMap::values)
            .map(Vec::len);
        assert_eq!((counted, filed.sum::<usize>()), (cache.len(), cache.len()));
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

    #[test]
    fn an_entry_lives_as_long_as_its_signature_and_no_longer() {
        check(
            NonceCache::new(),
            &[
                (1000, 1, 1, 1030, Fresh, 1), // the signer's clock is ahead
                (1000, 1, 2, 940, Fresh, 2),  // and here behind: its last second
                (1001, 1, 2, 940, Replayed, 1),
                (1090, 1, 1, 1030, Replayed, 1),
                (1091, 1, 3, 1091, Fresh, 1),
                (1091, 1, 1, 1091, Fresh, 2), // forgotten, so it is a new one
            ],
        );
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_nothing() {
        check(
            NonceCache::new(),
            &[
                (1000, 1, 1, 1000, Fresh, 1),
                (1061, 1, 2, 1061, Fresh, 1), // the first is forgotten
                (1000, 1, 1, 1000, Replayed, 1),
                (1000, 1, 3, 1001, Fresh, 2),
            ],
        );
    }

    #[test]
    fn a_full_cache_refuses_and_forgets_nothing_that_lives() {
        check(
            NonceCache::with_room(3, 2),
            &[
                (1000, 1, 1, 1000, Fresh, 1),
                (1000, 1, 2, 1001, Fresh, 2),
                (1000, 1, 3, 1000, Full, 2), // the key's half
                (1000, 2, 1, 1000, Fresh, 3),
                (1000, 2, 2, 1000, Full, 3), // all
                (1000, 1, 1, 1000, Replayed, 3),
                (1061, 1, 3, 1061, Fresh, 2), // two have expired, one of them this key's
                (1061, 1, 2, 1001, Replayed, 2),
                (1061, 1, 4, 1061, Full, 2),
            ],
        );
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
