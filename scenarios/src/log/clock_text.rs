//! How a log writes a time, or a part of one.

use std::sync::Arc;

use super::calendar::{self, Item};
use super::moment::Moment;
use super::stamp::{SECOND, Stamp, common, iso, unix};
use crate::trace::clock::{fraction, number};

/// How a time is written.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum ClockText {
    /// `10/Oct/2000:13:55:36 -0700`, perhaps with decimals of the second, perhaps without a zone.
    Common,
    /// `2024-05-01T12:00:00.123Z`, with a blank or a `T`; without a zone it is UTC.
    Iso,
    /// A number since 1970 of units with this many digits of nanoseconds: 9 for seconds, 6, 3, or 0.
    Since1970(u32),
    /// Any of the above; a number is of seconds, milliseconds, microseconds or nanoseconds by its size.
    Any,
    /// By a pattern of `strftime`.
    Pattern(Arc<[Item]>),
    /// The first digits of the decimals of the second: 3 for milliseconds, 6 for microseconds.
    Decimals(u32),
}

impl ClockText {
    /// The format that `--map` calls so, or a pattern with `%`.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        const NAMES: &str = "iso8601, clf, unix_s, unix_ms, unix_us, unix_ns, any, or a pattern such as \"%d/%m/%Y %H:%M:%S\"";
        Ok(match name {
            "iso8601" => Self::Iso,
            "clf" => Self::Common,
            "unix_s" => Self::Since1970(9),
            "unix_ms" => Self::Since1970(6),
            "unix_us" => Self::Since1970(3),
            "unix_ns" => Self::Since1970(0),
            "any" => Self::Any,
            pattern if pattern.contains('%') => Self::Pattern(calendar::pattern(pattern)?),
            _ => return Err(NAMES.to_owned()),
        })
    }

    /// How `--map` calls it; `None` for what it has no name for.
    pub(crate) fn name(&self) -> Option<String> {
        Some(match self {
            Self::Common => "clf".to_owned(),
            Self::Iso => "iso8601".to_owned(),
            Self::Since1970(9) => "unix_s".to_owned(),
            Self::Since1970(6) => "unix_ms".to_owned(),
            Self::Since1970(3) => "unix_us".to_owned(),
            Self::Since1970(_) => "unix_ns".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Pattern(items) => calendar::written(items),
            Self::Decimals(_) => return None,
        })
    }

    /// What is expected of a text, in words.
    pub(crate) fn expected(&self) -> &'static str {
        match self {
            Self::Common => "a time such as 10/Oct/2000:13:55:36 -0700",
            Self::Iso => "a time such as 2024-05-01T12:00:00.123Z",
            Self::Since1970(9) => "seconds since 1970",
            Self::Since1970(6) => "milliseconds since 1970",
            Self::Since1970(3) => "microseconds since 1970",
            Self::Since1970(_) => "nanoseconds since 1970",
            Self::Any => "a time such as 2024-05-01T12:00:00.123Z, or a number of units since 1970",
            Self::Pattern(_) => "a time as the pattern says",
            Self::Decimals(_) => "decimals of a second",
        }
    }

    /// Adds what `text` tells to `moment`; `None` if it is not written so.
    pub(crate) fn read(&self, text: &str, moment: &mut Moment) -> Option<()> {
        match self {
            Self::Common => moment.put(common(text)?),
            Self::Iso => moment.put(iso(text)?),
            Self::Since1970(9) => moment.put(unix(text)?),
            Self::Since1970(digits) => moment.put(since_1970(text, *digits)?),
            Self::Any => moment.put(any(text)?),
            Self::Pattern(items) => calendar::read(items, text, moment)?,
            Self::Decimals(digits) => {
                if text.len() != *digits as usize {
                    return None;
                }
                moment.decimals = Some(fraction(text.as_bytes(), 9)?);
            }
        }
        Some(())
    }

    /// How many bytes it takes, if that is always the same.
    pub(crate) fn width(&self) -> Option<usize> {
        match self {
            Self::Pattern(items) => calendar::width(items),
            Self::Decimals(digits) => Some(*digits as usize),
            _ => None,
        }
    }
}

/// A number of units with this many digits of nanoseconds; decimals are read.
fn since_1970(text: &str, digits: u32) -> Option<Stamp> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let at = number(whole.as_bytes())?.checked_mul(10i64.pow(digits))?;
    Some(Stamp { at: at.checked_add(fraction(decimals.as_bytes(), digits)?)?, tick: 0 })
}

/// A time in any of the usual forms. Numbers of today's seconds have 10 digits, and each finer unit 3 more.
fn any(text: &str) -> Option<Stamp> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return iso(text).or_else(|| common(text));
    }
    let whole = text.find('.').unwrap_or(text.len());
    let digits = match whole {
        0..=11 => 9,
        12..=14 => 6,
        15..=17 => 3,
        _ => 0,
    };
    let stamp = since_1970(text, digits)?;
    let is_coarse = digits == 9 && whole == text.len();
    Some(if is_coarse { Stamp { tick: SECOND, ..stamp } } else { stamp })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(&str, ClockText)]) -> Option<(i64, u64)> {
        let mut moment = Moment::default();
        for (text, format) in parts {
            format.read(text, &mut moment)?;
        }
        moment.stamp().map(|stamp| (stamp.at, stamp.tick))
    }

    fn pattern(text: &str) -> ClockText {
        ClockText::named(text).expect("a pattern")
    }

    #[test]
    fn a_time_comes_in_one_piece_or_in_parts() {
        let noon = 1_714_564_800_000_000_000;
        for (parts, expected) in [
            (vec![("01/May/2024:12:00:00 +0000", ClockText::Common)], (noon, SECOND)),
            (vec![("2024-05-01T14:00:00.5+02:00", ClockText::Iso)], (noon + 500_000_000, 0)),
            (
                vec![("1714564800", ClockText::Since1970(9)), ("250", ClockText::Decimals(3))],
                (noon + 250_000_000, 0),
            ),
            (vec![("1714564800250", ClockText::Since1970(6))], (noon + 250_000_000, 0)),
            (
                vec![
                    ("01/May/2024 14:00:00", pattern("%d/%b/%Y %T")),
                    ("125", ClockText::Decimals(3)),
                    ("+0200", pattern("%z")),
                ],
                (noon + 125_000_000, 0),
            ),
            (vec![("1714564800", ClockText::Any)], (noon, SECOND)),
            (vec![("1714564800.250", ClockText::Any)], (noon + 250_000_000, 0)),
            (vec![("1714564800250000000", ClockText::Any)], (noon + 250_000_000, 0)),
            (vec![("2024-05-01 12:00:00", ClockText::Any)], (noon, SECOND)),
        ] {
            assert_eq!(read(&parts), Some(expected), "{parts:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for (text, format) in [
            ("12", ClockText::Decimals(3)),
            ("12:00:00", pattern("%T")),
            ("soon", ClockText::Any),
            ("1.2.3", ClockText::Any),
            ("-5", ClockText::Since1970(9)),
            ("99999999999999999999", ClockText::Since1970(0)),
        ] {
            assert_eq!(read(&[(text, format)]), None, "{text}");
        }
        assert!(ClockText::named("iso").expect_err("no format").contains("iso8601"));
    }
}
