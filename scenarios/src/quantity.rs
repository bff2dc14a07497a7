//! Quantities with their units: `"250ms"`, `"1h30min"`, `"2000/s"`, `"10k/s"`.
//!
//! One grammar for all of them, numbers followed by units, so that their messages are alike. Numbers may have decimals
//! (`"0.4ns"` for the cost of a byte, which a duration type of whole nanoseconds cannot hold), but neither sign nor
//! exponent. A bare number is refused: nobody should guess its unit.

use ipvslab_schedulers::Span;

/// What text was expected, and what to write instead of what was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) expected: String,
    pub(crate) help: Option<String>,
}

impl Fault {
    pub(crate) fn new(expected: impl Into<String>) -> Self {
        Self { expected: expected.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// There is no unit of this name, and perhaps one that was meant.
    pub(crate) fn no_unit(self, unit: &str, near: Option<&str>) -> Self {
        match near {
            Some(name) => self.help(format!("\"{unit}\" is not a unit; did you mean \"{name}\"?")),
            None => self.help(format!("\"{unit}\" is not a unit")),
        }
    }
}

/// Nanoseconds in each unit of time, the usual spelling first.
const TIME_UNITS: [(&str, f64); 12] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("sec", 1e9),
    ("min", 60e9),
    ("m", 60e9),
    ("h", 3600e9),
    ("d", 86_400e9),
    ("day", 86_400e9),
];

const TIME: &str = "a time such as \"250ms\", with one of the units ns, us, ms, s, min, h, d";
const RATE: &str = "a rate such as \"2000/s\", per s, min, h or ms";

/// The longest time a scenario may name: a year.
const LONGEST: f64 = 365.0 * 86_400e9;
/// The highest rate: one a nanosecond.
const HIGHEST: f64 = 1e9;

/// A length of time, in nanoseconds and parts of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Duration(f64);

impl Duration {
    /// To the nearest nanosecond.
    pub(crate) fn span(self) -> Span {
        Span::from_nanos((self.0 + 0.5) as u64)
    }

    pub(crate) fn nanos(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let mut nanos = 0.0;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(Fault::new(TIME));
        }
        while !rest.is_empty() {
            let (number, after) = split_number(rest).ok_or_else(|| no_number(rest, TIME))?;
            let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
            let unit = &after[..end];
            let factor = TIME_UNITS.iter().find(|(name, _)| *name == unit).map(|&(_, factor)| factor);
            nanos += number * factor.ok_or_else(|| unknown_time_unit(text, unit))?;
            rest = after[end..].trim_start();
        }
        if nanos > LONGEST {
            return Err(Fault::new("at most \"365d\""));
        }
        Ok(Self(nanos))
    }
}

/// Something per time, as a number per second.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rate(f64);

impl Rate {
    pub(crate) fn per_second(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        match RateOrZero::parse(text)?.0 {
            rate if rate > 0.0 => Ok(Self(rate)),
            _ => Err(Fault::new("a rate above zero")),
        }
    }
}

/// A rate that may be zero, for a time: one of several in a row.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct RateOrZero(f64);

impl RateOrZero {
    pub(crate) fn per_second(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let (number, after) = split_number(text).ok_or_else(|| no_number(text, RATE))?;
        let Some((prefix, unit)) = after.split_once('/') else {
            return Err(Fault::new(RATE).help(format!("unit needed: \"{number}/s\"?")));
        };
        let factor = match prefix.trim() {
            "" => 1.0,
            "k" => 1e3,
            "M" => 1e6,
            prefix if prefix.starts_with(['e', 'E']) => return Err(exponent(RATE)),
            _ => return Err(Fault::new(RATE).help("only the prefixes k and M are allowed before the slash")),
        };
        let per_second = match unit.trim() {
            "ms" => 1e3,
            "s" | "sec" => 1.0,
            "min" => 1.0 / 60.0,
            "h" => 1.0 / 3600.0,
            _ => return Err(Fault::new(RATE)),
        };
        let rate = number * factor * per_second;
        if rate > HIGHEST {
            return Err(Fault::new("at most \"1000000000/s\""));
        }
        Ok(Self(rate))
    }
}

/// What to say to a number where text with a unit is needed.
pub(crate) fn unit_missing(kind: &str, found: &str) -> Option<String> {
    let unit = match kind {
        "time" => "s",
        "rate" | "rate-or-zero" => "/s",
        "size" => "B",
        "bit-rate" => "bit/s",
        _ => return None,
    };
    let is_plain = found.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '_'));
    is_plain.then(|| format!("unit needed: \"{}{unit}\"?", found.replace('_', "")))
}

/// A plain decimal number at the start of `text`, and what follows it; `_` may separate digits.
pub(crate) fn split_number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    let number: f64 = text[..end].replace('_', "").parse().ok()?;
    number.is_finite().then(|| (number, text[end..].trim_start()))
}

pub(crate) fn no_number(text: &str, expected: &str) -> Fault {
    if text.starts_with('-') {
        return Fault::new(format!("{expected}; it cannot be negative"));
    }
    Fault::new(expected)
}

pub(crate) fn exponent(expected: &str) -> Fault {
    Fault::new(expected).help("write the number without an exponent")
}

fn unknown_time_unit(text: &str, unit: &str) -> Fault {
    let fault = Fault::new(TIME);
    if unit.is_empty() {
        return fault.help(format!("unit needed: \"{}s\"?", text.trim()));
    }
    if unit == "e" || unit == "E" {
        return exponent(TIME);
    }
    let lower = unit.to_lowercase();
    let near = match lower.as_str() {
        lower if lower.starts_with("min") => Some("min"),
        lower if lower.starts_with("sec") => Some("s"),
        lower if lower.starts_with("mil") => Some("ms"),
        lower if lower.starts_with("mic") => Some("us"),
        lower if lower.starts_with("nan") => Some("ns"),
        lower if lower.starts_with('h') => Some("h"),
        lower if lower.starts_with('d') => Some("d"),
        lower => TIME_UNITS.iter().map(|&(name, _)| name).find(|&name| name == lower),
    };
    fault.no_unit(unit, near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_their_parts() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("1h30min", 5_400_000_000_000),
            ("1h 30m", 5_400_000_000_000),
            ("1.5s", 1_500_000_000),
            ("10 us", 10_000),
            ("10µs", 10_000),
            ("0s", 0),
            ("1_000s", 1_000_000_000_000),
            ("365d", 31_536_000_000_000_000),
        ] {
            assert_eq!(Duration::parse(text).map(|d| d.span().as_nanos()), Ok(nanos), "{text}");
        }
        assert_eq!(Duration::parse("0.25ns").map(Duration::nanos), Ok(0.25));
    }

    #[test]
    fn times_without_a_usable_unit_are_refused_with_advice() {
        for (text, help) in [
            ("10", Some("unit needed: \"10s\"?")),
            ("1e3s", Some("write the number without an exponent")),
            ("10 fortnights", Some("\"fortnights\" is not a unit")),
            ("5 minutes", Some("\"minutes\" is not a unit; did you mean \"min\"?")),
            ("5MS", Some("\"MS\" is not a unit; did you mean \"ms\"?")),
            ("-5s", None),
            ("", None),
            ("nan", None),
            ("inf s", None),
            ("1.2.3s", None),
            ("366d", None),
        ] {
            let fault = Duration::parse(text).expect_err(text);
            assert_eq!(fault.help.as_deref(), help, "{text}");
        }
    }

    #[test]
    fn rates_are_per_second_inside() {
        let sound =
            [("2000/s", 2000.0), ("10k/s", 10_000.0), ("1.5 M/s", 1.5e6), ("30/min", 0.5), ("2/ms", 2000.0)];
        for (text, rate) in sound {
            assert_eq!(Rate::parse(text).map(Rate::per_second), Ok(rate), "{text}");
        }
        let faulty =
            ["0/s", "-1/s", "nan/s", "inf/s", "1e400/s", "5", "5/fortnight", "5x/s", "99999999999/s", "/s"];
        for text in faulty {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
        assert_eq!(RateOrZero::parse("0/s").map(RateOrZero::per_second), Ok(0.0));
        assert!(RateOrZero::parse("-1/s").is_err());
    }
}
