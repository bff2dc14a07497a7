//! Numbers for people: a unit that suits the column, and no digit that the interval does not support.

use ipvslab_sim::Quantity;

use crate::estimate::confidence::Estimate;
use crate::number::{ALL_DECIMALS, MISSING, grouped, magnitude, plain, with_decimals};

/// How the numbers of a column are shown.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Scale {
    /// What a stored number is multiplied by.
    factor: f64,
    /// What the product is counted in; may be empty.
    pub(crate) unit: &'static str,
    /// How many decimals are worth reading at most, however well they are known.
    decimals: usize,
}

impl Scale {
    pub(crate) const PER_CENT: Self = Self { factor: 100.0, unit: "%", decimals: 3 };
    pub(crate) const PLAIN: Self = Self { factor: 1.0, unit: "", decimals: 4 };

    /// The scale for a column of such numbers.
    pub(crate) fn of(quantity: Quantity, values: impl Iterator<Item = f64>) -> Self {
        match quantity {
            Quantity::Micros => Self::of_micros(values),
            Quantity::Ratio => Self::PER_CENT,
            Quantity::Number => Self::PLAIN,
        }
    }

    /// The unit in which the column's median is at least 1.
    pub(crate) fn of_micros(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.filter(|&value| value > 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let (factor, unit) = match sorted.get(sorted.len() / 2) {
            Some(&median) if median >= 1e6 => (1e-6, "s"),
            Some(&median) if median >= 1e3 => (1e-3, "ms"),
            _ => (1.0, "µs"),
        };
        Self { factor, unit, decimals: ALL_DECIMALS }
    }

    /// A value and what follows it: half the width of its interval, or how far it reaches to either side.
    pub(crate) fn parts(self, estimate: Option<Estimate>) -> (String, String) {
        let Some(estimate) = estimate else { return (MISSING.to_owned(), String::new()) };
        let value = estimate.mean * self.factor;
        let Some(interval) = estimate.interval else { return (plain(value), format!("±{MISSING}")) };
        let (down, up) = (value - interval.low * self.factor, interval.high * self.factor - value);
        if estimate.none_in.is_some() {
            return (plain(value), format!("<{}", plain(up)));
        }
        let widest = [down, up].into_iter().filter(|side| side.is_finite()).fold(0.0, f64::max);
        if widest <= value.abs() * 1e-9 && down.is_finite() && up.is_finite() {
            return (plain(value), String::new());
        }
        let decimals = supported_decimals(widest).min(self.decimals);
        let side = |sign: char, side: f64| match side.is_finite() {
            true => format!("{sign}{}", with_decimals(side.max(0.0), decimals)),
            false => format!("{sign}?"),
        };
        let width = match down.max(up) <= SYMMETRIC * down.min(up) {
            true => side('±', 0.5 * (down + up)),
            false => format!("{} {}", side('−', down), side('+', up)),
        };
        (with_decimals(value, decimals), width)
    }

    /// A value with its interval and unit.
    pub(crate) fn text(self, estimate: Option<Estimate>) -> String {
        if let Some(Estimate { none_in: Some(count), interval: Some(interval), .. }) = estimate {
            let limit = plain(interval.high * self.factor);
            return format!("none in {} (below {limit} {})", grouped(count), self.unit);
        }
        let (value, half_width) = self.parts(estimate);
        let unit = if estimate.is_some() { self.unit } else { "" };
        let words = [value, half_width, unit.to_owned()];
        words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    /// A value in the unit.
    pub(crate) fn number(self, value: f64) -> f64 {
        value * self.factor
    }

    /// A value without half-width and unit.
    pub(crate) fn value(self, value: Option<f64>) -> String {
        value.map_or_else(|| MISSING.to_owned(), |value| plain(value * self.factor))
    }
}

/// Sides that differ by a quarter or less are shown as one.
const SYMMETRIC: f64 = 1.25;

/// What a quantile looks like that so many samples do not resolve.
pub(crate) fn unresolved(samples: u64) -> String {
    format!("n/a (n = {samples})")
}

/// Decimals that show one digit of the half-width, or two if it begins with 1.
fn supported_decimals(half_width: f64) -> usize {
    let exponent = magnitude(half_width);
    let begins_with_one = half_width < 1.95 * libm::pow(10.0, f64::from(exponent));
    (i32::from(begins_with_one) - exponent).clamp(0, ALL_DECIMALS as i32) as usize
}

/// Text in lines of at most `width` characters; lines after the first are indented, the first is if it begins so.
pub(crate) fn fold(text: &str, width: usize, indent: usize) -> String {
    let own = text.len() - text.trim_start().len();
    let mut folded = " ".repeat(own);
    let mut filled = own;
    let mut is_first = true;
    for word in text.trim_start().split(' ') {
        let length = word.chars().count();
        if is_first {
            is_first = false;
        } else if filled + 1 + length > width {
            folded.push('\n');
            folded.push_str(&" ".repeat(indent));
            filled = indent;
        } else {
            folded.push(' ');
            filled += 1;
        }
        folded.push_str(word);
        filled += length;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::interval::Interval;

    fn between(mean: f64, low: f64, high: f64) -> Option<Estimate> {
        Some(Estimate::new(mean, Some(Interval { low, high }), 10))
    }

    fn estimate(mean: f64, half_width: f64) -> Option<Estimate> {
        between(mean, mean - half_width, mean + half_width)
    }

    #[test]
    fn half_width_decides_the_digits() {
        let scale = Scale::of(Quantity::Micros, [12_345.0].into_iter());
        assert_eq!(scale.text(estimate(12_345.6, 421.0)), "12.3 ±0.4 ms");
        assert_eq!(scale.text(estimate(12_345.6, 130.0)), "12.35 ±0.13 ms");
        assert_eq!(scale.text(estimate(12_345.6, 98_000.0)), "12 ±98 ms");
        assert_eq!(scale.text(estimate(12_345.6, 0.0)), "12.35 ms");
    }

    #[test]
    fn sides_that_differ_are_shown_apart_and_an_unknown_end_is_said() {
        let scale = Scale::of(Quantity::Micros, [5_000.0].into_iter());
        assert_eq!(scale.text(between(5_000.0, 4_700.0, 5_500.0)), "5.0 −0.3 +0.5 ms");
        assert_eq!(scale.text(between(5_000.0, 4_580.0, 5_500.0)), "5.0 ±0.5 ms");
        assert_eq!(scale.text(between(5_000.0, 4_700.0, f64::INFINITY)), "5.0 −0.3 +? ms");
    }

    #[test]
    fn nothing_is_not_zero() {
        let none = between(0.0, 0.0, 4.5e-5).map(|found| Estimate { none_in: Some(2_000_000), ..found });
        assert_eq!(Scale::PER_CENT.text(none), "none in 2,000,000 (below 0.0045 %)");
        assert_eq!(Scale::PER_CENT.parts(none), ("0".to_owned(), "<0.0045".to_owned()));
    }

    #[test]
    fn small_is_not_zero() {
        assert_eq!(Scale::PLAIN.text(estimate(0.999_999_8, 1e-7)), "1.0000 ±<0.0001");
        assert_eq!(Scale::PER_CENT.text(estimate(4e-7, 9e-7)), "<0.001 ±<0.001 %");
        assert_eq!(Scale::PER_CENT.text(estimate(0.0, 0.02)), "0 ±2 %");
    }

    #[test]
    fn unit_suits_the_middle_of_the_column() {
        let unit = |values: &[f64]| Scale::of(Quantity::Micros, values.iter().copied()).unit;
        assert_eq!(unit(&[5.0, 800.0, 900.0]), "µs");
        assert_eq!(unit(&[5.0, 8_000.0, 9e7]), "ms");
        assert_eq!(unit(&[2e6]), "s");
        assert_eq!(unit(&[]), "µs");
    }

    #[test]
    fn missing_is_not_zero() {
        assert_eq!(Scale::PER_CENT.text(None), "–");
        assert_eq!(Scale::PER_CENT.text(estimate(0.0, 0.0)), "0 %");
        let single = Some(Estimate::new(0.5, None, 1));
        assert_eq!(Scale::PER_CENT.text(single), "50 ±– %");
    }

    #[test]
    fn lines_are_folded_between_words() {
        assert_eq!(fold("one two three four", 9, 2), "one two\n  three\n  four");
        assert_eq!(fold("  1. a bc d", 7, 5), "  1. a\n     bc\n     d");
    }
}
