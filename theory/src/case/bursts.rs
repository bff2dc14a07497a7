//! Arrivals that come in batches or in bursts.

use super::{Case, Farm};
use crate::reference::Reference;

/// A single queue under such arrivals.
pub(super) fn case(reference: &Reference) -> Case {
    let number = |name: &str| reference.number(name);
    if reference.family() == "mxm1" {
        let (rate, size) = (number("batch_rate"), number("batch"));
        let arrivals = format!("[arrivals.batches]\nrate = \"{rate}/s\"\nsize = {size}\n");
        return Farm::single(1.0, arrivals, rate * size, rate * size).case(&reference.id);
    }
    let state =
        |rate: f64, leaves: f64| format!("{{ rate = \"{rate}/s\", stay = \"{:.9}s\" }}", 1.0 / leaves);
    let arrivals = format!(
        "[arrivals.mmpp]\nstates = [{}, {}]\n",
        state(number("lam1"), number("rate12")),
        state(number("lam2"), number("rate21"))
    );
    let rate = number("mean_lam");
    // Bursts are forgotten later than single arrivals: some 40 times, the index of dispersion of the counts.
    let farm = Farm::single(1.0, arrivals, rate, rate).case(&reference.id);
    let warm_up = 40.0 * farm.warm_up;
    Case { duration: farm.duration + warm_up - farm.warm_up, warm_up, ..farm }
}
