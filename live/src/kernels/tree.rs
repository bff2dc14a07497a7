//! The kernels in a tree of files, be it the root of this machine or an unpacked package.
//!
//! Debian puts images in `/boot` up to 6.x and beside the modules from 7.x on, and modules in `/lib` up to 6.12 and in
//! `/usr/lib` from 6.18 on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Kernel, Origin, release};

/// Every kernel under `root` that has both an image and modules, newest first.
pub(super) fn kernels(root: &Path, origin: &Origin) -> Vec<Kernel> {
    let boot =
        names_in(&root.join("boot")).filter_map(|name| name.strip_prefix("vmlinuz-").map(str::to_owned));
    let modular = names_in(&root.join("lib/modules")).chain(names_in(&root.join("usr/lib/modules")));
    let releases: BTreeSet<String> = boot.chain(modular).collect();
    let mut found: Vec<Kernel> =
        releases.into_iter().filter_map(|release| kernel(root, release, origin)).collect();
    found.sort_by(|a, b| release::order(&b.release, &a.release));
    found
}

/// Where the modules of an image may be: beside it, beside its directory, or where this machine has its own.
pub(super) fn places_for_modules(image: &Path, release: &str) -> Vec<PathBuf> {
    let beside = image.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent });
    let mut places = Vec::new();
    if let Some(beside) = beside {
        if beside.file_name().is_some_and(|name| name == release) {
            places.push(beside.to_owned());
        }
        for root in [beside.join(".."), beside.to_owned()] {
            places.push(root.join("lib/modules").join(release));
            places.push(root.join("usr/lib/modules").join(release));
        }
    }
    places.push(Path::new("/lib/modules").join(release));
    places.push(Path::new("/usr/lib/modules").join(release));
    places
}

/// The file that says how the kernel was built.
pub(super) fn config(image: &Path, release: &str) -> Option<PathBuf> {
    let beside = image.parent()?;
    [beside.join(format!("config-{release}")), beside.join("config")].into_iter().find(|path| path.is_file())
}

/// Whether the module is there, or built in.
pub(super) fn has_module(modules: &Path, name: &str) -> bool {
    let is_it = |file: &str| file.split_once(".ko").is_some_and(|(stem, _)| stem.replace('-', "_") == name);
    let builtin = fs::read_to_string(modules.join("modules.builtin")).unwrap_or_default();
    builtin.lines().any(|line| is_it(line.rsplit('/').next().unwrap_or(line)))
        || anywhere_under(modules, &is_it)
}

fn kernel(root: &Path, release: String, origin: &Origin) -> Option<Kernel> {
    let places = [root.join("lib/modules").join(&release), root.join("usr/lib/modules").join(&release)];
    let modules = places.into_iter().find(|place| place.is_dir())?;
    let places = [root.join(format!("boot/vmlinuz-{release}")), modules.join("vmlinuz")];
    let image = places.into_iter().find(|place| place.is_file())?;
    Some(Kernel {
        config: config(&image, &release).or_else(|| config(&modules.join("vmlinuz"), &release)),
        release,
        image,
        modules,
        origin: origin.clone(),
    })
}

fn names_in(directory: &Path) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

fn anywhere_under(directory: &Path, is_it: &dyn Fn(&str) -> bool) -> bool {
    fs::read_dir(directory).into_iter().flatten().flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => anywhere_under(&entry.path(), is_it),
        _ => entry.file_name().to_str().is_some_and(is_it),
    })
}
