//! Small draws.

use ipvslab_schedulers::Rng;

/// One of several, each as likely as the others.
pub(super) fn one_of<T: Copy>(draw: &mut Rng, of: &[T]) -> T {
    of[draw.below(of.len() as u32) as usize]
}

/// True once in `of` times.
pub(super) fn once_in(draw: &mut Rng, of: u32) -> bool {
    draw.below(of) == 0
}
