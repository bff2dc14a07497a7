//! Which of the words behind a combined log is the request's duration.

use super::super::format_string::Dialect;
use super::super::meaning::{Durations, Unit};
use super::column::{Column, Looks};
use super::sketch::Kind;

/// How far apart two of nginx's times of the same instant may be, in ms: its clock is not read each time.
const SAME: u64 = 5;

/// What is the duration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    /// None of them.
    None,
    /// The word at this place, in this unit.
    At { at: usize, unit: Unit },
    /// It cannot be seen.
    Several { about: String, readings: Vec<Possible> },
}

/// A possible reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Possible {
    pub(super) words: String,
    pub(super) at: Option<(usize, Unit)>,
    /// Flags that choose it; `None` for those of its format string.
    pub(super) flags: Option<String>,
}

/// What of the words after the bytes is the duration. `is_said` if it was said whose log it is.
pub(super) fn of(tail: &[Column<'_>], dialect: Dialect, is_said: bool, said: Option<Durations>) -> Choice {
    if said == Some(Durations::None) {
        return Choice::None;
    }
    let places = |is_it: &dyn Fn(usize, &Column<'_>) -> bool| -> Vec<usize> {
        tail.iter().enumerate().filter(|(at, column)| is_it(*at, column)).map(|(at, _)| at).collect()
    };
    if let Some(&at) = places(&|_, column| column.labelled_duration().is_some()).first() {
        let unit = tail[at].labelled_duration().unwrap_or(Unit::Seconds);
        return Choice::At { at, unit };
    }
    if let Some(&at) = places(&|_, column| column.looks == Looks::WithUnit).first() {
        return Choice::At { at, unit: Unit::Seconds };
    }
    // `12.5 ms`
    let is_ms =
        |at: usize| tail.get(at + 1).is_some_and(|next| next.values.iter().all(|value| *value == "ms"));
    let is_numeric = |column: &Column<'_>| {
        matches!(column.looks, Looks::Seconds { .. } | Looks::Ratio | Looks::Decimal | Looks::Number)
    };
    if let [at] = places(&|at, column| is_numeric(column) && is_ms(at))[..] {
        return Choice::At { at, unit: Unit::Millis };
    }
    let seconds = places(&|_, column| matches!(column.looks, Looks::Seconds { .. }));
    if !seconds.is_empty() {
        return of_seconds(tail, &seconds);
    }
    let numbers = places(&|_, column| column.is_number() || column.looks == Looks::Decimal);
    if numbers.is_empty() {
        return Choice::None;
    }
    if let Some(Durations::Of(unit)) = said {
        return match numbers[..] {
            [at] => Choice::At { at, unit },
            _ => several(tail, &numbers, Some(unit)),
        };
    }
    // nginx writes no duration without decimals.
    if dialect == Dialect::Nginx && numbers.iter().all(|&at| tail[at].looks == Looks::Number) {
        return Choice::None;
    }
    let kinds: Vec<(Kind, Looks)> = tail.iter().map(|column| (column.kind, column.looks)).collect();
    let is_bytes_in_and_out = matches!(
        kinds[..],
        [(Kind::Quoted, _), (Kind::Quoted, _), (Kind::Bare, Looks::Number), (Kind::Bare, Looks::Number)]
    );
    if is_bytes_in_and_out && dialect == Dialect::Apache {
        return Choice::None;
    }
    if let ([at], true, Dialect::Apache) = (&numbers[..], is_said, dialect) {
        return Choice::At { at: *at, unit: Unit::Micros };
    }
    several(tail, &numbers, None)
}

/// Of seconds as nginx writes them, the request's are those that are there in every line, and at least as long as all others.
fn of_seconds(tail: &[Column<'_>], seconds: &[usize]) -> Choice {
    let always: Vec<usize> =
        seconds.iter().copied().filter(|&at| tail[at].looks == Looks::Seconds { always: true }).collect();
    if always.is_empty() {
        // Upstream's alone: they say nothing of those that were answered without it.
        return Choice::None;
    }
    let times: Vec<(usize, Vec<u64>)> = seconds.iter().map(|&at| (at, tail[at].thousandths())).collect();
    let is_longest = |at: usize| {
        let Some((_, own)) = times.iter().find(|(other, _)| *other == at) else { return false };
        times.iter().all(|(_, other)| own.iter().zip(other).all(|(own, other)| own + SAME >= *other))
    };
    let sum = |at: usize| {
        times.iter().find(|(other, _)| *other == at).map_or(0, |(_, own)| own.iter().sum::<u64>())
    };
    let longest: Vec<usize> = always.iter().copied().filter(|&at| is_longest(at)).collect();
    let most = longest.iter().map(|&at| sum(at)).max();
    let longest: Vec<usize> = longest.into_iter().filter(|&at| Some(sum(at)) == most).collect();
    let follows_upstream =
        |at: usize| tail[at.saturating_sub(2)..at].iter().any(|column| column.looks == Looks::Endpoints);
    match (longest[..].as_ref(), seconds) {
        ([at], [_]) if !follows_upstream(*at) => return Choice::At { at: *at, unit: Unit::Seconds },
        ([at], [_, _, ..]) => return Choice::At { at: *at, unit: Unit::Seconds },
        _ => {}
    }
    let candidates = if longest.is_empty() { always } else { longest };
    let about = match candidates.len() {
        1 => format!("{} could be", shown(tail, &candidates)),
        _ => format!("{} could each be $request_time", shown(tail, &candidates)),
    };
    let mut readings: Vec<Possible> = candidates
        .iter()
        .map(|&at| Possible {
            words: format!("$request_time is {}, word {} after the byte count", tail[at].values[0], at + 1),
            at: Some((at, Unit::Seconds)),
            flags: None,
        })
        .collect();
    readings.push(no_duration("no duration: times of an upstream server"));
    Choice::Several { about, readings }
}

/// Numbers that may be durations or not.
fn several(tail: &[Column<'_>], numbers: &[usize], unit: Option<Unit>) -> Choice {
    let about = format!("{}, after the byte count, could be", shown(tail, numbers));
    let mut readings = Vec::new();
    if let [at] = *numbers {
        let is_whole = tail[at].looks == Looks::Number;
        let units: &[(Unit, &str)] = if is_whole {
            &[
                (Unit::Micros, "a duration in microseconds (Apache's %D)"),
                (Unit::Millis, "a duration in milliseconds (Tomcat's %D up to 10.0, %{ms}T)"),
                (Unit::Seconds, "a duration in seconds (%T)"),
            ]
        } else {
            &[(Unit::Seconds, "a duration in seconds"), (Unit::Millis, "a duration in milliseconds")]
        };
        readings.extend(units.iter().map(|&(unit, words)| Possible {
            words: words.to_owned(),
            at: Some((at, unit)),
            flags: Some(format!("--duration-unit {}", unit.name())),
        }));
    } else {
        let unit = unit.unwrap_or(Unit::Micros);
        readings.extend(numbers.iter().map(|&at| Possible {
            words: format!(
                "a duration in {}: {}, word {} after the byte count",
                unit.name(),
                tail[at].values[0],
                at + 1
            ),
            at: Some((at, unit)),
            flags: None,
        }));
    }
    readings.push(no_duration("no duration: bytes, a length, a port or the like"));
    Choice::Several { about, readings }
}

fn no_duration(words: &str) -> Possible {
    Possible { words: words.to_owned(), at: None, flags: Some("--duration-unit none".to_owned()) }
}

/// The words of the first line at some places.
fn shown(tail: &[Column<'_>], places: &[usize]) -> String {
    let words: Vec<String> =
        places.iter().map(|&at| crate::suggest::printable(tail[at].values[0], 40)).collect();
    words.join(" and ")
}
