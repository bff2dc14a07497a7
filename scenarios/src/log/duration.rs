//! Durations as logs write them: numbers of a unit that the log's format says, or with their unit behind.

use super::meaning::Unit;
use super::stamp::scaled;

/// Nanoseconds; `None` for one that is not known, which is negative. A unit in the text goes before the format's.
///
/// # Errors
/// What is expected instead.
pub(crate) fn duration(text: &str, unit: Unit) -> Result<Option<u64>, &'static str> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Some(negative) = text.strip_prefix('-') {
        return scaled(negative, 0).map(|_| None).ok_or(expected(unit));
    }
    if let Some(nanos) = scaled(text, unit.digits()) {
        return Ok(Some(nanos));
    }
    with_units(text).map(Some).ok_or(expected(unit))
}

/// Whether the unit is written behind the number.
pub(crate) fn has_unit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_alphabetic()) && with_units(text).is_some()
}

fn expected(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "seconds, less than ten years",
        Unit::Millis => "milliseconds, less than ten years",
        Unit::Micros => "microseconds, less than ten years",
        Unit::Nanos => "nanoseconds, less than ten years",
    }
}

/// Numbers with units, as Go writes them: `1m0.25s`, `12.5ms`, `250µs`.
fn with_units(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64, u32); 8] = [
        ("ns", 1, 0),
        ("us", 1, 3),
        ("µs", 1, 3),
        ("μs", 1, 3),
        ("ms", 1, 6),
        ("s", 1, 9),
        ("m", 60, 9),
        ("h", 3600, 9),
    ];
    let mut rest = text;
    let mut sum = 0u64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (digits, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (_, times, places) = UNITS.into_iter().find(|(name, ..)| *name == &after[..end])?;
        sum = sum.checked_add(scaled(digits, places)?.checked_mul(times)?)?;
        rest = &after[end..];
    }
    (!text.is_empty()).then_some(sum).filter(|&sum| sum <= super::stamp::LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_the_formats_or_the_texts() {
        for (text, unit, nanos) in [
            ("0.250", Unit::Seconds, Some(250_000_000)),
            ("250", Unit::Millis, Some(250_000_000)),
            ("+12.5", Unit::Micros, Some(12_500)),
            ("250ms", Unit::Seconds, Some(250_000_000)),
            ("1m0.5s", Unit::Nanos, Some(60_500_000_000)),
            ("250µs", Unit::Seconds, Some(250_000)),
            ("-1", Unit::Millis, None),
        ] {
            assert_eq!(duration(text, unit), Ok(nanos), "{text}");
        }
        for text in ["", "x", "1x", "ms", "99999999999h", "-x", "1.2.3"] {
            assert!(duration(text, Unit::Millis).is_err(), "{text}");
        }
        assert!(has_unit("12ms") && !has_unit("12") && !has_unit("ms"));
    }
}
