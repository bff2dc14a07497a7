//! The checks that all targets make of their input: the same functions that the tests of `scenarios` replay the corpus with.

#[path = "../../scenarios/tests/it/oracles/mod.rs"]
mod oracles;

/// Checks `input` by the properties of the target of this name.
///
/// # Panics
/// If it does not hold, or the name is none.
pub fn check(target: &str, input: &[u8]) {
    oracles::check(target, input);
}
