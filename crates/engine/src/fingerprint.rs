//! One number for everything that the core knows.

use aws_lc_rs::digest::{SHA256, digest};
use projection::encode_snapshot;
use switch::Switch;

/// SHA-256 of the core's snapshot: equal for a core and its replay, however each came about.
pub fn state_hash(switch: &Switch) -> [u8; 32] {
    sha256(&encode_snapshot(&switch.snapshot()))
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *to = *from;
    }
    hash
}
