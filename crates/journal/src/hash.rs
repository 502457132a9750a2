//! The chain: what exactly is hashed.
//!
//! Layout version 1. The hash of a row is SHA-256 over these 106 bytes, integers big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0–16 | the domain, ASCII `spean/journal-row` (17 bytes, no terminator) |
//! | 17 | layout version, `0x01` |
//! | 18–25 | `seq`, unsigned |
//! | 26–33 | `epoch`, unsigned |
//! | 34–65 | `prev_hash`: the hash of row `seq` − 1; 32 zero bytes for row 1 |
//! | 66–73 | `time_ns`, two's complement |
//! | 74–105 | SHA-256 of the records |
//!
//! The records go in by their digest, so that somebody who may not see them can still check the
//! chain from a receipt's row to a signed head. Every field has a fixed place: no two different
//! rows give the same 106 bytes. A new layout gets a new version byte and keeps the old function.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};

/// The version byte of the layout above.
pub const LAYOUT_VERSION: u8 = 1;

const DOMAIN: &[u8] = b"spean/journal-row";
const HASH_BYTES: usize = 32;
const HEX_DIGITS: usize = 64;

/// SHA-256 of a row. Text form: 64 lower-case hexadecimal digits, and no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// What a row's hash covers.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    pub seq: u64,
    pub epoch: u64,
    pub prev_hash: Hash,
    pub time_ns: i64,
    pub records: &'a [u8],
}

/// A text that is not the text form of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read a hash: not 64 lower-case hexadecimal digits")]
pub struct ParseHashError;

impl Hash {
    /// What stands under the first row.
    pub const ZERO: Hash = Hash([0; HASH_BYTES]);

    pub fn from_bytes(bytes: [u8; HASH_BYTES]) -> Hash {
        Hash(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    fn of(bytes: &[u8]) -> Hash {
        let mut hash = [0; HASH_BYTES];
        // SHA-256 always yields 32 bytes, so the lengths agree.
        hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Hash(hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Hash, ParseHashError> {
        if text.len() != HEX_DIGITS {
            return Err(ParseHashError);
        }
        let mut bytes = [0; HASH_BYTES];
        let (pairs, _) = text.as_bytes().as_chunks::<2>();
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Hash(bytes))
    }
}

impl Link<'_> {
    /// The hash of the row, by the layout in the module's doctrine.
    pub fn hash(&self) -> Hash {
        let mut layout = Vec::with_capacity(DOMAIN.len() + 89);
        layout.extend_from_slice(DOMAIN);
        layout.push(LAYOUT_VERSION);
        layout.extend_from_slice(&self.seq.to_be_bytes());
        layout.extend_from_slice(&self.epoch.to_be_bytes());
        layout.extend_from_slice(self.prev_hash.as_bytes());
        layout.extend_from_slice(&self.time_ns.to_be_bytes());
        layout.extend_from_slice(Hash::of(self.records).as_bytes());
        Hash::of(&layout)
    }
}

fn nibble(digit: u8) -> Result<u8, ParseHashError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(ParseHashError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Link<'static> {
        Link {
            seq: 1,
            epoch: 2,
            prev_hash: Hash::ZERO,
            time_ns: 3,
            records: b"records",
        }
    }

    #[test]
    fn layout_is_pinned() {
        #[track_caller]
        fn check(link: Link<'_>, expected: &str) {
            assert_eq!(link.hash().to_string(), expected);
        }
        check(
            base(),
            "14047e692def5dfe6cc992de1c2af3bc277cf44cf2e2d7a58148b622e7cd8a03",
        );
        check(
            Link {
                seq: u64::MAX,
                epoch: 0x0102_0304_0506_0708,
                prev_hash: base().hash(),
                time_ns: -1,
                records: b"",
            },
            "795389c4f535300c185e7a3805825d2273c4e72f62426278c9975cd62d163213",
        );
    }

    #[test]
    fn every_field_changes_the_hash() {
        let other = Hash::from_bytes([1; 32]);
        let links = [
            base(),
            Link { seq: 2, ..base() },
            Link { epoch: 3, ..base() },
            Link {
                seq: 2,
                epoch: 1,
                ..base()
            },
            Link {
                prev_hash: other,
                ..base()
            },
            Link {
                time_ns: 4,
                ..base()
            },
            Link {
                records: b"record",
                ..base()
            },
            Link {
                records: b"",
                ..base()
            },
        ];
        let mut hashes: Vec<Hash> = links.iter().map(Link::hash).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), links.len());
    }

    #[test]
    fn text_form_goes_there_and_back() {
        let hash = base().hash();
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(Hash::ZERO.to_string(), "0".repeat(64));
        assert_eq!(
            format!("{:?}", Hash::ZERO),
            format!("Hash({})", "0".repeat(64))
        );
    }

    #[test]
    fn other_texts_are_not_hashes() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(text.parse::<Hash>(), Err(ParseHashError), "{text}");
        }
        check("");
        check(&"0".repeat(63));
        check(&"0".repeat(65));
        check(&"A".repeat(64));
        check(&"g".repeat(64));
        check(&"é".repeat(32));
        check(&format!("0x{}", "0".repeat(62)));
    }
}
