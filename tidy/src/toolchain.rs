//! The `rust-version` that is promised, and the compiler that it was tested with.

/// Says what is wrong if `rustc --version` is not of the `declared` version, `1.95`.
pub fn untested_version(declared: &str, rustc: &str) -> Option<String> {
    let used = rustc.split_whitespace().nth(1).unwrap_or(rustc);
    let same = used == declared || used.strip_prefix(declared).is_some_and(|rest| rest.starts_with('.'));
    (!same).then(|| {
        format!("Cargo.toml says rust-version = \"{declared}\", and this {used}: what is promised must be what is tested")
    })
}
