//! What is around a common or combined log, `client identity user [time] "request" status bytes …`, by its lines.
//!
//! Servers add words: request times, bytes, addresses of proxies, and do not say which is which. What a word is can be seen where
//! only one thing looks so: nginx writes `$request_time` with three decimals, `$gzip_ratio` with two, and no duration without
//! any; a list of addresses is X-Forwarded-For; `rt=0.250` says its name. **A number that may be several things is taken for none of
//! them**: then there are several readings, and flags that choose.
//!
//! What is found is written down as a format string of the server, and compiled as one that was given.

mod column;
mod duration;
mod sketch;
mod who;
mod write;

use self::column::Column;
use self::duration::Choice;
use self::sketch::{Kind, Layout, Sketch};
use super::clock_text::ClockText;
use super::format_string::Dialect;
use super::meaning::{Durations, Unit};

/// What is known of the log besides its lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Known {
    /// Whose log it is.
    pub(crate) dialect: Option<Dialect>,
    pub(crate) durations: Option<Durations>,
}

/// What the lines are found to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Inferred {
    /// Of this format.
    One(Guess),
    /// Of one of these; what it is that cannot be seen.
    Several { about: String, line: usize, dialect: Dialect, readings: Vec<Reading> },
}

/// A format that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Guess {
    pub(crate) dialect: Dialect,
    pub(crate) text: String,
    /// The unit of its durations, where the text does not say it.
    pub(crate) unit: Option<Unit>,
    /// Whether it may as well be Apache's as nginx's.
    pub(crate) is_of_either: bool,
}

/// One of several things that a log may be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reading {
    pub(crate) words: String,
    /// The flags that choose it.
    pub(crate) flags: String,
}

/// Looks at the first lines of a log; `None` if none of them is of this kind.
pub(crate) fn infer(lines: &[&str], known: Known) -> Option<Inferred> {
    let sketches: Vec<(usize, Sketch<'_>)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, Sketch::of(line)?))).collect();
    let layout = most_common(sketches.iter().map(|(_, sketch)| sketch.layout()))?;
    let of_layout: Vec<&(usize, Sketch<'_>)> =
        sketches.iter().filter(|(_, sketch)| sketch.layout() == layout).collect();
    let &&(line, _) = of_layout.first()?;
    let columns = |count: usize, part: for<'s, 'l> fn(&'s Sketch<'l>) -> &'s [sketch::Word<'l>]| {
        let column = |at: usize| Column::of(of_layout.iter().map(|(_, sketch)| part(sketch)[at]).collect());
        (0..count).map(column).collect::<Vec<Column<'_>>>()
    };
    let head = columns(layout.head.len(), |sketch| &sketch.head);
    let between = columns(layout.between.len(), |sketch| &sketch.between);
    let tail = columns(layout.tail.len(), |sketch| &sketch.tail);
    let has_escapes = of_layout.iter().any(|(_, sketch)| sketch.has_nginx_escapes);
    let is_nginx = layout.clock == ClockText::Iso
        || has_escapes
        || !between.is_empty()
        || tail.iter().any(Column::is_nginxs)
        || tail.len() == 3 && tail[2].kind == Kind::Quoted && tail[2].is_addresses();
    let dialect = known.dialect.unwrap_or(if is_nginx { Dialect::Nginx } else { Dialect::Apache });
    let line_format = write::Format { dialect, layout: &layout, head: &head, between: &between, tail: &tail };
    let roles = match who::roles(&head) {
        Ok(roles) => roles,
        Err(choices) => {
            let took = duration::of(&tail, dialect, known.dialect.is_some(), known.durations);
            let duration = if let Choice::At { at, unit } = took { Some((at, unit)) } else { None };
            let readings = choices.into_iter().map(|(words, roles)| Reading {
                words,
                flags: format!("--log-format '{}'", line_format.text(&roles, duration).0),
            });
            let about = "both addresses before the time could be the client".to_owned();
            return Some(Inferred::Several { about, line, dialect, readings: readings.collect() });
        }
    };
    let duration = match duration::of(&tail, dialect, known.dialect.is_some(), known.durations) {
        Choice::None => None,
        Choice::At { at, unit } => Some((at, unit)),
        Choice::Several { about, readings } => {
            let readings = readings.into_iter().map(|found| {
                let flags = found.flags.unwrap_or_else(|| {
                    let (text, _) = line_format.text(&roles, found.at);
                    format!("--log-format '{text}'")
                });
                Reading { words: found.words, flags }
            });
            return Some(Inferred::Several { about, line, dialect, readings: readings.collect() });
        }
    };
    let (text, unit) = line_format.text(&roles, duration);
    let is_of_either = known.dialect.is_none() && !is_nginx && duration.is_none();
    Some(Inferred::One(Guess { dialect, text, unit, is_of_either }))
}

/// The layout that most lines have; of several, the one that came first.
fn most_common(layouts: impl Iterator<Item = Layout>) -> Option<Layout> {
    let mut counts: Vec<(Layout, usize)> = Vec::new();
    for layout in layouts {
        match counts.iter_mut().find(|(other, _)| *other == layout) {
            Some((_, count)) => *count += 1,
            None => counts.push((layout, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(layout, _)| layout)
}

#[cfg(test)]
mod tests;
