//! Scales that are bent, so that what is small stays visible beside what is large.

use super::axis::{Axis, Kind, MOST, extent, linear_ticks, power, steps_between};
use crate::number::plain;

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

    /// The level that takes a part of the scale.
    pub(super) fn value(self, part: f64) -> f64 {
        let place = part * self.place(self.greatest);
        if self.is_bent { place.exp_m1() / 4.0 } else { place }
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
        Axis::new(
            if self.is_bent { Kind::Level } else { Kind::Linear(1.0, "") },
            0.0..1.08 * self.place(self.greatest),
            ticks,
        )
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
            None => steps_between(self.low, self.high, 8),
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
        Axis::new(self.small.map_or(Kind::Linear(1.0, ""), Kind::Asinh), low - margin..high + margin, named)
    }
}

fn signed_label(tick: f64) -> String {
    match tick {
        tick if tick > 0.0 => format!("+{}", plain(tick)),
        tick if tick < 0.0 => format!("−{}", plain(-tick)),
        _ => "0".to_owned(),
    }
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
