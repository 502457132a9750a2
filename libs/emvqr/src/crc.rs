//! CRC-16/CCITT-FALSE, the checksum of tag 63: polynomial 0x1021, start 0xFFFF, not reflected.
//!
//! It runs over UTF-8 bytes, although lengths count characters, and includes the `6304` that
//! announces it. Eight table look-ups are made side by side, because a byte-wise loop waits for
//! its own previous result and would cost more than the whole rest of reading a code.

/// `TABLES[k][b]` is the effect of byte `b` after `k` further bytes have passed.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which checks each index"
)]
const TABLES: [[u16; 256]; 8] = {
    let mut tables = [[0u16; 256]; 8];
    let mut index = 0;
    let mut byte: u16 = 0;
    while index < 256 {
        let mut crc = byte << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
            bit += 1;
        }
        tables[0][index] = crc;
        index += 1;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut index = 0;
        while index < 256 {
            // One more zero byte passes through the register.
            let before = tables[table - 1][index];
            let mut crc = before;
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
            index += 1;
        }
        table += 1;
    }
    tables
};

static T: [[u16; 256]; 8] = TABLES;

/// The checksum of `bytes`.
///
/// ```
/// assert_eq!(emvqr::crc::checksum(b"123456789"), 0x29B1);
/// ```
#[must_use]
pub fn checksum(bytes: &[u8]) -> u16 {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &T;
    let (blocks, rest) = bytes.as_chunks::<8>();
    let mut crc = 0xFFFF_u16;
    for &[a, b, c, d, e, f, g, h] in blocks {
        let [high, low] = crc.to_be_bytes();
        crc = at(t7, a ^ high)
            ^ at(t6, b ^ low)
            ^ at(t5, c)
            ^ at(t4, d)
            ^ at(t3, e)
            ^ at(t2, f)
            ^ at(t1, g)
            ^ at(t0, h);
    }
    for &byte in rest {
        let [high, low] = crc.to_be_bytes();
        crc = (u16::from(low) << 8) ^ at(t0, byte ^ high);
    }
    crc
}

#[expect(
    clippy::indexing_slicing,
    reason = "a byte is always below the table's 256 entries"
)]
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
    fn blocks_of_eight_give_what_single_bits_give() {
        let text: [u8; 67] = core::array::from_fn(|i| u8::try_from(i * 37 % 256).unwrap());
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
