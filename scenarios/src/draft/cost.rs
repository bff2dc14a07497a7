//! What a request costs a server: `20ms + 1us/response_bytes`, a time and times per unit of columns of the trace.

use std::fmt;
use std::str::FromStr;

use crate::quantity::Duration;
use crate::suggest::printable;

/// The most terms of a cost.
const MOST_TERMS: usize = 16;

/// What a request costs: a constant, and a time for each unit of some columns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cost {
    /// Nanoseconds.
    pub(super) constant: f64,
    /// Columns, with nanoseconds for each unit and how that was written.
    pub(super) per: Vec<(String, f64, String)>,
}

/// Why a cost cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{place}found \"{found}\", expected {expected}")]
pub struct CostError {
    /// `term 2: `, or nothing where there is one term.
    place: String,
    found: String,
    expected: String,
}

impl FromStr for Cost {
    type Err = CostError;

    fn from_str(text: &str) -> Result<Self, CostError> {
        let mut cost = Self::default();
        let terms: Vec<&str> = text.split('+').collect();
        for (number, term) in terms.iter().enumerate() {
            let term = term.trim();
            let fail = |expected: String| CostError {
                place: if terms.len() > 1 { format!("term {}: ", number + 1) } else { String::new() },
                found: printable(term, 60),
                expected,
            };
            if number >= MOST_TERMS {
                return Err(fail(format!("at most {MOST_TERMS} terms")));
            }
            let (time, column) = match term.split_once('/') {
                Some((time, column)) => (time.trim(), Some(column.trim())),
                None => (term, None),
            };
            let parsed = Duration::parse(time).map_err(|fault| {
                let help = fault.help.map_or(String::new(), |help| format!(" ({help})"));
                fail(format!(
                    "{}, or a time per unit of a column such as \"1us/response_bytes\"{help}",
                    fault.expected
                ))
            })?;
            match column {
                None => cost.constant += parsed.nanos(),
                Some("") => return Err(fail("the name of a column after the slash".to_owned())),
                Some(column) if cost.per.iter().any(|(other, ..)| other == column) => {
                    return Err(fail("each column once".to_owned()));
                }
                Some(column) => cost.per.push((column.to_owned(), parsed.nanos(), time.to_owned())),
            }
        }
        Ok(cost)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut plus = "";
        if self.constant > 0.0 || self.per.is_empty() {
            write!(f, "{}", time(self.constant))?;
            plus = " + ";
        }
        for (column, _, cost) in &self.per {
            write!(f, "{plus}{cost}/{column}")?;
            plus = " + ";
        }
        Ok(())
    }
}

/// Nanoseconds as a scenario writes them, exactly: in the largest unit that needs no more than three decimals.
pub(super) fn time(nanos: f64) -> String {
    const UNITS: [(&str, f64); 4] = [("s", 1e9), ("ms", 1e6), ("us", 1e3), ("ns", 1.0)];
    let is_short = |value: f64| value >= 1.0 && ((value * 1e3).round() - value * 1e3).abs() < 1e-9 * value;
    if nanos == 0.0 {
        return "0s".to_owned();
    }
    let (unit, factor) =
        UNITS.into_iter().find(|(_, factor)| is_short(nanos / factor)).unwrap_or(("ns", 1.0));
    format!("{}{unit}", nanos / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_times_and_times_per_unit() {
        let cost: Cost = "20ms + 1us/response_bytes + 1s / duration_s + 5ms".parse().expect("a cost");
        assert_eq!(cost.constant, 25e6);
        assert_eq!(cost.per[0], ("response_bytes".to_owned(), 1e3, "1us".to_owned()));
        assert_eq!(cost.to_string(), "25ms + 1us/response_bytes + 1s/duration_s");
        assert_eq!(cost.to_string().parse(), Ok(cost));
        assert_eq!("0.4ns/response_bytes".parse::<Cost>().map(|cost| cost.per[0].1), Ok(0.4));
    }

    #[test]
    fn what_is_no_cost_says_what_is_one() {
        for (text, said) in [
            ("", "found \"\", expected a time such as"),
            ("20", "unit needed: \"20s\"?"),
            ("20ms + 1us/", "term 2: found \"1us/\", expected the name of a column after the slash"),
            ("20ms + us/response_bytes", "term 2: found \"us/response_bytes\""),
            ("1us/a + 2us/a", "each column once"),
            ("20ms * 3", "found \"20ms * 3\", expected a time such as"),
        ] {
            let error = text.parse::<Cost>().expect_err(text).to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn times_are_written_in_a_unit_that_suits() {
        for (nanos, text) in
            [(25e6, "25ms"), (1e9, "1s"), (1.5e9, "1.5s"), (0.4, "0.4ns"), (125_000.0, "125us"), (0.0, "0s")]
        {
            assert_eq!(time(nanos), text);
        }
    }
}
