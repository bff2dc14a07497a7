//! Licences and sources of dependencies, against deny.toml. cargo-deny knows more and takes minutes to install.

use serde::Deserialize;
use spdx::{Expression, ParseMode};

/// Where dependencies may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A dependency, as `cargo metadata` tells of it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Dependency {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licences, an SPDX expression; `None` if it does not say.
    pub license: Option<String>,
    /// Where it comes from; `None` of what is in the repository.
    pub source: Option<String>,
}

/// What `cargo metadata` prints, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Dependency>,
}

/// deny.toml, as far as it matters here.
#[derive(Deserialize)]
struct Rules {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

/// Why the dependencies could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum DependencyError {
    /// What cargo printed is not what it should be.
    #[error("cargo metadata: {0}")]
    Metadata(#[from] serde_json::Error),
    /// The rules are not what they should be.
    #[error("deny.toml: {0}")]
    Rules(#[from] toml::de::Error),
}

/// Dependencies that may not be used, a line each, and how many there are in all.
///
/// # Errors
/// If one of the texts is not what it should be.
pub fn refused_dependencies(metadata: &str, rules: &str) -> Result<(Vec<String>, usize), DependencyError> {
    let Metadata { packages } = serde_json::from_str(metadata)?;
    let Rules { licenses } = toml::from_str(rules)?;
    let refused = packages.iter().flat_map(|package| faults(package, &licenses.allow)).collect();
    Ok((refused, packages.len()))
}

fn faults(package: &Dependency, allowed: &[String]) -> Vec<String> {
    let Dependency { name, version, .. } = package;
    let mut found = Vec::new();
    if package.source.as_deref().is_some_and(|source| source != REGISTRY) {
        found.push(format!("{name} {version} comes from {}", package.source.as_deref().unwrap_or_default()));
    }
    let license = package.license.as_deref().unwrap_or("no licence that it names");
    if !is_allowed(license, allowed) {
        found.push(format!("{name} {version} is under {license}, allowed are {}", allowed.join(", ")));
    }
    found
}

fn is_allowed(license: &str, allowed: &[String]) -> bool {
    let of = |wanted: &spdx::LicenseReq| {
        let is_listed = |id: spdx::LicenseId| allowed.iter().any(|name| name == id.name);
        wanted.addition.is_none() && wanted.license.id().is_some_and(is_listed)
    };
    // `MIT/Apache-2.0` is how it was written once.
    Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| expression.evaluate(of))
}
