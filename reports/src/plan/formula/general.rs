//! Work of another law than the exponential one: approximations of the mean wait, exact for a single slot.

use super::erlang::Pooled;

/// The mean wait with general arrivals and work, of squared coefficients of variation `arrivals` and `work`: that of M/M/c times
/// their mean (Allen and Cunneen; for Poisson arrivals Lee and Longton 1959, and for one slot the formula of Pollaczek and Khinchine).
pub fn allen_cunneen(exponential: &Pooled, arrivals: f64, work: f64) -> f64 {
    exponential.mean_wait() * 0.5 * (arrivals + work)
}

/// The mean wait with Poisson arrivals and work of this squared coefficient of variation (Kimura 1986), between M/M/c and
/// M/D/c (Cosmetatos 1975).
pub fn kimura(exponential: &Pooled, slots: u32, work: f64) -> f64 {
    let (c, rho) = (f64::from(slots), exponential.utilisation());
    let wait = exponential.mean_wait();
    let constant =
        0.5 * wait * (1.0 + (1.0 - rho) * (c - 1.0) * ((4.0 + 5.0 * c).sqrt() - 2.0) / (16.0 * c * rho));
    (1.0 + work) / (2.0 * work / wait + (1.0 - work) / constant)
}
