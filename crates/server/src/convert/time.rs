//! Times: nanoseconds inside, RFC 3339 with milliseconds on the wire.

use jiff::Timestamp;
use switch::Time;
use wire::error::{Code, Problem};

/// The longest form has an offset and nanoseconds: 35 characters.
const TEXT_CHARS_MAX: usize = 40;

pub(crate) fn time_text(time: Time) -> String {
    // Cut, never rounded: an expiry must not read later than it is.
    rfc3339(time.0.div_euclid(1_000_000))
}

/// Milliseconds since the epoch, as a code counts.
pub(crate) fn rfc3339(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}

pub(crate) fn parse_time(text: &str, field: &str) -> Result<Time, Problem> {
    let wrong = || {
        let problem = Problem::new(Code::InvalidField).with_field(field);
        problem.with_detail("not a time as RFC 3339 writes it")
    };
    if text.len() > TEXT_CHARS_MAX {
        return Err(wrong());
    }
    let at: Timestamp = text.parse().map_err(|_malformed| wrong())?;
    i64::try_from(at.as_nanosecond())
        .map(Time)
        .map_err(|_far| wrong())
}

/// Year and month in UTC as one number, `202611`.
pub(crate) fn month(time: Time) -> u32 {
    let at = Timestamp::from_nanosecond(i128::from(time.0)).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let year = u32::from(date.year().unsigned_abs());
    let month = u32::from(date.month().unsigned_abs());
    year.saturating_mul(100).saturating_add(month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_milliseconds_and_read_back() {
        let text = "2026-11-23T00:00:00.007Z";
        let time = Time(1_795_392_000_007_000_000);
        assert_eq!(time_text(time), text);
        assert_eq!(time_text(Time(time.0 + 999_999)), text);
        assert_eq!(parse_time(text, "/at").unwrap(), time);
        assert_eq!(
            parse_time("2026-11-23T09:00:00.007+09:00", "/at").unwrap(),
            time
        );
        assert_eq!(rfc3339(1_795_392_000_007), text);
        assert_eq!(month(time), 202_611);
        for wrong in [
            "",
            "2026-11-23",
            "tomorrow",
            "2026-11-23T00:00:00",
            &"2".repeat(41),
        ] {
            let problem = parse_time(wrong, "/at").unwrap_err();
            assert_eq!(
                (problem.code(), problem.field()),
                (Code::InvalidField, Some("/at"))
            );
        }
    }
}
