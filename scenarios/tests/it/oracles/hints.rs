//! Hints: the flags that a message names, followed.

use ipvslab_scenarios::log::{Durations, Faulty, Format, FormatString, Given, Options, Says, Unit, Who};

/// What comes of the options if a user follows each of the hints in `text`.
pub(super) fn followed(options: &Options, text: &str) -> Vec<(String, Options)> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices("--") {
        let rest = &text[at + 2..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        let (flag, rest) = rest.split_at(end);
        let value = value(rest);
        if let Some(options) = follow(options, flag, value) {
            all.push((format!("--{flag} {value}"), options));
        }
    }
    all
}

/// The word behind a flag, in quotes if need be.
fn value(rest: &str) -> &str {
    let rest = rest.strip_prefix(' ').unwrap_or_default();
    match rest.strip_prefix('\'') {
        Some(quoted) => quoted.split('\'').next().unwrap_or_default(),
        None => rest.split([' ', ';', ',', ')', '\n']).next().unwrap_or_default(),
    }
}

/// `None` for what names no value, such as `--from one of …`, and for flags that are to be left out.
fn follow(options: &Options, flag: &str, value: &str) -> Option<Options> {
    let options = options.clone();
    Some(match flag {
        "skip-bad" => Options { faulty: Faulty::LeaveOut, ..options },
        "window" => Options { window: value.parse::<u64>().ok()? * 1_000_000_000, ..options },
        "from" => Options { format: Some(Format::named(value)?), ..options },
        "client" if options.who == Who::Peer => Options { who: Who::Forwarded, ..options },
        "duration-unit" if options.durations.is_none() => {
            let durations = match value {
                "none" => Durations::None,
                unit => Durations::Of(Unit::named(unit)?),
            };
            Options { durations: Some(durations), ..options }
        }
        // What is not spelled out is a place or an example.
        "log-format" if value.contains(['$', '%']) && options.given.is_none() => {
            let says =
                Says { dialect: options.format.and_then(Format::dialect), unit: None, who: options.who };
            let format = FormatString::parse(value, says).unwrap_or_else(|error| panic!("{error}"));
            Options { given: Some(Given::String(Box::new(format))), ..options }
        }
        _ => return None,
    })
}
