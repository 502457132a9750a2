//! Content digests (RFC 9530), SHA-256 only.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use sfv::{DictSerializer, ItemSerializer, KeyRef, key_ref};

use crate::keys::sha256;

pub(super) const SHA_256: &KeyRef = key_ref("sha-256");

/// The value of `content-digest`.
pub(super) fn field(body: &[u8]) -> String {
    let mut dictionary = DictSerializer::new();
    dictionary.bare_item(SHA_256, sha256(body).as_slice());
    dictionary.finish().unwrap_or_default()
}

/// Bytes as a structured field writes them.
pub(super) fn byte_sequence(bytes: &[u8]) -> String {
    ItemSerializer::new().bare_item(bytes).finish()
}

/// In constant time, although a digest is no secret: nobody then has to prove that it is none.
pub(super) fn matches(digest: &[u8], body: &[u8]) -> bool {
    verify_slices_are_equal(digest, &sha256(body)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9530, section 2 and appendix B.1: the body ends with a line feed there. The digest of
    /// the body without one is that of RFC 9421's examples.
    #[test]
    fn digest_is_that_of_the_standards() {
        for (body, expected) in [
            (
                "{\"hello\": \"world\"}\n",
                "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
            ),
            (
                "{\"hello\": \"world\"}",
                "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
            ),
        ] {
            assert_eq!(field(body.as_bytes()), expected);
        }
    }

    #[test]
    fn only_the_very_digest_matches() {
        let good = sha256(b"body");
        assert!(matches(&good, b"body"));
        assert!(!matches(&good, b"Body"));
        assert!(!matches(good.split_last().unwrap().1, b"body"));
        assert!(!matches(&[], b""));
    }
}
