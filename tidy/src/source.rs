//! The source files of a package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The texts of Rust files by their path from the folder of the root file, with `/` between its parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sources(pub BTreeMap<String, String>);

/// Why sources cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or a folder.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is not Rust.
    #[error("{file}: {error}")]
    Unparsable {
        /// Which.
        file: String,
        /// Where, and what was expected.
        error: syn::Error,
    },
    /// `mod x;` without a file.
    #[error("{file}: `mod {module};` has no file")]
    NoFile {
        /// Where it is declared.
        file: String,
        /// What is declared.
        module: String,
    },
}

impl Sources {
    /// All Rust files below a folder.
    ///
    /// # Errors
    /// If one of them cannot be read.
    pub fn read(folder: &Path) -> Result<Self, SourceError> {
        let mut files = BTreeMap::new();
        add(folder, "", &mut files)?;
        Ok(Self(files))
    }

    /// Made up, for a test.
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        Self(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into())
    }
}

fn add(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<(), SourceError> {
    let unreadable = |path: &Path, error| SourceError::Unreadable { path: path.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            add(&path, &format!("{name}/"), files)?;
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            files.insert(name, text);
        }
    }
    Ok(())
}
