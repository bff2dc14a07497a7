//! Amounts of bytes: `"2kB"`, `"1.5MB"`, `"64MiB"`.

use crate::quantity::{Fault, exponent, no_number, split_number};
use crate::suggest::nearest;

/// Bytes in each unit.
const UNITS: [(&str, f64); 9] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

const SIZE: &str = "a size such as \"2kB\", with one of the units B, kB, MB, GB, TB, KiB, MiB, GiB, TiB";
/// The largest size.
const MOST: f64 = 1e15;

/// An amount of bytes, and parts of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Size(f64);

impl Size {
    pub(crate) fn bytes(self) -> f64 {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let (number, unit) = split_number(text).ok_or_else(|| no_number(text, SIZE))?;
        let bytes = number * factor(text, unit.trim())?;
        if bytes > MOST {
            return Err(Fault::new("at most \"1000TB\""));
        }
        Ok(Self(bytes))
    }
}

fn factor(text: &str, unit: &str) -> Result<f64, Fault> {
    if let Some(&(_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(factor);
    }
    let fault = Fault::new(SIZE);
    Err(match unit {
        "" => fault.help(format!("unit needed: \"{text}B\"?")),
        _ if unit.starts_with(['e', 'E']) => exponent(SIZE),
        _ => {
            let lower = unit.to_lowercase();
            let near = UNITS.iter().map(|&(name, _)| name).find(|name| {
                let name = name.to_lowercase();
                name == lower || name.trim_end_matches('b') == lower
            });
            let near = near.or_else(|| nearest(unit, UNITS.iter().map(|&(name, _)| name)));
            fault.no_unit(unit, near)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_inside() {
        let sound = [("2kB", 2e3), ("1.5 MB", 1.5e6), ("64MiB", 67_108_864.0), ("1KiB", 1024.0), ("0B", 0.0)];
        for (text, bytes) in sound {
            assert_eq!(Size::parse(text).map(Size::bytes), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn sizes_without_a_usable_unit_are_refused_with_advice() {
        for (text, help) in [
            ("1460", Some("unit needed: \"1460B\"?")),
            ("2KB", Some("\"KB\" is not a unit; did you mean \"kB\"?")),
            ("3M", Some("\"M\" is not a unit; did you mean \"MB\"?")),
            ("1e6B", Some("write the number without an exponent")),
            ("5 furlongs", Some("\"furlongs\" is not a unit")),
            ("-5kB", None),
            ("", None),
            ("2000TB", None),
        ] {
            let fault = Size::parse(text).expect_err(text);
            assert_eq!(fault.help.as_deref(), help, "{text}");
        }
    }
}
