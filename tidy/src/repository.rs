//! All packages of this repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::limits::PACKAGES;
use crate::link::{Pages, dead_links};
use crate::name::names;
use crate::phrase::{long_sentences, translated_phrases};
use crate::source::{SourceError, Sources};
use crate::tree::Tree;
use crate::verdict::{layers, vocabulary};

/// Names that are allowed, with the reason.
const ALLOWED: &str = include_str!("../names.txt");

/// Pages whose sentences have at most [`LONGEST_SENTENCE`] words.
const PLAIN_PAGES: [&str; 2] = ["README.md", "docs/tutorial.md"];

/// In words.
const LONGEST_SENTENCE: usize = 30;

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
    let pages = pages(root).map_err(|error| SourceError::Unreadable { path: root.to_owned(), error })?;
    found.summary.push(format!("documentation: {} pages", pages.texts.len()));
    found.faults.extend(dead_links(&pages));
    let texts = texts(root).map_err(|error| SourceError::Unreadable { path: root.to_owned(), error })?;
    found.faults.extend(translated_phrases(&texts));
    for page in PLAIN_PAGES {
        let text = pages.texts.get(page).map_or("", String::as_str);
        found.faults.extend(long_sentences(page, text, LONGEST_SENTENCE));
    }
    Ok(found)
}

/// The Markdown files below a folder, and what else is there; nothing of hidden folders and of what builds leave.
///
/// # Errors
/// If a folder or a page cannot be read.
pub fn pages(root: &Path) -> io::Result<Pages> {
    let mut pages = Pages::default();
    walk(root, "", &mut pages)?;
    Ok(pages)
}

fn walk(folder: &Path, before: &str, pages: &mut Pages) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" {
            continue;
        }
        let path = if before.is_empty() { name } else { format!("{before}/{name}") };
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &path, pages)?;
        } else if path.ends_with(".md") {
            pages.texts.insert(path.clone(), fs::read_to_string(entry.path())?);
        }
        pages.paths.insert(path);
    }
    Ok(())
}

/// Everything that is written here for readers, by path: sources with their messages, pages, scenarios and scripts. Left out are files
/// that others wrote, and the two that list the phrases.
///
/// # Errors
/// If a folder or a file cannot be read.
pub fn texts(root: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for path in pages(root)?.all() {
        let is_text = [".rs", ".md", ".toml", ".mjs", ".js", ".css"].iter().any(|end| path.ends_with(end));
        let is_left_out =
            ["STYLE.md", "tidy/src/phrase.rs", "tidy/tests/"].iter().any(|left| path.starts_with(left))
                || ["/keepalived/", "/director/", "fuzz/corpus/"]
                    .iter()
                    .any(|part| path.contains(part) && !path.ends_with(".rs"));
        if is_text && !is_left_out {
            texts.insert(path.to_owned(), fs::read_to_string(root.join(path))?);
        }
    }
    Ok(texts)
}
