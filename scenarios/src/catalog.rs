//! The catalog, inside the program: `catalog:NAME` is a scenario wherever the program runs, and its traces come with it.

use std::io::Cursor;
use std::path::Path;

use crate::suggest::nearest;

/// In front of a scenario's name.
const PREFIX: &str = "catalog:";

/// Every scenario and trace with its path below the catalog and what names it on a command line; scenarios first, in the order
/// of their names.
static FILES: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// A scenario of the catalog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CatalogEntry {
    /// What follows `catalog:`.
    pub name: &'static str,
    /// `catalog:` and the name.
    pub argument: &'static str,
    /// The text of the scenario file.
    pub text: &'static str,
}

/// All scenarios of the catalog, in the order of their names.
pub fn catalog() -> impl Iterator<Item = CatalogEntry> {
    FILES.iter().filter_map(|&(path, argument, bytes)| {
        let name = path.strip_suffix(".toml")?;
        Some(CatalogEntry { name, argument, text: core::str::from_utf8(bytes).ok()? })
    })
}

/// The name of a scenario of the catalog, if that is what a path means: `catalog:NAME`, with `.toml` or without.
pub(crate) fn named(path: &Path) -> Option<&str> {
    let name = path.to_str()?.strip_prefix(PREFIX)?;
    Some(name.strip_suffix(".toml").unwrap_or(name))
}

/// The text of a scenario, or what its name may have been meant to be.
pub(crate) fn text(name: &str) -> Result<&'static str, String> {
    if let Some(entry) = catalog().find(|entry| entry.name == name) {
        return Ok(entry.text);
    }
    let near = nearest(name, catalog().map(|entry| entry.name));
    Err(near.map_or_else(
        || "`ipvslab list scenarios` lists the catalog".to_owned(),
        |near| format!("did you mean `{PREFIX}{near}`?"),
    ))
}

/// The bytes of a file that a scenario of the catalog names, if `path` is one.
pub(crate) fn file(path: &Path) -> Option<Cursor<&'static [u8]>> {
    let name = path.strip_prefix(PREFIX).ok()?;
    FILES.iter().find(|(path, ..)| Path::new(path) == name).map(|&(.., bytes)| Cursor::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_catalog_is_sound_without_its_files() {
        let all: Vec<CatalogEntry> = catalog().collect();
        assert!(all.len() > 30 && all.is_sorted_by_key(|entry| entry.name));
        for CatalogEntry { name, argument, .. } in all {
            let loaded = crate::load(Path::new(argument));
            assert!(loaded.is_ok(), "{name}: {}", loaded.expect_err("refused").render(false));
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_is_asked_for() {
        assert_eq!(text("nasa-1996"), Err("did you mean `catalog:nasa-1995`?".to_owned()));
        assert_eq!(named(Path::new("catalog:crash.toml")), Some("crash"));
        assert_eq!(named(Path::new("crash.toml")), None);
    }
}
