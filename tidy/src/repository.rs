//! All packages of this repository.

use std::path::Path;

use crate::limits::PACKAGES;
use crate::name::names;
use crate::source::{SourceError, Sources};
use crate::tree::Tree;
use crate::verdict::{layers, vocabulary};

/// Names that are allowed, with the reason.
const ALLOWED: &str = include_str!("../names.txt");

/// What is found in all packages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// A line a package.
    pub summary: Vec<String>,
    /// What is not as it should be.
    pub faults: Vec<String>,
}

/// Looks at every package below the root of the repository.
///
/// # Errors
/// If a source cannot be read.
pub fn look(root: &Path) -> Result<Found, SourceError> {
    let (mut found, mut all) = (Found::default(), Vec::new());
    for package in &PACKAGES {
        let sources = Sources::read(&root.join(package.folder))?;
        let tree = Tree::new(&sources, package.root)?;
        let layers = layers(&tree, package);
        found.summary.push(layers.summary);
        found.faults.extend(layers.faults);
        all.extend(names(&tree, package.folder));
    }
    found.faults.extend(vocabulary(&all, ALLOWED));
    Ok(found)
}
