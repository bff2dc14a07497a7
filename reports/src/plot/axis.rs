//! Axes: a checked range, and ticks that are round numbers.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::number::plain;

/// Amounts from here on are not drawn: a little more of it would not be finite.
const MOST: f64 = 1e300;

/// A range with named ticks, as plotters draws it: no tick but these, and no label but theirs.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Axis {
    range: Range<f64>,
    ticks: Vec<f64>,
    labels: Vec<String>,
}

impl Axis {
    /// # Panics
    /// If the range is empty or not finite, which plotters would not survive.
    pub(super) fn new(range: Range<f64>, ticks: impl IntoIterator<Item = (f64, String)>) -> Self {
        let (low, high) = (range.start, range.end);
        assert!(low.is_finite() && high.is_finite() && low < high, "an axis from {low} to {high}");
        let (ticks, labels) = ticks.into_iter().unzip();
        Self { range, ticks, labels }
    }

    /// Times in microseconds, drawn at their logarithms, so that all of `values` fit; non-positive ones are left out.
    pub(super) fn log_micros(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = extent(values.filter(|&value| value > 0.0)).unwrap_or((1_000.0, 10_000.0));
        let (low, high) = (low.log10(), high.log10());
        let margin = (0.04 * (high - low)).max(0.05);
        let range = low - margin..high + margin;
        let steps: &[f64] = match range.end - range.start {
            decades if decades > 4.0 => &[1.0],
            decades if decades > 0.5 => &[1.0, 2.0, 5.0],
            _ => &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        };
        let decades = range.start.floor() as i32..=range.end.ceil() as i32;
        let ticks = decades
            .flat_map(|decade| {
                steps.iter().map(move |step| (step.log10() + f64::from(decade), step * power(decade)))
            })
            .filter(|(place, _)| range.contains(place))
            .map(|(place, micros)| (place, micros_label(micros)));
        Self::new(range.clone(), ticks)
    }

    /// Ratios from 1 to the greatest of `values`, drawn at their logarithms.
    pub(super) fn ratios(values: impl Iterator<Item = f64>) -> Self {
        let greatest = extent(values.filter(|&value| value < MOST)).map_or(2.0, |(_, high)| high).max(1.1);
        let steps: &[f64] =
            if greatest < 2.0 { &[1.0, 1.1, 1.2, 1.4, 1.6, 1.8] } else { &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0] };
        let decades = 0..=greatest.log10().ceil() as i32;
        let ticks = decades.flat_map(|decade| steps.iter().map(move |step| step * power(decade)));
        let named = ticks.filter(|&tick| tick <= greatest).map(|tick| (tick.ln(), plain(tick)));
        Self::new(0.0..1.04 * greatest.ln(), named)
    }

    /// From 0 to the greatest of `values` and a little more; of nothing but zeros, from 0 to 1.
    pub(super) fn amount(values: impl Iterator<Item = f64>, ticks: usize, unit: &str) -> Self {
        let greatest =
            extent(values.filter(|&value| value > 0.0 && value < MOST)).map_or(1.0, |(_, high)| high);
        let ticks = linear_ticks(greatest, ticks, &[1.0, 2.0, 2.5, 5.0]);
        let label = |tick: f64| format!("{}{unit}", short(tick));
        Self::new(0.0..1.08 * greatest, ticks.into_iter().map(|tick| (tick, label(tick))))
    }

    /// From the least to the greatest of `values` and a little more on both sides; `label` names a tick.
    pub(super) fn between(
        values: impl Iterator<Item = f64>,
        ticks: usize,
        label: impl Fn(f64) -> String,
    ) -> Self {
        let (low, high) = extent(values.filter(|value| value.abs() < MOST)).unwrap_or((0.0, 1.0));
        let (low, high) =
            if low < high { (low, high) } else { (low - 0.5 * low.abs() - 0.5, low + 0.5 * low.abs() + 0.5) };
        let step =
            linear_ticks(high - low, ticks, &[1.0, 2.0, 2.5, 5.0]).get(1).copied().unwrap_or(high - low);
        let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
        let named = (first..=last).map(|number| number as f64 * step).map(|tick| (tick, label(tick)));
        let margin = 0.03 * (high - low);
        Self::new(low - margin..high + margin, named)
    }

    /// Seconds from 0 to `end`, counted in units of `unit` seconds.
    pub(super) fn seconds(end: f64, unit: f64, ticks: usize) -> Self {
        let end = if end.is_finite() && end > 0.0 { end } else { 1.0 };
        let ticks = linear_ticks(end / unit, ticks, &[1.0, 2.0, 3.0, 5.0, 6.0]);
        Self::new(0.0..end, ticks.into_iter().map(|tick| (tick * unit, plain(tick))))
    }

    /// Where it begins.
    pub(super) fn start(&self) -> f64 {
        self.range.start
    }

    /// Where it ends.
    pub(super) fn end(&self) -> f64 {
        self.range.end
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = ((value - self.range.start) / (self.range.end - self.range.start)).clamp(-1.0, 2.0);
        from + (part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(tick: &f64) -> String {
        plain(*tick)
    }

    fn format_ext(&self, tick: &f64) -> String {
        let at = self.ticks.iter().position(|other| other == tick);
        at.map_or_else(|| Self::format(tick), |at| self.labels[at].clone())
    }
}

/// A scale for levels from 0 on: linear, or bent by `ln(1 + 4x)` if some are far above 1, which leaves
/// room for those around 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Level {
    greatest: f64,
    is_bent: bool,
}

impl Level {
    /// Suits levels up to the greatest of `values`, and 1 in any case.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let greatest = extent(values).map_or(1.0, |(_, high)| high).max(1.0);
        Self { greatest, is_bent: greatest > 3.0 }
    }

    /// Where a level is drawn.
    pub(super) fn place(self, level: f64) -> f64 {
        if self.is_bent { (4.0 * level.max(0.0)).ln_1p() } else { level }
    }

    /// The part of the scale that a level takes, 0 to 1.
    pub(super) fn part(self, level: f64) -> f64 {
        (self.place(level) / self.place(self.greatest)).clamp(0.0, 1.0)
    }

    /// Round levels.
    pub(super) fn ticks(self, most: usize) -> Vec<f64> {
        if self.is_bent {
            bent_ticks(self.greatest, most)
        } else {
            linear_ticks(self.greatest, most, &[1.0, 2.0, 2.5, 5.0])
        }
    }

    /// From 0 to the greatest, and a little more.
    pub(super) fn axis(self, most: usize) -> Axis {
        let ticks = self.ticks(most).into_iter().map(|level| (self.place(level), plain(level)));
        Axis::new(0.0..1.08 * self.place(self.greatest), ticks)
    }
}

/// A scale for differences of either sign: linear, or bent by `asinh` where some are far greater than others.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Differences {
    low: f64,
    high: f64,
    /// What is small, if the scale is bent.
    small: Option<f64>,
}

impl Differences {
    /// Suits the differences between the ends of `intervals`, and 0 in any case.
    pub(super) fn of(intervals: impl Iterator<Item = [f64; 2]>) -> Self {
        let finite = intervals.filter(|ends| ends.iter().all(|end| end.is_finite() && end.abs() < MOST));
        let (mut low, mut high, mut small) = (0.0f64, 0.0f64, f64::MAX);
        for [from, to] in finite {
            (low, high) = (low.min(from), high.max(to));
            let middle = (from + to).abs() / 2.0;
            small = if middle > 0.0 { small.min(middle) } else { small };
        }
        let high = if high > low { high } else { low + 1.0 };
        let is_wide = small < f64::MAX && high.max(-low) > 30.0 * small;
        Self { low, high, small: is_wide.then_some(small) }
    }

    /// Where a difference is drawn.
    pub(super) fn place(self, difference: f64) -> f64 {
        self.small.map_or(difference, |small| (difference / small).asinh())
    }

    /// Round differences, and a little room at both ends.
    pub(super) fn axis(self) -> Axis {
        let ticks: Vec<f64> = match self.small {
            None => {
                let ticks = linear_ticks(self.high - self.low, 8, &[1.0, 2.0, 2.5, 5.0]);
                let step = ticks.get(1).copied().unwrap_or(1.0);
                let (first, last) = ((self.low / step).ceil() as i64, (self.high / step).floor() as i64);
                (first..=last).map(|number| number as f64 * step).collect()
            }
            Some(small) => {
                let decades = small.log10().ceil() as i32..=self.high.max(-self.low).log10().floor() as i32;
                let sizes: Vec<f64> = decades.map(power).collect();
                let negative = sizes.iter().rev().map(|size| -size).filter(|&tick| tick >= self.low);
                negative.chain([0.0]).chain(sizes.iter().copied().filter(|&tick| tick <= self.high)).collect()
            }
        };
        let (low, high) = (self.place(self.low), self.place(self.high));
        let margin = 0.04 * (high - low);
        let named = ticks.into_iter().map(|tick| (self.place(tick), signed_label(tick)));
        Axis::new(low - margin..high + margin, named)
    }
}

fn signed_label(tick: f64) -> String {
    match tick {
        tick if tick > 0.0 => format!("+{}", plain(tick)),
        tick if tick < 0.0 => format!("−{}", plain(-tick)),
        _ => "0".to_owned(),
    }
}

/// Microseconds in the unit that keeps the number short.
fn micros_label(micros: f64) -> String {
    match micros {
        micros if micros >= 1e6 => format!("{} s", plain(micros / 1e6)),
        micros if micros >= 1e3 => format!("{} ms", plain(micros / 1e3)),
        micros => format!("{} µs", plain(micros)),
    }
}

/// Amounts as [`plain`] has them, and in powers of ten where that would take much room.
pub(super) fn short(amount: f64) -> String {
    if amount < 1e7 { plain(amount) } else { format!("{amount:.2e}") }
}

/// 10 to the power of `decade`, exact where a double can be.
fn power(decade: i32) -> f64 {
    10f64.powi(decade)
}

fn linear_ticks(end: f64, ticks: usize, steps: &[f64]) -> Vec<f64> {
    let decade = power((end / ticks as f64).log10().floor() as i32);
    let candidates = steps.iter().map(|step| step * decade).chain([10.0 * decade]);
    let step = candidates.into_iter().find(|step| end / step <= ticks as f64).unwrap_or(end);
    let count = (end / step + 1e-9) as usize;
    (0..=count).map(|tick| tick as f64 * step).collect()
}

fn bent_ticks(greatest: f64, most: usize) -> Vec<f64> {
    let rounds = (0..).map(power).flat_map(|decade| [0.5, 1.0, 2.0].map(|step| step * decade));
    let all: Vec<f64> = rounds.take_while(|&level| level <= greatest).collect();
    let every = all.len().div_ceil(most).max(1);
    // 1 is the second, and always among them.
    let thinned =
        all.into_iter().enumerate().filter(|(at, _)| at % every == 1 % every).map(|(_, level)| level);
    [0.0].into_iter().chain(thinned).collect()
}

/// Least and greatest of the finite values; `None` if there is none.
fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_makes_an_axis_infinite_or_empty() {
        for values in [vec![], vec![0.0], vec![f64::NAN, f64::INFINITY], vec![5.0], vec![1e-300, 1e300]] {
            Axis::log_micros(values.iter().copied());
            assert!(Level::of(values.iter().copied()).axis(6).ticks.len() <= 7);
            assert!(Axis::amount(values.iter().copied(), 6, "").ticks.len() <= 7);
        }
        for end in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            assert_eq!(Axis::seconds(end, 1.0, 5).range, 0.0..1.0);
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(Axis::seconds(65.0, 1.0, 5).labels, ["0", "20", "40", "60"]);
        assert_eq!(Axis::seconds(3_600.0, 60.0, 6).labels, ["0", "10", "20", "30", "40", "50", "60"]);
        assert_eq!(Axis::amount([0.6].into_iter(), 4, " %").labels, ["0 %", "0.2 %", "0.4 %", "0.6 %"]);
        assert_eq!(Level::of([2.0].into_iter()).axis(5).labels, ["0", "0.5", "1", "1.5", "2"]);
        assert_eq!(Level::of([30.0].into_iter()).axis(6).labels, ["0", "0.5", "1", "2", "5", "10", "20"]);
        let micros = [400.0, 6_000.0];
        assert_eq!(Axis::log_micros(micros.into_iter()).labels, ["500 µs", "1 ms", "2 ms", "5 ms"]);
    }

    #[test]
    fn level_takes_its_part_of_the_scale() {
        for level in [Level::of([2.0].into_iter()), Level::of([300.0].into_iter())] {
            assert_eq!((level.part(0.0), level.part(1e9)), (0.0, 1.0));
            assert!(level.part(1.0) < level.part(2.0));
        }
    }
}
