//! The modules of a package: what `mod` declarations make of its files. Modules for tests are left out.

use std::collections::BTreeMap;

use syn::{Attribute, Item, ItemMod, ItemUse, UseTree};

use crate::source::{SourceError, Sources};

/// The modules of a package, the root first.
pub struct Tree {
    pub(crate) modules: Vec<Module>,
}

/// A module and what it is made of.
pub(crate) struct Module {
    /// The file it is written in; that of the module around it, if it is written there.
    pub(crate) file: String,
    /// The module around it; the root is around itself.
    pub(crate) parent: usize,
    pub(crate) children: BTreeMap<String, usize>,
    /// What `use` declares, by the name that it has here.
    pub(crate) uses: Vec<Use>,
    /// Everything but modules.
    pub(crate) items: Vec<Item>,
}

/// One name of a `use` declaration.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    /// What it is called here; `None` if it is a glob.
    pub(crate) name: Option<String>,
    /// What it is.
    pub(crate) path: Vec<String>,
}

impl Tree {
    /// The modules below a root file.
    ///
    /// # Errors
    /// If a file is missing or is not Rust.
    pub fn new(sources: &Sources, root: &str) -> Result<Self, SourceError> {
        let mut tree = Self { modules: Vec::new() };
        tree.add_file(sources, root, "", 0)?;
        Ok(tree)
    }

    /// Reads a file whose modules are in `folder`; returns its module.
    fn add_file(
        &mut self,
        sources: &Sources,
        file: &str,
        folder: &str,
        parent: usize,
    ) -> Result<usize, SourceError> {
        let text = sources.0.get(file).map_or("", String::as_str);
        let parsed = syn::parse_file(text)
            .map_err(|error| SourceError::Unparsable { file: file.to_owned(), error })?;
        self.add(sources, file, folder, parent, parsed.items)
    }

    fn add(
        &mut self,
        sources: &Sources,
        file: &str,
        folder: &str,
        parent: usize,
        items: Vec<Item>,
    ) -> Result<usize, SourceError> {
        let at = self.modules.len();
        let (declared, items): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .filter(|item| !is_test(attributes(item)))
            .partition(|item| matches!(item, Item::Mod(_)));
        let uses = items.iter().filter_map(used).flatten().collect();
        self.modules.push(Module { file: file.to_owned(), parent, children: BTreeMap::new(), uses, items });
        for item in declared {
            let Item::Mod(ItemMod { ident, content, .. }) = item else { continue };
            let name = ident.to_string();
            let inside = format!("{folder}{name}/");
            let child = match content {
                Some((_, items)) => self.add(sources, file, &inside, at, items)?,
                None => {
                    let places = [format!("{folder}{name}.rs"), format!("{folder}{name}/mod.rs")];
                    let place = places
                        .into_iter()
                        .find(|place| sources.0.contains_key(place))
                        .ok_or_else(|| SourceError::NoFile { file: file.to_owned(), module: name.clone() })?;
                    self.add_file(sources, &place, &inside, at)?
                }
            };
            self.modules[at].children.insert(name, child);
        }
        Ok(at)
    }

    /// The module that a path leads to from the module that it is written in, through re-exports to where it is
    /// defined; `None` if it leads out of the package or is no path between modules.
    pub(crate) fn resolve(&self, from: usize, path: &[String]) -> Option<usize> {
        self.resolved(from, path, 0).map(|(module, _)| module)
    }

    /// The module, and how many parts of the path are left: 0 if it is the module itself that is meant.
    fn resolved(&self, from: usize, path: &[String], depth: usize) -> Option<(usize, usize)> {
        // Two modules may re-export each other's everything.
        if depth > 16 {
            return None;
        }
        let mut rest = path;
        let mut at = match rest.first()?.as_str() {
            "crate" => 0,
            "self" => from,
            "super" => self.modules[from].parent,
            name => *self.modules[from].children.get(name)?,
        };
        rest = &rest[1..];
        while rest.first().is_some_and(|name| name == "super") {
            at = self.modules[at].parent;
            rest = &rest[1..];
        }
        while let Some(name) = rest.first() {
            if let Some(&child) = self.modules[at].children.get(name) {
                at = child;
            } else {
                match self.re_exported(at, name, depth + 1) {
                    Some((module, 0)) => at = module,
                    Some((module, _)) => return Some((module, 1)),
                    None => return Some((at, rest.len())),
                }
            }
            rest = &rest[1..];
        }
        Some((at, 0))
    }

    /// Where a name comes from that a module has by `use`.
    fn re_exported(&self, module: usize, name: &str, depth: usize) -> Option<(usize, usize)> {
        let uses = &self.modules[module].uses;
        let named = uses.iter().find(|used| used.name.as_deref() == Some(name));
        if let Some(used) = named {
            return self.resolved(module, &used.path, depth);
        }
        let is_defined = self.modules[module].items.iter().any(|item| defines(item, name));
        let globs = uses.iter().filter(|used| used.name.is_none() && !is_defined);
        globs.filter_map(|used| self.resolved(module, &used.path, depth)).find_map(|(target, left)| {
            let has = self.modules[target].items.iter().any(|item| defines(item, name));
            (left == 0 && has).then_some((target, 1))
        })
    }
}

/// What a `use` item declares; `None` of any other item.
fn used(item: &Item) -> Option<Vec<Use>> {
    let Item::Use(ItemUse { tree, .. }) = item else { return None };
    let mut uses = Vec::new();
    flatten(tree, &mut Vec::new(), &mut uses);
    Some(uses)
}

/// The leaves of a `use` tree.
pub(crate) fn flatten(tree: &UseTree, before: &mut Vec<String>, into: &mut Vec<Use>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, into);
            before.pop();
        }
        UseTree::Name(leaf) => into.push(named(&leaf.ident.to_string(), None, before)),
        UseTree::Rename(leaf) => {
            into.push(named(&leaf.ident.to_string(), Some(leaf.rename.to_string()), before))
        }
        UseTree::Glob(_) => into.push(Use { name: None, path: before.clone() }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, into)),
    }
}

/// `self` in braces is what stands before them.
fn named(name: &str, renamed: Option<String>, before: &[String]) -> Use {
    let mut path = before.to_vec();
    if name != "self" || before.is_empty() {
        path.push(name.to_owned());
    }
    Use { name: renamed.or_else(|| path.last().cloned()), path }
}

fn defines(item: &Item, name: &str) -> bool {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return false,
    };
    ident == name
}

/// Whether something is there only in tests.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test")
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
