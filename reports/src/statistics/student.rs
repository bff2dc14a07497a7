//! Student's t distribution for whole degrees of freedom, by its finite sums (Abramowitz and Stegun, 26.7.3 and
//! 26.7.4): roots and one arc tangent only, so the same digits on every machine.

use core::f64::consts::FRAC_2_PI;

/// The probability that `|T|` exceeds `t ≥ 0` with `freedom ≥ 1` degrees of freedom.
pub fn two_sided_tail(t: f64, freedom: u32) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    let nu = f64::from(freedom);
    let hypotenuse = (nu + t * t).sqrt();
    let (sine, cosine) = (t / hypotenuse, nu.sqrt() / hypotenuse);
    let odd = freedom % 2 == 1;
    // Terms cos^k: k = 1, 3 … freedom - 2 if it is odd, 0, 2 … freedom - 2 if it is even.
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut k = u32::from(odd);
    while k + 2 <= freedom {
        sum += term;
        let ratio = f64::from(k + 1) / f64::from(k + 2);
        term *= ratio * cosine * cosine;
        k += 2;
    }
    let within = if odd { FRAC_2_PI * (libm::atan(t / nu.sqrt()) + sine * sum) } else { sine * sum };
    (1.0 - within).clamp(0.0, 1.0)
}

/// The `t` that `|T|` exceeds with probability `tail`, in (0, 1).
pub fn two_sided_quantile(tail: f64, freedom: u32) -> f64 {
    let mut above = 1.0;
    while two_sided_tail(above, freedom) > tail && above < 1e12 {
        above *= 2.0;
    }
    let mut below = 0.0;
    // Halving a double's mantissa 60 times leaves nothing to halve.
    for _ in 0..60 {
        let middle = 0.5 * (below + above);
        if two_sided_tail(middle, freedom) > tail {
            below = middle;
        } else {
            above = middle;
        }
    }
    above
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two-sided 5 %, 1 % and 0.1 %, as printed tables have them.
    const TABLE: [(u32, [f64; 3]); 9] = [
        (1, [12.706, 63.657, 636.619]),
        (2, [4.303, 9.925, 31.599]),
        (3, [3.182, 5.841, 12.924]),
        (4, [2.776, 4.604, 8.610]),
        (9, [2.262, 3.250, 4.781]),
        (10, [2.228, 3.169, 4.587]),
        (19, [2.093, 2.861, 3.883]),
        (30, [2.042, 2.750, 3.646]),
        (100, [1.984, 2.626, 3.390]),
    ];

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (freedom, row) in TABLE {
            for (tail, expected) in [0.05, 0.01, 0.001].into_iter().zip(row) {
                let found = two_sided_quantile(tail, freedom);
                assert!((found - expected).abs() < 0.0006, "{freedom} {tail}: {found}, table {expected}");
            }
        }
    }

    #[test]
    fn tail_and_quantile_undo_each_other() {
        for freedom in 1..40 {
            for tail in [0.5, 0.1, 0.05, 0.05 / 91.0] {
                let back = two_sided_tail(two_sided_quantile(tail, freedom), freedom);
                assert!((back - tail).abs() < 1e-12, "{freedom} {tail}: {back}");
            }
        }
    }

    #[test]
    fn no_distance_is_no_evidence_and_infinite_distance_is_proof() {
        assert_eq!(two_sided_tail(0.0, 5), 1.0);
        assert_eq!(two_sided_tail(f64::INFINITY, 5), 0.0);
    }
}
