//! CRC-16/CCITT-FALSE, the checksum of tag 63: polynomial 0x1021, start 0xFFFF, not reflected.
//!
//! It runs over UTF-8 bytes, although lengths count characters, and includes the `6304` that
//! announces it.
//!
//! Doctrine. A table look-up for each byte waits for the one before, and would cost more than all
//! the rest of reading a code. So a payload is folded first, without tables. The polynomial says
//! that x^16 = x^12 + x^5 + 1; squaring both sides k times, which is exact where a coefficient is
//! one bit, gives x^(16·n) = x^(12·n) + x^(5·n) + 1 for n = 2^k. So a word of n bits may be added
//! to the words that stand 4, 11 and 16 places behind it, and then be forgotten, whatever the
//! order of the bytes inside the words. Words of 64 bits fold a payload into 128 bytes; words of
//! 32, 16 and 8 bits fold those into 16 bytes; and only these meet the tables.

use core::ops::BitXorAssign;

/// Bytes that are left when everything was folded.
const LAST: usize = 16;
/// Bytes that one round of folding takes in.
const BLOCK: usize = 128;
/// A register that starts with zeros and has seen these two bytes holds 0xFFFF. With them in
/// front, zeros may stand before a payload, and its blocks be counted from its end.
const START: [u8; 2] = [0x84, 0xCF];

/// `TABLES[k][b]` is the effect of byte `b` after `k` further bytes have passed.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which checks each index"
)]
const TABLES: [[u16; 256]; LAST] = {
    let mut tables = [[0u16; 256]; LAST];
    let mut index = 0;
    let mut byte: u16 = 0;
    while index < 256 {
        let mut crc = byte << 8;
        let mut table = 0;
        while table < LAST {
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 0x8000 == 0 {
                    crc << 1
                } else {
                    (crc << 1) ^ 0x1021
                };
                bit += 1;
            }
            tables[table][index] = crc;
            table += 1;
        }
        index += 1;
        byte += 1;
    }
    tables
};

static T: [[u16; 256]; LAST] = TABLES;

/// The checksum of `bytes`.
///
/// ```
/// assert_eq!(emvqr::crc::checksum(b"123456789"), 0x29B1);
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> u16 {
    let (head, blocks) = bytes.as_rchunks::<BLOCK>();
    let mut state = [0_u64; 32];
    let [first, second] = START;
    if head.len() + START.len() <= BLOCK {
        absorb(&mut state, &front(&[first, second], head));
    } else {
        absorb(&mut state, &front(&[], &[first]));
        absorb(&mut state, &front(&[second], head));
    }
    for block in blocks {
        absorb(&mut state, block);
    }
    finish(&state)
}

/// A block that ends with `prefix` and `head` and has zeros before them.
#[inline]
fn front(prefix: &[u8], head: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let (rest, tail) = block.split_at_mut(BLOCK - head.len());
    tail.copy_from_slice(head);
    for (slot, byte) in rest.iter_mut().rev().zip(prefix.iter().rev()) {
        *slot = *byte;
    }
    block
}

/// Folds what the upper half of `state` holds into `block`, which becomes the new upper half.
#[inline]
fn absorb(state: &mut [u64; 32], block: &[u8; BLOCK]) {
    let (lower, upper) = state.split_at_mut(16);
    lower.copy_from_slice(upper);
    let (words, _) = block.as_chunks::<8>();
    for (slot, word) in upper.iter_mut().zip(words) {
        *slot = u64::from_ne_bytes(*word);
    }
    fold(state);
}

/// Adds each word of the lower half to those 4, 11 and 16 places behind it.
#[expect(
    clippy::indexing_slicing,
    reason = "the index is below 16, and 16 more is below 32"
)]
#[inline]
fn fold<W: Copy + BitXorAssign>(words: &mut [W; 32]) {
    for index in 0..16 {
        let word = words[index];
        words[index + 4] ^= word;
        words[index + 11] ^= word;
        words[index + 16] ^= word;
    }
}

#[inline]
fn finish(state: &[u64; 32]) -> u16 {
    let mut bytes = [0_u8; BLOCK];
    for (slot, word) in bytes
        .as_chunks_mut::<8>()
        .0
        .iter_mut()
        .zip(state.iter().skip(16))
    {
        *slot = word.to_ne_bytes();
    }
    let mut words = [0_u32; 32];
    for (slot, word) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *slot = u32::from_ne_bytes(*word);
    }
    fold(&mut words);
    for (slot, word) in bytes
        .as_chunks_mut::<4>()
        .0
        .iter_mut()
        .zip(words.iter().skip(16))
    {
        *slot = word.to_ne_bytes();
    }
    let mut words = [0_u16; 32];
    for (slot, word) in words.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *slot = u16::from_ne_bytes(*word);
    }
    fold(&mut words);
    let mut last = [0_u8; 32];
    for (slot, word) in last
        .as_chunks_mut::<2>()
        .0
        .iter_mut()
        .zip(words.iter().skip(16))
    {
        *slot = word.to_ne_bytes();
    }
    fold(&mut last);
    last.iter()
        .rev()
        .zip(&T)
        .fold(0, |crc, (byte, table)| crc ^ at(table, *byte))
}

#[expect(
    clippy::indexing_slicing,
    reason = "a byte is always below the table's 256 entries"
)]
#[inline]
fn at(table: &[u16; 256], byte: u8) -> u16 {
    table[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    use super::checksum;

    fn bit_by_bit(bytes: &[u8]) -> u16 {
        let mut crc = 0xFFFF_u16;
        for &byte in bytes {
            crc ^= u16::from(byte) << 8;
            for _ in 0..8 {
                crc = if crc & 0x8000 == 0 {
                    crc << 1
                } else {
                    (crc << 1) ^ 0x1021
                };
            }
        }
        crc
    }

    #[test]
    fn folding_gives_what_single_bits_give() {
        let text: [u8; 700] = core::array::from_fn(|i| u8::try_from(i * 37 % 256).unwrap());
        for end in 0..=text.len() {
            assert_eq!(
                checksum(&text[..end]),
                bit_by_bit(&text[..end]),
                "{end} bytes"
            );
        }
    }

    #[test]
    fn known_answers() {
        assert_eq!(checksum(b""), 0xFFFF);
        assert_eq!(checksum(b"123456789"), 0x29B1);
        let khqr = "00020101021129180014jonhsmith@nbcq5204000053031165802KH5910Jonh Smith\
                    6010Phnom Penh6304";
        assert_eq!(checksum(khqr.as_bytes()), 0x5D73);
    }
}
