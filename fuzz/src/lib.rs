//! What all targets hold their input against: the same functions that the tests of `scenarios` replay the corpus with.

#[path = "../../scenarios/tests/it/oracles/mod.rs"]
mod oracles;

/// Holds `input` against what the target of this name says.
///
/// # Panics
/// If it does not hold, or the name is none.
pub fn check(target: &str, input: &[u8]) {
    oracles::check(target, input);
}
