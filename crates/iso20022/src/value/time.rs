//! Dates and times as XML Schema writes them.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use crate::refusal::Refusal;
use crate::xml::{Leaf, choice, part};

/// A day. A zone behind it, which XML Schema allows, is dropped: a business day has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoDate(Date);

/// A time of a day with the offset that it was written with, if any. Banks often write none;
/// what zone that means is known only from an agreement with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IsoTime {
    at: DateTime,
    offset: Option<Offset>,
}

choice! {
    /// A day, or a time of it.
    pub enum DateOrTime {
        /// The day only.
        Date(IsoDate) = "Dt",
        /// With the time.
        Time(IsoTime) = "DtTm",
    }
}

part! {
    /// From when to when.
    pub struct Period {
        /// The beginning.
        from: one IsoTime = "FrDtTm",
        /// The end.
        to: one IsoTime = "ToDtTm",
    }
}

impl IsoDate {
    /// Takes a day.
    ///
    /// # Errors
    /// [`Refusal::DateMalformed`] before the year 1.
    pub fn new(date: Date) -> Result<Self, Refusal> {
        if date.year() < 1 {
            return Err(Refusal::DateMalformed);
        }
        Ok(Self(date))
    }

    /// The day.
    pub fn date(self) -> Date {
        self.0
    }
}

impl DateOrTime {
    /// The day, as written.
    pub fn date(&self) -> Date {
        match self {
            DateOrTime::Date(date) => date.0,
            DateOrTime::Time(time) => time.at.date(),
        }
    }
}

impl IsoTime {
    /// A moment, in UTC, with milliseconds; what is finer is dropped.
    ///
    /// # Errors
    /// [`Refusal::TimeMalformed`] before the year 1.
    pub fn from_timestamp(timestamp: Timestamp) -> Result<Self, Refusal> {
        let at = Offset::UTC.to_datetime(timestamp);
        let millis = at.subsec_nanosecond().div_euclid(1_000_000);
        let kept = at
            .with()
            .subsec_nanosecond(millis.saturating_mul(1_000_000))
            .build();
        let at = kept.or(Err(Refusal::TimeMalformed))?;
        IsoDate::new(at.date()).or(Err(Refusal::TimeMalformed))?;
        Ok(Self {
            at,
            offset: Some(Offset::UTC),
        })
    }

    /// The moment, if an offset was written.
    pub fn timestamp(self) -> Option<Timestamp> {
        self.offset?.to_timestamp(self.at).ok()
    }

    /// The date and time as written.
    pub fn civil(self) -> DateTime {
        self.at
    }
}

impl Leaf for IsoDate {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let (date, zone) = split(text, 10).ok_or(Refusal::DateMalformed)?;
        offset(zone).ok_or(Refusal::DateMalformed)?;
        date_of(date).ok_or(Refusal::DateMalformed)
    }

    fn text(&self) -> Cow<'_, str> {
        let date = self.0;
        Cow::Owned(format!(
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        ))
    }
}

impl Leaf for IsoTime {
    fn parse(text: &str) -> Result<Self, Refusal> {
        time_of(text).ok_or(Refusal::TimeMalformed)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl fmt::Display for IsoTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        write!(f, "{}", IsoDate(at.date()).text())?;
        write!(f, "T{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())?;
        let nanos = format!("{:09}", at.subsec_nanosecond());
        let decimals = nanos.trim_end_matches('0');
        match (decimals.len(), self.offset) {
            (0, None) => {}
            (0..=3, _) => write!(f, ".{decimals:0<3}")?,
            (_, _) => write!(f, ".{decimals}")?,
        }
        match self.offset {
            None => Ok(()),
            Some(offset) if offset == Offset::UTC => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset.seconds() < 0 { '-' } else { '+' };
                let minutes = offset.seconds().unsigned_abs().div_euclid(60);
                write!(
                    f,
                    "{sign}{:02}:{:02}",
                    minutes.div_euclid(60),
                    minutes.rem_euclid(60)
                )
            }
        }
    }
}

fn split(text: &str, at: usize) -> Option<(&str, &str)> {
    text.split_at_checked(at)
}

fn date_of(text: &str) -> Option<IsoDate> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    IsoDate::new(date).ok()
}

fn time_of(text: &str) -> Option<IsoTime> {
    let (date, rest) = split(text, 10)?;
    let date = date_of(date)?.0;
    let (time, rest) = split(rest.strip_prefix('T')?, 8)?;
    let mut parts = time.split(':');
    let mut part = || {
        parts
            .next()
            .and_then(|part| i8::try_from(number(part, 2)?).ok())
    };
    let (hour, minute, second) = (part()?, part()?, part()?);
    let (nanos, zone) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let end = rest
                .find(|letter: char| !letter.is_ascii_digit())
                .unwrap_or(rest.len());
            let (decimals, zone) = split(rest, end)?;
            let kept = decimals.trim_end_matches('0');
            if decimals.is_empty() || kept.len() > 9 {
                return None;
            }
            (format!("{kept:0<9}").parse().ok()?, zone)
        }
    };
    let at = DateTime::new(
        date.year(),
        date.month(),
        date.day(),
        hour,
        minute,
        second,
        nanos,
    );
    Some(IsoTime {
        at: at.ok()?,
        offset: offset(zone)?,
    })
}

/// `Z`, an offset of at most 14 hours, or nothing.
fn offset(text: &str) -> Option<Option<Offset>> {
    if text.is_empty() {
        return Some(None);
    }
    if text == "Z" {
        return Some(Some(Offset::UTC));
    }
    let (sign, rest) = split(text, 1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (i32::from(number(hours, 2)?), i32::from(number(minutes, 2)?));
    let all = hours.checked_mul(60)?.checked_add(minutes)?;
    if minutes > 59 || all > 14 * 60 {
        return None;
    }
    let seconds = all.checked_mul(60)?;
    let seconds = match sign {
        "+" => seconds,
        "-" => seconds.checked_neg()?,
        _ => return None,
    };
    Offset::from_seconds(seconds).ok().map(Some)
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}
