//! What `ipvslab plan` varies, as the command line has it: `servers.web.count=1..64`; confidences and times.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// A key of a group of servers, and the numbers to choose among.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Vary {
    pub(crate) group: String,
    pub(crate) what: Varied,
    pub(crate) among: RangeInclusive<i64>,
}

/// Which key it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Varied {
    Count,
    Slots,
    Cores,
    Workers,
}

impl Varied {
    /// What it is called in a scenario file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Slots => "slots",
            Self::Cores => "cores",
            Self::Workers => "workers",
        }
    }
}

impl FromStr for Vary {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("`{text}` is not KEY=FROM..TO, such as servers.web.count=1..64");
        let (key, range) = text.split_once('=').ok_or_else(form)?;
        let (group, last) = key.trim().rsplit_once('.').ok_or_else(form)?;
        let group = group.strip_prefix("servers.").ok_or_else(form)?.to_owned();
        let keys = [Varied::Count, Varied::Slots, Varied::Cores, Varied::Workers];
        let what = keys.into_iter().find(|what| what.key() == last).ok_or_else(|| {
            format!("`{last}` cannot be planned: expected count, slots, cores or workers of a group")
        })?;
        let (from, to) = range.split_once("..").ok_or_else(form)?;
        let number = |text: &str| text.trim().parse::<i64>().map_err(|_| form());
        let (from, to) = (number(from)?, number(to)?);
        if from < 1 || from > to {
            return Err(format!("`{range}` is no range: expected FROM..TO with 1 <= FROM <= TO"));
        }
        Ok(Self { group, what, among: from..=to })
    }
}

/// Per cent, as a part of 1.
pub(super) fn confidence(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim().parse::<f64>() {
        Ok(percent) if (50.0..=99.99).contains(&percent) => Ok(percent / 100.0),
        _ => Err("expected per cent from 50 to 99.99".to_owned()),
    }
}

/// A time with its unit.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let units = [("min", 60.0), ("h", 3600.0), ("s", 1.0)];
    let found = units.into_iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        (number > 0.0 && number < 1e7).then(|| Duration::from_secs_f64(number * seconds))
    });
    found.ok_or_else(|| "expected a time such as 90s, 5min or 2h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_varied_is_a_key_and_a_range() {
        let vary: Vary = "servers.web.count=1..64".parse().expect("a range");
        assert_eq!(vary, Vary { group: "web".to_owned(), what: Varied::Count, among: 1..=64 });
        for wrong in [
            "servers.web.count=0..3",
            "servers.web.count=5..3",
            "servers.web.weight=1..3",
            "web.count=1..3",
            "servers.web.count",
        ] {
            assert!(wrong.parse::<Vary>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(time("1.5min"), Ok(Duration::from_secs(90)));
        assert!(time("5").is_err() && time("-1s").is_err());
    }
}
