//! The name that Bakong gives to the payment of a code: the MD5 of its exact text.

use alloc::string::String;

use md5::{Digest as _, Md5};

/// The MD5 of a payload, in 32 hexadecimal digits of lower case: what Bakong's look-up of a
/// payment is asked by. It is that of the exact text, with its checksum: a code that was written
/// anew, however equal in meaning, has another. Only a code for one payment has one payment.
///
/// ```
/// let payload = "00020101021129180014jonhsmith@nbcq5204000053031165802KH5910Jonh Smith\
///                6010Phnom Penh63045D73";
/// assert_eq!(emvqr::md5_hex(payload), "c6d78756ec9a2b82f70ef3b36c05aa20");
/// ```
#[must_use]
pub fn md5_hex(payload: &str) -> String {
    const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
    let hash = Md5::digest(payload.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    nibbles
        .filter_map(|nibble| HEXADECIMAL.get(usize::from(nibble)))
        .map(|digit| char::from(*digit))
        .collect()
}
