//! Times as web servers and proxies write them, read to nanoseconds since 1970.

use memchr::memchr;

use crate::trace::clock::{days_in_month, days_since_1970, fraction, iso8601, number, offset};

/// Nanoseconds of a second.
pub(crate) const SECOND: u64 = 1_000_000_000;

/// The months as logs write them.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The longest duration that is believed, in nanoseconds: ten years.
pub(crate) const LONGEST: u64 = 10 * 366 * 86_400 * SECOND;

/// A time and the tick of its clock in nanoseconds: a second, or 0 where decimals are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stamp {
    pub(crate) at: i64,
    pub(crate) tick: u64,
}

impl Stamp {
    fn new(at: i64, text: &str) -> Self {
        Self { at, tick: if text.contains('.') { 0 } else { SECOND } }
    }
}

/// `10/Oct/2000:13:55:36 -0700`, perhaps with decimals of the second. Without a zone, as HAProxy writes it, the time is
/// taken as UTC.
pub(crate) fn common(text: &str) -> Option<Stamp> {
    let text = text.as_bytes();
    // Mostly there are no decimals.
    let blank = if text.get(20) == Some(&b' ') { Some(20) } else { memchr(b' ', text) };
    let (bytes, zone) = blank.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
    let fixed = bytes.get(..20)?;
    let separators = [(2, b'/'), (6, b'/'), (11, b':'), (14, b':'), (17, b':')];
    if separators.iter().any(|&(at, byte)| fixed[at] != byte) {
        return None;
    }
    let two = |at: usize| {
        let (tens, ones) = (fixed[at].wrapping_sub(b'0'), fixed[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| i64::from(tens * 10 + ones))
    };
    let month = MONTHS.iter().position(|month| month.as_bytes() == &fixed[3..6])? as i64 + 1;
    let (day, year) = (two(0)?, two(7)? * 100 + two(9)?);
    let (hour, minute, second) = (two(12)?, two(15)?, two(18)?);
    if !(1..=days_in_month(year, month)).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, tick) = match &bytes[20..] {
        [] => (0, SECOND),
        [b'.', decimals @ ..] => (fraction(decimals, 9)?, 0),
        _ => return None,
    };
    let seconds =
        days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(zone)?;
    if seconds < 0 {
        return None;
    }
    Some(Stamp { at: seconds.checked_mul(SECOND as i64)?.checked_add(nanos)?, tick })
}

/// `2018-07-02T22:23:00.186641Z`.
pub(crate) fn iso(text: &str) -> Option<Stamp> {
    iso8601(text.as_bytes()).map(|at| Stamp::new(at, text))
}

/// Seconds since 1970 with decimals; milliseconds if the number is too large for seconds, as Zeek may write them.
pub(crate) fn unix(text: &str) -> Option<Stamp> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = if whole.len() > 11 { 6 } else { 9 };
    let scale = 10i64.pow(digits);
    let at = number(whole.as_bytes())?.checked_mul(scale)?;
    Some(Stamp { at: at.checked_add(fraction(decimals.as_bytes(), digits)?)?, tick: 0 })
}

/// A number of seconds with decimals, in nanoseconds.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    scaled(text, 9)
}

/// A number of milliseconds, in nanoseconds.
pub(crate) fn millis(text: &str) -> Option<u64> {
    scaled(text, 6)
}

/// A number times 10^`digits`, if it is a duration to be believed. JSON may write small ones as `9.5e-7`.
pub(crate) fn scaled(text: &str, digits: u32) -> Option<u64> {
    if text.contains(['e', 'E']) {
        let number = text.parse::<f64>().ok()? * 10f64.powi(digits as i32);
        return (0.0..=LONGEST as f64).contains(&number).then_some(number as u64);
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let nanos = number(whole.as_bytes())?.checked_mul(10i64.pow(digits))?;
    let nanos = nanos.checked_add(fraction(decimals.as_bytes(), digits)?)?;
    u64::try_from(nanos).ok().filter(|&nanos| nanos <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_counted_and_decimals_kept() {
        for (text, at, tick) in [
            ("10/Oct/2000:13:55:36 -0700", 971_211_336_000_000_000, SECOND),
            ("10/Oct/2000:20:55:36 +0000", 971_211_336_000_000_000, SECOND),
            ("10/Oct/2000:22:55:36 +0200", 971_211_336_000_000_000, SECOND),
            ("06/Feb/2009:12:14:14.655", 1_233_922_454_655_000_000, 0),
        ] {
            assert_eq!(common(text), Some(Stamp { at, tick }), "{text}");
        }
        for text in
            ["10/Okt/2000:13:55:36 -0700", "31/Feb/2000:13:55:36 -0700", "10/Oct/2000:13:55:36 PDT", ""]
        {
            assert_eq!(common(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_seconds_or_milliseconds() {
        assert_eq!(unix("1591367999.305988").map(|stamp| stamp.at), Some(1_591_367_999_305_988_000));
        assert_eq!(unix("1591367999305").map(|stamp| stamp.at), Some(1_591_367_999_305_000_000));
        assert_eq!(unix("1e9"), None);
    }

    #[test]
    fn durations_are_not_negative_and_not_absurd() {
        assert_eq!((seconds("0.001048"), millis("69")), (Some(1_048_000), Some(69_000_000)));
        assert_eq!(
            (seconds("-1"), seconds("1e30"), seconds("9999999999"), seconds("")),
            (None, None, None, None)
        );
        assert_eq!((seconds("9.5e-7"), seconds("inf"), seconds("one")), (Some(950), None, None));
    }
}
