//! Differences that do not matter: `5ms`, or `2%` of the best.

use std::str::FromStr;

use ipvslab_reports::Width;

/// What `--indifference` says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Indifference(pub(crate) Width);

impl FromStr for Indifference {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("%", 0.01, true), ("us", 1.0, false), ("ms", 1e3, false), ("s", 1e6, false)];
        let found = units.into_iter().find_map(|(unit, factor, is_relative)| {
            let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
            (number.is_finite() && number >= 0.0).then_some(Width { most: factor * number, is_relative })
        });
        found
            .map(Self)
            .ok_or_else(|| format!("expected a time or per cent, such as 5ms or 2%, found `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_microseconds_and_per_cent_are_of_the_best() {
        let read = |text: &str| text.parse().map(|Indifference(width)| (width.most, width.is_relative));
        assert_eq!(read("5ms"), Ok((5_000.0, false)));
        assert_eq!(read("0.5 s"), Ok((500_000.0, false)));
        assert_eq!(read("2%"), Ok((0.02, true)));
        assert!(read("5").is_err() && read("-1ms").is_err() && read("infs").is_err());
    }
}
