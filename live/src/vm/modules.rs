//! Which module files a kernel needs, in the order in which they load.
//!
//! The order is read from the modules themselves (`depends=` in their `.modinfo`), since an unpacked package has no
//! `modules.dep`. `-` and `_` are the same in names. What a module gets from the kernel image is not in `depends=`, so
//! only a module that was asked for can turn out to be built in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use object::{Object, ObjectSection};

/// A module, ready to be loaded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

/// Modules in the order in which they load, and those that the kernel does not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Modules {
    pub(super) ordered: Vec<Module>,
    pub(super) missing: Vec<String>,
}

/// Why there are no modules.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// The one module that has to be there is not.
    #[error("{}: there is no ip_vs module; take a kernel built with CONFIG_IP_VS, such as Debian's cloud flavour",
            modules.display())]
    NoIpvs {
        /// The kernel's modules.
        modules: PathBuf,
    },
    /// A module cannot be read or decompressed.
    #[error("{}: the module cannot be read: {source}; unpack or install the kernel's package again", module.display())]
    Unreadable {
        /// The module's file.
        module: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// A module is compressed in a way that we do not know.
    #[error("{}: found a module that is neither .ko, .ko.xz nor .ko.zst; decompress it (gunzip)", module.display())]
    Compressed {
        /// The module's file.
        module: PathBuf,
    },
    /// A module needs another that is not there.
    #[error(
        "{module}: needs the module {needed}, which the kernel does not have; unpack or install its package again"
    )]
    Incomplete {
        /// The module.
        module: String,
        /// The one it needs.
        needed: String,
    },
}

/// Finds `wanted` and all that they depend on below `directory`, a `lib/modules/<release>`.
pub(super) fn gather(directory: &Path, wanted: &[&str]) -> Result<Modules, ModuleError> {
    let mut files = BTreeMap::new();
    index(directory, &mut files);
    let builtin = fs::read_to_string(directory.join("modules.builtin")).unwrap_or_default();
    let builtin: BTreeSet<String> =
        builtin.lines().filter_map(|line| module_name(line.rsplit('/').next()?)).collect();

    let mut modules = Modules::default();
    let mut done = BTreeSet::new();
    for name in wanted.iter().map(|name| canonical(name)) {
        if builtin.contains(&name) {
            continue;
        }
        if !files.contains_key(&name) {
            if name == "ip_vs" {
                return Err(ModuleError::NoIpvs { modules: directory.to_owned() });
            }
            modules.missing.push(name);
            continue;
        }
        let mut read = |name: &str| files.get(name).map(|file| read(file)).transpose();
        add(&name, &mut read, &|name| builtin.contains(name), &mut done, &mut modules.ordered)?;
    }
    Ok(modules)
}

type Reading<'a> = dyn FnMut(&str) -> Result<Option<Vec<u8>>, ModuleError> + 'a;

/// Adds the module after those that it depends on.
fn add(
    name: &str,
    read: &mut Reading<'_>,
    builtin: &dyn Fn(&str) -> bool,
    done: &mut BTreeSet<String>,
    ordered: &mut Vec<Module>,
) -> Result<(), ModuleError> {
    if !done.insert(name.to_owned()) {
        return Ok(());
    }
    // Callers have looked whether the file is there.
    let Some(content) = read(name)? else { return Ok(()) };
    for needed in depends(&content) {
        if builtin(&needed) || done.contains(&needed) {
            continue;
        }
        if read(&needed)?.is_none() {
            return Err(ModuleError::Incomplete { module: name.to_owned(), needed });
        }
        add(&needed, read, builtin, done, ordered)?;
    }
    ordered.push(Module { name: name.to_owned(), content });
    Ok(())
}

/// The names in a module's `depends=`.
fn depends(module: &[u8]) -> Vec<String> {
    let section = object::File::parse(module).ok().and_then(|file| {
        let section = file.section_by_name(".modinfo")?;
        Some(section.data().ok()?.to_vec())
    });
    depends_in(&section.unwrap_or_default())
}

fn depends_in(modinfo: &[u8]) -> Vec<String> {
    let fields = modinfo.split(|&byte| byte == 0).filter_map(|field| std::str::from_utf8(field).ok());
    let lists = fields.filter_map(|field| field.strip_prefix("depends="));
    lists.flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).map(canonical).collect()
}

fn read(file: &Path) -> Result<Vec<u8>, ModuleError> {
    let unreadable = |source| ModuleError::Unreadable { module: file.to_owned(), source };
    let bytes = fs::read(file).map_err(unreadable)?;
    let mut content = Vec::new();
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("ko") => return Ok(bytes),
        Some("xz") => {
            lzma_rust2::XzReader::new(bytes.as_slice(), true).read_to_end(&mut content).map_err(unreadable)?
        }
        Some("zst") => ruzstd::decoding::StreamingDecoder::new(bytes.as_slice())
            .map_err(io::Error::other)
            .and_then(|mut decoder| decoder.read_to_end(&mut content))
            .map_err(unreadable)?,
        _ => return Err(ModuleError::Compressed { module: file.to_owned() }),
    };
    Ok(content)
}

fn index(directory: &Path, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            index(&path, files);
        } else if let Some(name) = entry.file_name().to_str().and_then(module_name) {
            files.insert(name, path);
        }
    }
}

/// `crc32c_intel` for `crc32c-intel.ko.xz`.
fn module_name(file: &str) -> Option<String> {
    let (stem, extension) = file.split_once(".ko")?;
    (extension.is_empty() || extension.starts_with('.')).then(|| canonical(stem))
}

fn canonical(name: &str) -> String {
    name.replace('-', "_")
}

#[cfg(test)]
mod tests;
