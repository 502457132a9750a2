//! Names of things: every id is its own type, so that two of them cannot be swapped.

use core::fmt;

/// Nanoseconds since 1970-01-01T00:00:00Z. The core is told the time, it never asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// A moment later, or the last moment that can be told.
    pub fn after(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }

    /// The number of the local day at an offset from UTC, counted from 1970-01-01.
    pub fn local_day(self, utc_offset_minutes: i16) -> i64 {
        const MINUTE_NS: i64 = 60_000_000_000;
        const DAY_NS: i64 = 24 * 60 * MINUTE_NS;
        let shift = i64::from(utc_offset_minutes).saturating_mul(MINUTE_NS);
        self.0.saturating_add(shift).div_euclid(DAY_NS)
    }
}

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Span {
    /// From seconds; saturates at 292 years.
    pub const fn from_seconds(seconds: i64) -> Span {
        Span(seconds.saturating_mul(1_000_000_000))
    }
}

/// Where in the journal a record stands, and the batch's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Sequence of the batch.
    pub seq: u64,
    /// The batch's `now`.
    pub now: Time,
}

/// A participant, as a small dense number; its name is in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipantId(pub u16);

/// A corridor, as a small dense number; its name is in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorridorId(pub u16);

/// A corridor at one of its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorridorAt {
    /// Which corridor.
    pub id: CorridorId,
    /// Which version.
    pub version: u32,
}

/// A payment (UETR) or a refund: a UUIDv4 that the requesting side chose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u128);

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A settlement window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowId(pub u64);

/// A keyed pseudonym of the payer: the same for the same account, and nobody can go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayerKey(pub u128);

/// A keyed pseudonym of a shop's account or store id, made as a payer's is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShopKey(pub u128);

impl ShopKey {
    /// Of payments from before shops were kept, and of refunds, which have their payment's.
    pub const UNKNOWN: ShopKey = ShopKey(0);
}

/// A SHA-256 that somebody else computed: of a request, of salted personal data, of a code's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// An ISO 20022 external status reason: four characters such as `AC04`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusReason([u8; 4]);

impl StatusReason {
    /// Narrative: the participant gave a reason that is not in the code set.
    pub const NARR: StatusReason = StatusReason(*b"NARR");

    /// Four capital letters or digits; anything else is `None`.
    pub fn new(text: &str) -> Option<Self> {
        let bytes: [u8; 4] = text.as_bytes().try_into().ok()?;
        let plain = bytes
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        plain.then_some(Self(bytes))
    }

    /// The four characters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("NARR")
    }
}

impl fmt::Debug for StatusReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_day_turns_at_local_midnight() {
        let day = |iso_ns: i64, offset| Time(iso_ns).local_day(offset);
        const HOUR: i64 = 3_600_000_000_000;
        assert_eq!(day(0, 0), 0);
        assert_eq!(day(17 * HOUR - 1, 420), 0);
        assert_eq!(day(17 * HOUR, 420), 1);
        assert_eq!(day(-1, 0), -1);
        assert_eq!(day(0, -60), -1);
    }

    #[test]
    fn a_status_reason_is_four_plain_characters() {
        assert_eq!(StatusReason::new("AC04").unwrap().as_str(), "AC04");
        for wrong in ["", "ac04", "AC4", "AC044", "AC 4", "ＡC0"] {
            assert_eq!(StatusReason::new(wrong), None, "{wrong}");
        }
    }
}
