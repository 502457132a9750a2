//! Numbers as text without asking for memory.

/// Room for the largest number of 64 bits with a point in it.
const ROOM: usize = 21;

/// A short text that grows at its front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits {
    bytes: [u8; ROOM],
    start: usize,
}

impl Digits {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [b'0'; ROOM],
            start: ROOM,
        }
    }

    /// The number in at least `width` digits.
    #[inline]
    pub(crate) fn of(number: u64, width: usize) -> Self {
        let mut digits = Self::new();
        digits.prepend(number, width);
        digits
    }

    /// Puts a character in front; dropped where there is no more room.
    #[inline]
    pub(crate) fn push_front(&mut self, byte: u8) {
        if let Some(start) = self.start.checked_sub(1)
            && let Some(slot) = self.bytes.get_mut(start)
        {
            *slot = byte;
            self.start = start;
        }
    }

    /// Puts a number in front, in at least `width` digits.
    #[inline]
    pub(crate) fn prepend(&mut self, number: u64, width: usize) {
        let (mut left, mut start) = (number, self.start);
        let least = self.start.saturating_sub(width);
        let room = self.bytes.get_mut(..self.start).unwrap_or_default();
        for slot in room.iter_mut().rev() {
            if left == 0 && start <= least {
                break;
            }
            let [digit, ..] = (left % 10).to_le_bytes();
            *slot = b'0' + digit;
            left /= 10;
            start -= 1;
        }
        self.start = start;
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        ROOM - self.start
    }

    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(self.start..).unwrap_or_default();
        // Digits and a point are always text.
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn numbers_as_text() {
        assert_eq!(Digits::of(0, 1).as_str(), "0");
        assert_eq!(Digits::of(7, 3).as_str(), "007");
        assert_eq!(Digits::of(1_767_225_600_000, 1).as_str(), "1767225600000");
        assert_eq!(Digits::of(u64::MAX, 1).as_str(), "18446744073709551615");
        let mut amount = Digits::of(5, 2);
        amount.push_front(b'.');
        amount.prepend(12, 1);
        assert_eq!(amount.as_str(), "12.05");
        assert_eq!(Digits::of(1, 99).as_str().len(), 21);
    }
}
