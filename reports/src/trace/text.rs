//! What a trace is like, for a terminal.

use std::fmt::Write as _;

use super::amounts::{Amounts, QUANTILES};
use super::survey::TraceSummary;
use super::tally::Names;
use crate::number::{MISSING, plain};
use crate::output::quantity::fold;
use crate::output::table::{Column, render};

/// Names longer than this are cut.
const LONGEST_NAME: usize = 60;

/// The tables, for a terminal of `width` columns. `title` says what the trace is, `target` what its rows ask for.
pub fn trace_text(summary: &TraceSummary, title: &str, target: &str, width: usize) -> String {
    let mut text = format!("{}\n", fold(title, width, 2));
    let span = summary.span as f64 / 1e9;
    let rate = summary.mean_per_s().map_or(MISSING.to_owned(), plain);
    let plural = if summary.rows == 1 { "" } else { "s" };
    let _ =
        writeln!(text, "{} row{plural} in {}, {rate} a second on average\n", summary.rows, duration(span));
    text.push_str(&windows(summary, width));
    let scv = summary.gaps.scv().map_or(MISSING.to_owned(), plain);
    let _ = writeln!(text, "scv of the times between arrivals: {scv}\n");
    let names = [("clients", &summary.clients), (target, &summary.targets)];
    for (what, names) in names.iter().filter_map(|(what, names)| Some((what, names.as_ref()?))) {
        text.push_str(&about(what, names, width));
        text.push('\n');
    }
    text.push_str(&amounts(summary, width));
    text.push_str(&gaps(summary, width));
    for note in notes(summary) {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

fn windows(summary: &TraceSummary, width: usize) -> String {
    let cells = |cell: fn(&super::Window) -> String| summary.windows.iter().map(cell).collect();
    let leading = [Column::numbers("window", cells(|window| duration(window.length as f64 / 1e9)))];
    let columns = vec![
        Column::numbers("most", cells(|window| window.greatest().to_string())),
        Column::numbers("peak /s", cells(|window| window.peak_per_s().map_or(MISSING.to_owned(), plain))),
        Column::numbers("dispersion", cells(|window| window.dispersion().map_or(MISSING.to_owned(), plain))),
    ];
    render(&leading, &[columns], width)
}

fn about(what: &str, names: &Names, width: usize) -> String {
    let mut text = format!("{what}: ");
    if !names.is_complete {
        let _ = writeln!(text, "more than {} different ones; too many to count", names.distinct);
        return text;
    }
    let _ = write!(text, "{} different", names.distinct);
    for (first, share) in &names.shares {
        let words = if *first == 1 { "the first".to_owned() } else { format!("the first {first}") };
        let _ = write!(text, ", {words} {} %", plain(share * 100.0));
    }
    if let Some(zipf) = names.zipf {
        let (exponent, distance) = (plain(zipf.exponent), plain(zipf.distance * 100.0));
        let _ =
            write!(text, "; Zipf exponent {exponent} (cumulative shares differ by up to {distance} points)");
    }
    let mut text = format!("{}\n", fold(&text, width, 2));
    let cells = |cell: fn(&super::FrequentName) -> String| names.top.iter().map(cell).collect();
    let leading = [
        Column::numbers("  share %", cells(|top| plain(top.share_ratio * 100.0))),
        Column::numbers("rows", cells(|top| top.count.to_string())),
    ];
    let column = Column::words("", cells(|top| cut(&top.name)));
    text.push_str(&render(&leading, &[vec![column]], width.max(LONGEST_NAME + 24)));
    text
}

/// Sizes and durations, of what is known.
fn amounts(summary: &TraceSummary, width: usize) -> String {
    let known = [("response bytes", &summary.sizes, 1.0), ("duration ms", &summary.durations, 1e-6)];
    let known: Vec<_> = known.into_iter().filter(|(_, amounts, _)| amounts.known() > 0).collect();
    if known.is_empty() {
        return String::new();
    }
    let cells = |cell: &dyn Fn(&Amounts, f64) -> Option<f64>| {
        known
            .iter()
            .map(|(_, amounts, scale)| cell(amounts, *scale).map_or(MISSING.to_owned(), plain))
            .collect::<Vec<_>>()
    };
    let leading = [Column::words("", known.iter().map(|(name, ..)| (*name).to_owned()).collect())];
    let mut columns = vec![
        Column::numbers(
            "unknown",
            known.iter().map(|(_, amounts, _)| amounts.unknown().to_string()).collect(),
        ),
        Column::numbers("mean", cells(&|amounts, scale| Some(amounts.mean()? * scale))),
    ];
    for (name, quantile) in QUANTILES {
        let cell = |amounts: &Amounts, scale: f64| Some(amounts.quantile(quantile)? as f64 * scale);
        columns.push(Column::numbers(name, cells(&cell)));
    }
    columns
        .push(Column::numbers("greatest", cells(&|amounts, scale| Some(amounts.greatest()? as f64 * scale))));
    let mut text = render(&leading, &[columns], width);
    text.push('\n');
    text
}

fn gaps(summary: &TraceSummary, width: usize) -> String {
    let longest = summary.gaps.longest();
    if longest.is_empty() {
        return String::new();
    }
    let cells = |cell: fn(&super::Gap) -> String| longest.iter().map(cell).collect();
    let leading = [Column::numbers("longest gaps", cells(|gap| duration(gap.length as f64 / 1e9)))];
    let column = Column::numbers("from", cells(|gap| format!("{} s", plain(gap.from as f64 / 1e9))));
    let mut text = render(&leading, &[vec![column]], width);
    text.push('\n');
    text
}

fn notes(summary: &TraceSummary) -> Vec<String> {
    let mut notes = vec![
        "Dispersion is the variance of the counts in windows of that length over their mean; it and the scv are 1 for a \
         Poisson process. Peaks are those of the busiest window."
            .to_owned(),
    ];
    let has_zipf = |names: &Option<Names>| names.as_ref().is_some_and(|names| names.zipf.is_some());
    if has_zipf(&summary.clients) || has_zipf(&summary.targets) {
        notes.push(
            "The Zipf exponent is the most likely one for the counts in descending order (maximum likelihood on the \
             ranks). Where most names occur once or twice it is too high."
                .to_owned(),
        );
    }
    if summary.sizes.known() + summary.durations.known() > 0 {
        notes.push("A quantile is shown if at least ten values lie beyond it.".to_owned());
    }
    notes
}

/// Seconds, and what they are in the unit of everyday.
fn duration(seconds: f64) -> String {
    let more = match seconds {
        seconds if seconds >= 2.0 * 86_400.0 => Some((86_400.0, "days")),
        seconds if seconds >= 2.0 * 3_600.0 => Some((3_600.0, "h")),
        seconds if seconds >= 180.0 => Some((60.0, "min")),
        _ => None,
    };
    match more {
        Some((unit, name)) => format!("{} s ({:.1} {name})", plain(seconds), seconds / unit),
        None => format!("{} s", plain(seconds)),
    }
}

/// A name that fits, without anything that moves a terminal's cursor.
fn cut(name: &str) -> String {
    let shown = name.chars().map(|c| if c.is_control() { '?' } else { c });
    let mut shown: String = shown.take(LONGEST_NAME).collect();
    if name.chars().nth(LONGEST_NAME).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_told_twice() {
        assert_eq!(duration(46_321.0), "46321 s (12.9 h)");
        assert_eq!((duration(0.25).as_str(), duration(600.0).as_str()), ("0.25 s", "600 s (10.0 min)"));
    }

    #[test]
    fn names_are_cut_and_harmless() {
        assert_eq!(cut("a\u{1b}[31m"), "a?[31m");
        assert_eq!(cut(&"x".repeat(61)).chars().count(), LONGEST_NAME + 1);
    }
}
