//! Times as traces write them, read to nanoseconds since 1970.

/// How a trace writes times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TimeFormat {
    /// Seconds since 1970, or since whenever; decimals are read.
    UnixSeconds,
    /// Milliseconds.
    UnixMillis,
    /// Microseconds.
    UnixMicros,
    /// Nanoseconds.
    UnixNanos,
    /// `2023-11-16 18:17:03.97996`, with a space or a `T`, and perhaps `Z` or an offset.
    Iso8601,
}

impl TimeFormat {
    /// What is expected of a field, in words.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::UnixSeconds => "a time in seconds, not negative",
            Self::UnixMillis => "a time in milliseconds, not negative",
            Self::UnixMicros => "a time in microseconds, not negative",
            Self::UnixNanos => "a time in nanoseconds, not negative",
            Self::Iso8601 => "a time such as 2023-11-16 18:17:03.98",
        }
    }

    /// The distance of two times that differ in the last digit before the point, in nanoseconds.
    pub(crate) fn unit(self) -> u64 {
        match self {
            Self::UnixSeconds | Self::Iso8601 => 1_000_000_000,
            Self::UnixMillis => 1_000_000,
            Self::UnixMicros => 1_000,
            Self::UnixNanos => 1,
        }
    }

    /// Nanoseconds; `None` if it is not a time, or not between 1970 and 2262.
    pub(crate) fn parse(self, field: &[u8]) -> Option<i64> {
        match self {
            Self::UnixSeconds => decimal(field, 9),
            Self::UnixMillis => decimal(field, 6),
            Self::UnixMicros => decimal(field, 3),
            Self::UnixNanos => decimal(field, 0),
            Self::Iso8601 => iso8601(field),
        }
    }
}

/// A decimal number times 10^`digits`; further decimals are cut off.
fn decimal(field: &[u8], digits: u32) -> Option<i64> {
    let point = field.iter().position(|&byte| byte == b'.').unwrap_or(field.len());
    let whole = number(&field[..point])?;
    let fraction = match field.get(point + 1..) {
        Some(decimals) => fraction(decimals, digits)?,
        None => 0,
    };
    whole.checked_mul(10i64.pow(digits))?.checked_add(fraction)
}

/// The decimals of a number as a count of 10^-`digits`.
pub(crate) fn fraction(decimals: &[u8], digits: u32) -> Option<i64> {
    if decimals.is_empty() || !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = &decimals[..decimals.len().min(digits as usize)];
    let value = if kept.is_empty() { 0 } else { number(kept)? };
    Some(value * 10i64.pow(digits - kept.len() as u32))
}

/// Digits only, at least one.
pub(crate) fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0i64, |value, &byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

pub(crate) fn iso8601(field: &[u8]) -> Option<i64> {
    let text = field.get(..19)?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, byte)| text[at] != byte) || !matches!(text[10], b' ' | b'T' | b't') {
        return None;
    }
    let part = |from: usize, to: usize| number(&text[from..to]);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let sound = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // A leap second counts as the second after it.
        && second <= 60;
    if !sound {
        return None;
    }
    let mut rest = &field[19..];
    let mut nanos = 0;
    if let Some(after) = rest.strip_prefix(b".") {
        let end = after.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(after.len());
        nanos = fraction(&after[..end], 9)?;
        rest = &after[end..];
    }
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(rest)?;
    (seconds >= 0).then_some(())?;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Seconds east of Greenwich: nothing, `Z`, `+02`, `+0200` or `+02:00`.
pub(crate) fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, digits) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (number(digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        5 if digits[2] == b':' => (number(&digits[..2])?, number(&digits[3..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the Gregorian calendar, counted in years that begin in March (Hinnant, *chrono-compatible low-level date
/// algorithms*).
pub(crate) fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_the_nanosecond() {
        for (format, field, nanos) in [
            (TimeFormat::UnixSeconds, "807256800", Some(807_256_800_000_000_000)),
            (TimeFormat::UnixSeconds, "1.5", Some(1_500_000_000)),
            (TimeFormat::UnixSeconds, "0.1234567899", Some(123_456_789)),
            (TimeFormat::UnixMillis, "12.25", Some(12_250_000)),
            (TimeFormat::UnixNanos, "7.9", Some(7)),
            (TimeFormat::UnixSeconds, "99999999999999", None),
            (TimeFormat::UnixSeconds, "-1", None),
            (TimeFormat::UnixSeconds, "1e3", None),
            (TimeFormat::UnixSeconds, "nan", None),
            (TimeFormat::UnixSeconds, "1.", None),
            (TimeFormat::UnixSeconds, "", None),
        ] {
            assert_eq!(format.parse(field.as_bytes()), nanos, "{field}");
        }
    }

    #[test]
    fn calendar_times_are_read() {
        for (field, nanos) in [
            ("1970-01-01 00:00:00", Some(0)),
            ("2023-11-16 18:17:03.9799600", Some(1_700_158_623_979_960_000)),
            ("2024-02-29T12:00:00Z", Some(1_709_208_000_000_000_000)),
            (
                "1995-08-01T00:00:01-04:00",
                Some(807_249_601_000_000_000 - 3_600_000_000_000 + 3_600_000_000_000),
            ),
            ("2023-02-29 00:00:00", None),
            ("2023-13-01 00:00:00", None),
            ("2023-11-16 24:00:00", None),
            ("2023-11-16", None),
            ("2023-11-16 18:17:03 CET", None),
        ] {
            assert_eq!(TimeFormat::Iso8601.parse(field.as_bytes()), nanos, "{field}");
        }
    }
}
