//! What is found, and what of it is not allowed.

use std::collections::{BTreeMap, BTreeSet};

use crate::circle::circles;
use crate::import::{Import, imports, room};
use crate::limits::Package;
use crate::name::{Name, faulty_words, twice};
use crate::tree::Tree;

/// How the files of a package import one another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layers {
    /// In a line.
    pub summary: String,
    /// What is not allowed.
    pub faults: Vec<String>,
}

/// Checks the imports of a package against its manifest.
pub fn layers(tree: &Tree, package: &Package) -> Layers {
    let imports = imports(tree);
    let files = circles(imports.iter().map(|import| (import.from.as_str(), import.to.as_str())));
    let between = imports.iter().map(|import| (room(&import.from), room(&import.to)));
    let rooms = circles(between.filter(|(from, to)| from != to));
    let [largest, widest] = [&files, &rooms].map(|sets| sets.first().map_or(1, BTreeSet::len));
    let mut faults = Vec::new();
    for circle in files.iter().filter(|circle| circle.len() > package.circle) {
        let what = format!("{} files import one another, {} may", circle.len(), package.circle);
        faults.push(told(package, &what, circle, &imports, |file| file));
    }
    for circle in rooms.iter().filter(|circle| circle.len() > package.rooms) {
        let what = format!("{} rooms import one another, {} may", circle.len(), package.rooms);
        faults.push(told(package, &what, circle, &imports, room));
    }
    let shape = |size: usize, allowed: usize, what: &str| {
        let found = match size {
            1 => format!("no circle of {what}"),
            size => format!("circles of up to {size} {what}"),
        };
        let lower = format!(" (the table still allows {allowed}: lower it)");
        if size < allowed { found + &lower } else { found }
    };
    let files = shape(largest, package.circle, "files");
    let summary = format!("{}: {files}, {}", package.folder, shape(widest, package.rooms, "rooms"));
    Layers { summary, faults }
}

/// A circle with the imports that it is made of.
fn told(
    package: &Package,
    what: &str,
    circle: &BTreeSet<&str>,
    imports: &BTreeSet<Import>,
    place: fn(&str) -> &str,
) -> String {
    let mut text = format!("{}: {what}:", package.folder);
    for Import { from, to } in imports {
        let is_of_it = place(from) != place(to) && [from, to].iter().all(|file| circle.contains(place(file)));
        if is_of_it {
            text.push_str(&format!("\n  {from} imports {to}"));
        }
    }
    text
}

/// Checks public names against STYLE.md. Each line of `allowed` is a name, in how many places it may be, and why.
pub fn vocabulary(names: &[Name], allowed: &str) -> Vec<String> {
    let lines = allowed.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut allowed: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut faults = Vec::new();
    for line in lines {
        let mut parts = line.splitn(3, ' ');
        let (name, places, reason) = (parts.next(), parts.next().map(str::parse), parts.next());
        match (name, places, reason) {
            (Some(name), Some(Ok(places)), Some(reason)) => drop(allowed.insert(name, (places, reason))),
            _ => faults.push(format!("`{line}`: a name, in how many places it may be, and why")),
        }
    }
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names {
        if let Some(fault) = faulty_words(name) {
            found.entry(&name.name).or_default().push(format!("{}: {fault}", name.file));
        }
    }
    for (name, files) in twice(names) {
        let places = files.into_iter().map(|file| format!("{file}: one name for several things"));
        found.entry(name).or_default().extend(places);
    }
    for (name, places) in &found {
        match allowed.remove(name) {
            Some((count, _)) if count == places.len() => (),
            _ => faults.push(format!("`{name}`\n  {}", places.join("\n  "))),
        }
    }
    let needless =
        allowed.keys().map(|name| format!("`{name}` is on the list of names, and nothing needs that"));
    faults.extend(needless);
    faults
}
