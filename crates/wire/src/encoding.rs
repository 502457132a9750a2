//! The one base64url that this room speaks: no padding, no spare bits, one text per value. A
//! second spelling of the same bytes would be a second nonce, token or receipt.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

/// Characters that N bytes take.
pub(crate) const fn chars_for(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_text() {
        for (text, expected) in [
            ("", Some(vec![])),
            ("_w", Some(vec![0xff])),
            ("_x", None),   // spare bits set
            ("_w==", None), // padding
            ("/w", None),   // the other alphabet
            ("_", None),    // six bits are no byte
            (" _w", None),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }

    #[test]
    fn length_is_known_beforehand() {
        for bytes in 0..200 {
            assert_eq!(encode(&vec![7; bytes]).len(), chars_for(bytes));
        }
    }
}
