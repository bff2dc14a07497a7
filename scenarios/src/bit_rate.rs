//! Rates of a line: `"10Gbit/s"`, `"100Mbit/s"`.

use crate::quantity::{Fault, exponent, no_number, split_number};

const UNITS: [(&str, f64); 5] =
    [("bit/s", 1.0), ("kbit/s", 1e3), ("Mbit/s", 1e6), ("Gbit/s", 1e9), ("Tbit/s", 1e12)];
const RATE: &str =
    "a bit rate such as \"10Gbit/s\", with one of the units bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s";

/// Bits per second, above zero.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct BitRate(f64);

impl BitRate {
    pub(crate) fn per_second(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let (number, unit) = split_number(text).ok_or_else(|| no_number(text, RATE))?;
        let unit = unit.trim();
        let Some(&(_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            let fault = Fault::new(RATE);
            let near = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
            return Err(match near {
                Some((name, _)) => fault.no_unit(unit, Some(name)),
                None if unit.is_empty() => fault.help(format!("unit needed: \"{text}bit/s\"?")),
                None if unit.starts_with(['e', 'E']) => exponent(RATE),
                None => fault.no_unit(unit, None),
            });
        };
        let rate = number * factor;
        if rate > 0.0 { Ok(Self(rate)) } else { Err(Fault::new("a bit rate above zero")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_rates_are_per_second_inside() {
        for (text, rate) in [("10Gbit/s", 1e10), ("2.5 Mbit/s", 2.5e6), ("9bit/s", 9.0)] {
            assert_eq!(BitRate::parse(text).map(BitRate::per_second), Ok(rate), "{text}");
        }
        for (text, help) in [
            ("10gbit/s", Some("\"gbit/s\" is not a unit; did you mean \"Gbit/s\"?")),
            ("10", Some("unit needed: \"10bit/s\"?")),
            ("10GB/s", Some("\"GB/s\" is not a unit")),
            ("0bit/s", None),
            ("-1bit/s", None),
        ] {
            assert_eq!(BitRate::parse(text).expect_err(text).help.as_deref(), help, "{text}");
        }
    }
}
