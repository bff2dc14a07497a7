//! Arrivals counted in windows of one length: how many at most, and how unevenly.

/// A window needs this many of its length for its dispersion to be told.
const LEAST: u64 = 10;

/// Counts in windows side by side, the first one from the first arrival on. A window that the trace does not fill is left
/// out of the dispersion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Its length in nanoseconds.
    pub length: u64,
    /// The number of the present one.
    present: u64,
    /// Arrivals in it.
    count: u64,
    sum: u128,
    squares: u128,
    greatest: u64,
}

impl Window {
    pub(super) fn new(length: u64) -> Self {
        Self { length, present: 0, count: 0, sum: 0, squares: 0, greatest: 0 }
    }

    /// `at` does not decrease.
    pub(super) fn add(&mut self, at: u64) {
        let number = at / self.length;
        if number > self.present {
            self.sum += u128::from(self.count);
            self.squares += u128::from(self.count) * u128::from(self.count);
            (self.present, self.count) = (number, 0);
        }
        self.count += 1;
        self.greatest = self.greatest.max(self.count);
    }

    /// The most arrivals in a window.
    pub fn greatest(&self) -> u64 {
        self.greatest
    }

    /// The most arrivals in a window, as a rate. `None` if the trace does not fill one.
    pub fn peak_per_s(&self) -> Option<f64> {
        (self.present > 0).then(|| self.greatest as f64 * 1e9 / self.length as f64)
    }

    /// The index of dispersion for counts: variance over mean, 1 for a Poisson process at any length. `None` for fewer
    /// than ten windows.
    pub fn dispersion(&self) -> Option<f64> {
        let windows = self.present;
        if windows < LEAST || self.sum == 0 {
            return None;
        }
        let (count, sum, squares) = (windows as f64, self.sum as f64, self.squares as f64);
        let variance = (squares - sum * sum / count).max(0.0) / (count - 1.0);
        Some(variance / (sum / count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_windows_count_and_the_last_one_does_not() {
        let mut window = Window::new(10);
        // Counts 2, 0, 0, 0, 0, 0, 0, 0, 0, 2 and one window that is not over.
        for at in [0, 3, 95, 99, 100] {
            window.add(at);
        }
        assert_eq!((window.greatest(), window.peak_per_s()), (2, Some(2e8)));
        // Mean 0.4, variance (2 · 1.6² + 8 · 0.4²) / 9.
        let dispersion = window.dispersion().expect("ten windows");
        assert!((dispersion - 6.4 / 9.0 / 0.4).abs() < 1e-12, "{dispersion}");
        assert_eq!((Window::new(10).dispersion(), Window::new(10).peak_per_s()), (None, None));
    }
}
