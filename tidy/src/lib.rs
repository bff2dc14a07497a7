//! Reads the sources of all packages and checks them against ARCHITECTURE.md and STYLE.md: which file imports
//! which, and what public things are called; and the documentation, whose links must lead somewhere.
//!
//! [`Sources`] are files in memory, so that a test can make them up. A [`Tree`] is what the module declarations make of
//! them; [`layers`] finds the files that import one another in a circle, [`vocabulary`] the names that STYLE.md does not
//! have, [`translated_phrases`] language that it replaces, [`dead_links`] what documentation says of files that are not there, [`refused_dependencies`] licences and sources
//! that deny.toml does not have. [`PACKAGES`] is the one table of what is allowed, `names.txt` the list of names that are.

#![forbid(unsafe_code)]

mod circle;
mod dependency;
mod import;
mod limits;
mod link;
mod name;
mod phrase;
mod repository;
mod source;
mod toolchain;
mod tree;
mod verdict;

pub use circle::circles;
pub use dependency::{Dependency, DependencyError, refused_dependencies};
pub use import::{Import, imports};
pub use limits::{PACKAGES, Package};
pub use link::{Pages, dead_links, expanded};
pub use name::{Name, NameKind, names};
pub use phrase::{PHRASES, long_sentences, translated_phrases};
pub use repository::{Found, look, pages, texts};
pub use source::{SourceError, Sources};
pub use toolchain::untested_version;
pub use tree::Tree;
pub use verdict::{Layers, layers, vocabulary};
