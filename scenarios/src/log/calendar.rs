//! Times by a pattern of `strftime` (POSIX), as Apache, Envoy and `--map` take it.

use std::sync::Arc;

use super::moment::Moment;
use super::stamp::{MONTHS, SECOND};
use crate::trace::clock::{days_in_month, days_since_1970, fraction, number};

/// A part of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Item {
    /// Exactly this text.
    Text(Box<str>),
    /// Four digits.
    Year,
    /// Two digits, of a year from 1969 to 2068.
    ShortYear,
    /// Two digits.
    Month,
    /// `Jan`.
    MonthName,
    /// Two digits; the first may be a blank.
    Day,
    /// Two digits, 0 to 23.
    Hour,
    Minute,
    Second,
    /// Seconds since 1970.
    Epoch,
    /// `Z`, `UTC`, `GMT`, `+0200`, `+02:00`.
    Zone,
    /// Digits of the decimals of the second.
    Decimals(u32),
    /// `Mon`, which says nothing.
    DayName,
}

/// Takes a pattern apart.
///
/// # Errors
/// What is expected instead of what is not known.
pub(crate) fn pattern(text: &str) -> Result<Arc<[Item]>, String> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        plain(&mut items, &rest[..at]);
        let mut letters = rest[at + 1..].chars();
        let letter = letters.next().unwrap_or('%');
        rest = letters.as_str();
        match letter {
            'Y' => items.push(Item::Year),
            'y' => items.push(Item::ShortYear),
            'm' => items.push(Item::Month),
            'b' | 'h' => items.push(Item::MonthName),
            'd' | 'e' => items.push(Item::Day),
            'H' => items.push(Item::Hour),
            'M' => items.push(Item::Minute),
            'S' => items.push(Item::Second),
            's' => items.push(Item::Epoch),
            'z' | 'Z' => items.push(Item::Zone),
            'a' => items.push(Item::DayName),
            'F' => {
                items.extend([
                    Item::Year,
                    Item::Text("-".into()),
                    Item::Month,
                    Item::Text("-".into()),
                    Item::Day,
                ]);
            }
            'D' => {
                items.extend([
                    Item::Month,
                    Item::Text("/".into()),
                    Item::Day,
                    Item::Text("/".into()),
                    Item::ShortYear,
                ]);
            }
            'T' => items.extend([
                Item::Hour,
                Item::Text(":".into()),
                Item::Minute,
                Item::Text(":".into()),
                Item::Second,
            ]),
            'R' => items.extend([Item::Hour, Item::Text(":".into()), Item::Minute]),
            'f' => items.push(Item::Decimals(9)),
            digit @ '1'..='9' if rest.starts_with('f') => {
                rest = &rest[1..];
                items.push(Item::Decimals(digit as u32 - '0' as u32));
            }
            '%' => plain(&mut items, "%"),
            other => {
                return Err(format!(
                    "a pattern of %Y %y %m %b %d %e %H %M %S %T %R %F %D %s %z %3f and text; %{} is not read",
                    other.escape_debug()
                ));
            }
        }
    }
    plain(&mut items, rest);
    Ok(items.into())
}

fn plain(items: &mut Vec<Item>, text: &str) {
    if !text.is_empty() {
        items.push(Item::Text(text.into()));
    }
}

/// The pattern as it may be written.
pub(crate) fn written(items: &[Item]) -> String {
    let written = items.iter().map(|item| match item {
        Item::Text(text) => text.replace('%', "%%"),
        Item::Year => "%Y".to_owned(),
        Item::ShortYear => "%y".to_owned(),
        Item::Month => "%m".to_owned(),
        Item::MonthName => "%b".to_owned(),
        Item::Day => "%d".to_owned(),
        Item::Hour => "%H".to_owned(),
        Item::Minute => "%M".to_owned(),
        Item::Second => "%S".to_owned(),
        Item::Epoch => "%s".to_owned(),
        Item::Zone => "%z".to_owned(),
        Item::Decimals(digits) => format!("%{digits}f"),
        Item::DayName => "%a".to_owned(),
    });
    written.collect()
}

/// How many bytes a time of this pattern takes, if that is always the same.
pub(crate) fn width(items: &[Item]) -> Option<usize> {
    items.iter().map(width_of).sum()
}

fn width_of(item: &Item) -> Option<usize> {
    Some(match item {
        Item::Text(text) => text.len(),
        Item::Year => 4,
        Item::MonthName | Item::DayName => 3,
        Item::ShortYear | Item::Month | Item::Day | Item::Hour | Item::Minute | Item::Second => 2,
        Item::Epoch => 10,
        // As strftime writes it.
        Item::Zone => 5,
        Item::Decimals(digits) => *digits as usize,
    })
}

/// Whether a time of this pattern says on which day it was.
pub(crate) fn tells_day(items: &[Item]) -> bool {
    let has = |is_it: fn(&Item) -> bool| items.iter().any(is_it);
    let has_date = has(|item| matches!(item, Item::Year | Item::ShortYear))
        && has(|item| matches!(item, Item::Month | Item::MonthName))
        && has(|item| *item == Item::Day);
    has_date || has(|item| *item == Item::Epoch)
}

/// Reads `text` by the pattern into `moment`; `None` if it does not fit to its end.
pub(crate) fn read(items: &[Item], text: &str, moment: &mut Moment) -> Option<()> {
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut hour, mut minute, mut second) = (None, 0, 0);
    let mut rest = text;
    for (at, item) in items.iter().enumerate() {
        let taken = match item {
            Item::Text(expected) => rest.starts_with(&**expected).then_some(expected.len())?,
            Item::Zone | Item::Epoch | Item::Decimals(_) => variable_width(item, rest, items.get(at + 1))?,
            item => width_of(item)?,
        };
        let piece = rest.get(..taken)?;
        rest = &rest[taken..];
        let digits = || number(piece.trim_start_matches(' ').as_bytes());
        match item {
            Item::Text(_) | Item::DayName => {}
            Item::Year => year = Some(digits()?),
            Item::ShortYear => year = Some(digits()?).map(|year| year + if year < 69 { 2000 } else { 1900 }),
            Item::Month => month = Some(digits()?),
            Item::MonthName => {
                month = Some(MONTHS.iter().position(|month| month.eq_ignore_ascii_case(piece))? as i64 + 1);
            }
            Item::Day => day = Some(digits()?),
            Item::Hour => hour = Some(digits()?).filter(|hour| *hour < 24),
            Item::Minute => minute = digits()?,
            Item::Second => second = digits()?,
            Item::Epoch => moment.whole = Some(digits()?.checked_mul(SECOND as i64)?),
            Item::Zone => moment.zone(piece)?,
            Item::Decimals(_) => moment.decimals = Some(fraction(piece.as_bytes(), 9)?),
        }
    }
    if !rest.is_empty() || minute > 59 || second > 60 {
        return None;
    }
    if let (Some(year), Some(month), Some(day)) = (year, month, day) {
        if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
            return None;
        }
        moment.day = Some(days_since_1970(year, month, day));
    }
    if let Some(hour) = hour {
        moment.of_day = Some((hour * 3600 + minute * 60 + second) * SECOND as i64);
    }
    Some(())
}

/// How much of `rest` the item takes: up to the text that follows, or all that may belong to it.
fn variable_width(item: &Item, rest: &str, next: Option<&Item>) -> Option<usize> {
    let most = match next {
        Some(Item::Text(text)) => rest.find(&**text).unwrap_or(rest.len()),
        _ => rest.len(),
    };
    let belongs = |byte: u8| match item {
        Item::Zone => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b':'),
        _ => byte.is_ascii_digit(),
    };
    let taken = rest[..most].bytes().take_while(|&byte| belongs(byte)).count();
    (taken > 0).then_some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(of: &str, text: &str) -> Option<i64> {
        let mut moment = Moment::default();
        read(&pattern(of).expect("a pattern"), text, &mut moment)?;
        moment.stamp().map(|stamp| stamp.at)
    }

    #[test]
    fn patterns_read_what_strftime_writes() {
        let noon = 1_714_564_800_000_000_000;
        for (of, text, at) in [
            ("%d/%b/%Y:%T %z", "01/May/2024:14:00:00 +0200", noon),
            ("%F %R", "2024-05-01 12:00", noon),
            ("%D %H.%M", "05/01/24 12.00", noon),
            ("%a %b %e %T %Y", "Wed May  1 12:00:00 2024", noon),
            ("%Y/%m/%d %H:%M:%S.%3f", "2024/05/01 12:00:00.250", noon + 250_000_000),
            ("%s.%f", "1714564800.25", noon + 250_000_000),
            ("%FT%TZ%%", "2024-05-01T12:00:00Z%", noon),
            ("%FT%T%z", "2024-05-01T12:00:00Z", noon),
        ] {
            assert_eq!(time(of, text), Some(at), "{of}: {text}");
            assert_eq!(pattern(&written(&pattern(of).expect("a pattern"))), pattern(of), "{of}");
        }
    }

    #[test]
    fn what_does_not_fit_is_none() {
        for (of, text) in [
            ("%F %R", "2024-05-01 12:00:00"),
            ("%F %R", "2024-02-31 12:00"),
            ("%F", "2024-05-01"),
            ("%T", "12:00:00"),
            ("%F %T", "2024-05-01 25:00:00"),
            ("%F %T", "2024-05-01 12:00:0é"),
        ] {
            assert_eq!(time(of, text), None, "{of}: {text}");
        }
        assert!(pattern("%Q").expect_err("no such letter").contains("%Q is not read"));
    }

    #[test]
    fn widths_are_those_of_the_text() {
        for (of, text) in [("%d/%b/%Y %T", "01/May/2024 14:00:00"), ("%z", "+0200"), ("%s", "1714564800")] {
            assert_eq!(width(&pattern(of).expect("a pattern")), Some(text.len()), "{of}");
        }
    }
}
