//! Exponential variates by inversion, many at a time.
//!
//! A logarithm takes longer than anything else about an arrival, but not many of them side by side: no one of them waits for
//! another, and none jumps. What is drawn is what one call of `libm::log` for each uniform variate would give, to the last bit:
//! the steps are the same, in the same order.

use alloc::boxed::Box;

use crate::rng::Rng;

/// This many are drawn at a time.
const BLOCK: usize = 64;

/// A stream of exponential variates of mean 1.
#[derive(Clone, Debug)]
pub struct Exponentials {
    uniforms: Rng,
    drawn: Box<[f64; BLOCK]>,
    next: usize,
}

impl Exponentials {
    /// `−ln u` of the uniform variates `u` of a stream, in their order.
    pub fn of(uniforms: Rng) -> Self {
        Self { uniforms, drawn: Box::new([0.0; BLOCK]), next: BLOCK }
    }

    /// The next one.
    #[inline]
    pub fn draw(&mut self) -> f64 {
        if self.next == BLOCK {
            self.draw_block();
        }
        let drawn = self.drawn[self.next];
        self.next += 1;
        drawn
    }

    #[inline(never)]
    fn draw_block(&mut self) {
        self.drawn.fill_with(|| self.uniforms.unit_positive());
        self.drawn.iter_mut().for_each(|drawn| *drawn = -ln(*drawn));
        self.next = 0;
    }
}

impl Rng {
    /// Exponential of mean 1: `−ln u` of the next uniform variate.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -ln(self.unit_positive())
    }
}

/// The natural logarithm of a number in `(0, 1]` that is not subnormal, as FreeBSD's `e_log.c` and musl have it (Sun Microsystems
/// 1993): `x = 2^k · (1 + f)` with `1 + f` between `√½` and `√2`, and a polynomial in `s = f / (2 + f)`.
#[inline(always)]
#[expect(clippy::excessive_precision, reason = "as the source has them")]
fn ln(x: f64) -> f64 {
    const LN2_HI: f64 = 6.93147180369123816490e-01;
    const LN2_LO: f64 = 1.90821492927058770002e-10;
    const L1: f64 = 6.666666666666735130e-01;
    const L2: f64 = 3.999999999940941908e-01;
    const L3: f64 = 2.857142874366239149e-01;
    const L4: f64 = 2.222219843214978396e-01;
    const L5: f64 = 1.818357216161805012e-01;
    const L6: f64 = 1.531383769920937332e-01;
    const L7: f64 = 1.479819860511658591e-01;
    /// The upper halves of 1 and of √½.
    const ONE: u64 = 0x3ff0_0000;
    const ROOT: u64 = 0x3fe6_a09e;
    /// A number whose last bit counts ones.
    const WHOLE: f64 = (1u64 << 52) as f64;

    let bits = x.to_bits();
    let upper = (bits >> 32) + (ONE - ROOT);
    let k = f64::from_bits(WHOLE.to_bits() | upper >> 20) - (WHOLE + 1023.0);
    let f = f64::from_bits(((upper & 0xf_ffff) + ROOT) << 32 | bits & 0xffff_ffff) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (L2 + w * (L4 + w * L6));
    let odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
    let rest = odd + even;
    s * (half_square + rest) + k * LN2_LO - half_square + f + k * LN2_HI
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(x: f64) {
        assert_eq!(ln(x).to_bits(), libm::log(x).to_bits(), "{x:e}");
    }

    #[test]
    fn logarithm_is_libm_s_to_the_last_bit() {
        let mut rng = Rng::stream(1, 0, "logarithms");
        (0..2_000_000).for_each(|_| agrees(rng.unit_positive()));
        // Around every power of two, and where the range is reduced to: multiples of 2⁻⁵³, and the largest and smallest.
        let step = 1.0 / (1u64 << 53) as f64;
        for exponent in 0..=53 {
            for center in [1.0, core::f64::consts::FRAC_1_SQRT_2] {
                let around = (center * (1u64 << exponent) as f64) as u64;
                for number in around.saturating_sub(500).max(1)..=(around + 500).min(1 << 53) {
                    agrees(number as f64 * step);
                }
            }
        }
    }

    #[test]
    fn a_block_is_drawn_as_one_by_one() {
        let mut many = Exponentials::of(Rng::stream(7, 0, "block"));
        let mut one = Rng::stream(7, 0, "block");
        for _ in 0..3 * BLOCK + 1 {
            assert_eq!(many.draw().to_bits(), one.exponential().to_bits());
        }
    }
}
