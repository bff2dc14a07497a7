//! Axes: a checked range, and ticks that are round numbers.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::number::plain;

/// Amounts from here on are not drawn: a little more of it would not be finite.
pub(super) const MOST: f64 = 1e300;

/// What the places on an axis stand for, which a page must know to name others than the ticks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    /// Values, or values times a number: of the unit that is named.
    Linear(f64, &'static str),
    /// Logarithms, to the base of 10, of microseconds.
    Micros,
    /// Natural logarithms of ratios.
    Ratio,
    /// Percentiles in nines.
    Nines,
    /// Logarithms, to the base of 10, of parts.
    Part,
    /// `asinh` of a value over what is small.
    Asinh(f64),
    /// `ln(1 + 4x)` of levels.
    Level,
    /// Names: nothing is between them.
    Names,
}

/// A range with named ticks, as plotters draws it: no tick but these, and no label but theirs.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Axis {
    kind: Kind,
    range: Range<f64>,
    ticks: Vec<f64>,
    labels: Vec<String>,
}

impl Axis {
    /// # Panics
    /// If the range is empty or not finite, which plotters would not survive.
    pub(super) fn new(kind: Kind, range: Range<f64>, ticks: impl IntoIterator<Item = (f64, String)>) -> Self {
        let (low, high) = (range.start, range.end);
        assert!(low.is_finite() && high.is_finite() && low < high, "an axis from {low} to {high}");
        let (ticks, labels) = ticks.into_iter().unzip();
        Self { kind, range, ticks, labels }
    }

    /// Times in microseconds, drawn at their logarithms, so that all of `values` fit; non-positive ones are left out.
    pub(super) fn log_micros(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = extent(values.filter(|&value| value > 0.0)).unwrap_or((1_000.0, 10_000.0));
        let (low, high) = (low.log10(), high.log10());
        let margin = (0.04 * (high - low)).max(0.05);
        let range = low - margin..high + margin;
        let steps: &[f64] = if range.end - range.start > 4.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let decades = range.start.floor() as i32..=range.end.ceil() as i32;
        let ticks = decades.flat_map(|decade| steps.iter().map(move |step| step * power(decade)));
        let within = |micros: &f64| range.contains(&micros.log10());
        let mut ticks: Vec<f64> = ticks.filter(within).collect();
        if ticks.len() < 3 {
            // Less than a factor of 4: steps of one size, as on a linear axis.
            let (low, high) = (10f64.powf(range.start), 10f64.powf(range.end));
            ticks = steps_between(low, high, 5)
                .into_iter()
                .filter(|micros| *micros > 0.0)
                .filter(within)
                .collect();
        }
        let ticks = ticks.into_iter().map(|micros| (micros.log10(), micros_label(micros)));
        Self::new(Kind::Micros, range.clone(), ticks)
    }

    /// Ratios from 1 to the greatest of `values`, drawn at their logarithms.
    pub(super) fn ratios(values: impl Iterator<Item = f64>) -> Self {
        let greatest = extent(values.filter(|&value| value < MOST)).map_or(2.0, |(_, high)| high).max(1.1);
        let steps: &[f64] =
            if greatest < 2.0 { &[1.0, 1.1, 1.2, 1.4, 1.6, 1.8] } else { &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0] };
        let decades = 0..=greatest.log10().ceil() as i32;
        let ticks = decades.flat_map(|decade| steps.iter().map(move |step| step * power(decade)));
        let named = ticks.filter(|&tick| tick <= greatest).map(|tick| (tick.ln(), plain(tick)));
        Self::new(Kind::Ratio, 0.0..1.04 * greatest.ln(), named)
    }

    /// From 0 to the greatest of `values` and a little more; of nothing but zeros, from 0 to 1.
    pub(super) fn amount(values: impl Iterator<Item = f64>, ticks: usize, unit: &'static str) -> Self {
        let greatest =
            extent(values.filter(|&value| value > 0.0 && value < MOST)).map_or(1.0, |(_, high)| high);
        let ticks = linear_ticks(greatest, ticks, &[1.0, 2.0, 2.5, 5.0]);
        let label = |tick: f64| format!("{}{unit}", short(tick));
        Self::new(
            Kind::Linear(1.0, unit),
            0.0..1.08 * greatest,
            ticks.into_iter().map(|tick| (tick, label(tick))),
        )
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
        let named = steps_between(low, high, ticks).into_iter().map(|tick| (tick, label(tick)));
        let margin = 0.03 * (high - low);
        Self::new(Kind::Linear(1.0, ""), low - margin..high + margin, named)
    }

    /// Seconds from 0 to `end`, counted in a unit of so many seconds. Hours are halved and cut to quarters, not to fifths.
    pub(super) fn seconds(end: f64, (unit, name): (f64, &'static str), ticks: usize) -> Self {
        let end = if end.is_finite() && end > 0.0 { end } else { 1.0 };
        let hours: &[f64] = &[0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0];
        let steps: &[f64] = if unit == 3_600.0 { hours } else { &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0] };
        let fits = |step: &&f64| end / unit / **step <= ticks as f64 && end / unit / **step >= 1.0;
        let ticks = match steps.iter().find(fits) {
            Some(&step) => (0..=(end / unit / step + 1e-9) as usize).map(|tick| tick as f64 * step).collect(),
            None => linear_ticks(end / unit, ticks, &[1.0, 2.0, 5.0]),
        };
        Self::new(
            Kind::Linear(unit, name),
            0.0..end,
            ticks.into_iter().map(|tick| (tick * unit, plain(tick))),
        )
    }

    /// As many of the ticks as there is room for on `length` pixels, if each takes `each`: all, every other one, …
    pub(super) fn thinned(mut self, length: f64, each: impl Fn(&str) -> f64) -> Self {
        let per_unit = length / (self.range.end - self.range.start);
        let is_free = |every: &usize| {
            let kept: Vec<(f64, f64)> =
                self.named().step_by(*every).map(|(at, label)| (at * per_unit, each(label))).collect();
            kept.windows(2).all(|pair| (pair[1].0 - pair[0].0).abs() >= (pair[0].1 + pair[1].1) / 2.0)
        };
        let every = (1..self.ticks.len().max(2)).find(is_free).unwrap_or(self.ticks.len().max(1));
        self.ticks = self.ticks.into_iter().step_by(every).collect();
        self.labels = self.labels.into_iter().step_by(every).collect();
        self
    }

    /// Without the ticks whose labels would reach beyond either end of `length` pixels.
    pub(super) fn within(mut self, length: f64, each: impl Fn(&str) -> f64) -> Self {
        let per_unit = length / (self.range.end - self.range.start);
        let start = self.range.start;
        let fits = |(at, label): &(f64, String)| {
            let (middle, half) = ((at - start) * per_unit, each(label) / 2.0);
            middle >= half && middle + half <= length
        };
        (self.ticks, self.labels) = self.ticks.into_iter().zip(self.labels).filter(fits).unzip();
        self
    }

    /// The labels of its ticks.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    fn named(&self) -> impl Iterator<Item = (f64, &str)> {
        self.ticks.iter().copied().zip(self.labels.iter().map(String::as_str))
    }

    /// Kind and range for a page that draws the axis at another scale: `kind from to` and what the kind needs to know.
    pub(super) fn described(&self) -> String {
        let kind = match self.kind {
            Kind::Linear(..) => "linear",
            Kind::Micros => "micros",
            Kind::Ratio => "ratio",
            Kind::Nines => "nines",
            Kind::Part => "part",
            Kind::Asinh(_) => "asinh",
            Kind::Level => "level",
            Kind::Names => "names",
        };
        let rest = match self.kind {
            Kind::Linear(size, unit) => format!(" {size} {}", unit.trim()),
            Kind::Asinh(small) => format!(" {small}"),
            _ => String::new(),
        };
        format!("{kind} {} {}{rest}", self.range.start, self.range.end)
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
pub(super) fn power(decade: i32) -> f64 {
    10f64.powi(decade)
}

pub(super) fn linear_ticks(end: f64, ticks: usize, steps: &[f64]) -> Vec<f64> {
    let decade = power((end / ticks as f64).log10().floor() as i32);
    let candidates = steps.iter().map(|step| step * decade).chain([10.0 * decade]);
    let step = candidates.into_iter().find(|step| end / step <= ticks as f64).unwrap_or(end);
    let count = (end / step + 1e-9) as usize;
    (0..=count).map(|tick| tick as f64 * step).collect()
}

/// Round numbers between two others.
pub(super) fn steps_between(low: f64, high: f64, most: usize) -> Vec<f64> {
    let step = linear_ticks(high - low, most, &[1.0, 2.0, 2.5, 5.0]).get(1).copied().unwrap_or(high - low);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|number| number as f64 * step).collect()
}

/// Least and greatest of the finite values; `None` if there is none.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |extent, value| {
        let (low, high) = extent.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::bent::Level;
    use super::*;

    #[test]
    fn no_value_makes_an_axis_infinite_or_empty() {
        for values in [vec![], vec![0.0], vec![f64::NAN, f64::INFINITY], vec![5.0], vec![1e-300, 1e300]] {
            Axis::log_micros(values.iter().copied());
            assert!(Level::of(values.iter().copied()).axis(6).ticks.len() <= 7);
            assert!(Axis::amount(values.iter().copied(), 6, "").ticks.len() <= 7);
        }
        for end in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            assert_eq!(Axis::seconds(end, (1.0, "s"), 5).range, 0.0..1.0);
        }
    }

    #[test]
    fn labels_that_would_touch_are_left_out() {
        let axis = |order: &mut dyn Iterator<Item = u32>| {
            let ticks: Vec<(f64, String)> = order.map(|tick| (f64::from(tick), tick.to_string())).collect();
            Axis::new(Kind::Linear(1.0, ""), 0.0..6.0, ticks)
        };
        assert_eq!(axis(&mut (0..=6)).thinned(600.0, |_| 100.0).labels.len(), 7);
        assert_eq!(axis(&mut (0..=6)).thinned(600.0, |_| 101.0).labels, ["0", "2", "4", "6"]);
        assert_eq!(axis(&mut (0..=6).rev()).thinned(600.0, |_| 101.0).labels, ["6", "4", "2", "0"]);
        assert_eq!(axis(&mut (0..=6)).within(600.0, |_| 30.0).labels, ["1", "2", "3", "4", "5"]);
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(Axis::seconds(65.0, (1.0, "s"), 5).labels, ["0", "20", "40", "60"]);
        assert_eq!(
            Axis::seconds(3_600.0, (60.0, "min"), 6).labels,
            ["0", "10", "20", "30", "40", "50", "60"]
        );
        assert_eq!(Axis::seconds(4.3 * 3_600.0, (3_600.0, "h"), 8).labels, ["0", "1", "2", "3", "4"]);
        assert_eq!(
            Axis::seconds(5_000.0, (3_600.0, "h"), 8).labels,
            ["0", "0.25", "0.5", "0.75", "1", "1.25"]
        );
        assert_eq!(Axis::amount([0.6].into_iter(), 4, " %").labels, ["0 %", "0.2 %", "0.4 %", "0.6 %"]);
        assert_eq!(Level::of([2.0].into_iter()).axis(5).labels, ["0", "0.5", "1", "1.5", "2"]);
        assert_eq!(Level::of([30.0].into_iter()).axis(6).labels, ["0", "0.5", "1", "2", "5", "10", "20"]);
        let micros = [400.0, 6_000.0];
        assert_eq!(Axis::log_micros(micros.into_iter()).labels, ["500 µs", "1 ms", "2 ms", "5 ms"]);
        // Never a single one.
        for (low, high) in [(39_000.0, 41_000.0), (40_000.0, 40_000.0), (15_000.0, 30_000.0), (4e5, 4.5e5)] {
            assert!(Axis::log_micros([low, high].into_iter()).labels.len() >= 3, "{low} to {high}");
        }
    }

    #[test]
    fn level_takes_its_part_of_the_scale() {
        for level in [Level::of([2.0].into_iter()), Level::of([300.0].into_iter())] {
            assert_eq!((level.part(0.0), level.part(1e9)), (0.0, 1.0));
            assert!(level.part(1.0) < level.part(2.0));
        }
    }
}
