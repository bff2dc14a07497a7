//! Public names: what a package shows its users, and what its files show each other.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Fields, ImplItem, Item, TraitItem, Visibility};

use crate::tree::Tree;

/// Words of STYLE.md that nothing is called by, with what it is called instead.
const SAID_OTHERWISE: [(&str, &str); 7] = [
    ("backend", "real server"),
    ("node", "real server, or what it is a node of"),
    ("job", "request"),
    ("balancer", "director"),
    ("manager", "a noun for what it does"),
    ("util", "the one idea of the file"),
    ("utils", "the one idea of the file"),
];

/// A name that other files can use.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Name {
    /// What it is called.
    pub name: String,
    /// What is called so.
    pub kind: NameKind,
    /// Where.
    pub file: String,
}

/// What a name is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NameKind {
    /// A type or a trait that the package shows everybody.
    Type,
    /// A function.
    Function,
    /// Anything else: modules, fields, variants, constants, types for the package's own files.
    Other,
}

/// The names of a package; `folder` stands before its files.
pub fn names(tree: &Tree, folder: &str) -> Vec<Name> {
    let mut all = Vec::new();
    for module in &tree.modules {
        let file = format!("{folder}/{}", module.file);
        let name = |name: String, kind| Name { name, kind, file: file.clone() };
        all.extend(module.children.keys().map(|child| name(child.clone(), NameKind::Other)));
        let mut add = |ident: &syn::Ident, kind| all.push(name(ident.to_string(), kind));
        module.items.iter().for_each(|item| of_item(item, &mut add));
    }
    all
}

fn of_item(item: &Item, add: &mut impl FnMut(&syn::Ident, NameKind)) {
    let shown_as = |visibility: &Visibility| match visibility {
        Visibility::Public(_) => NameKind::Type,
        _ => NameKind::Other,
    };
    match item {
        Item::Struct(item) if is_shown(&item.vis) => {
            add(&item.ident, shown_as(&item.vis));
            of_fields(&item.fields, add);
        }
        Item::Enum(item) if is_shown(&item.vis) => {
            add(&item.ident, shown_as(&item.vis));
            item.variants.iter().for_each(|variant| add(&variant.ident, NameKind::Other));
        }
        Item::Trait(item) if is_shown(&item.vis) => {
            add(&item.ident, shown_as(&item.vis));
            for item in &item.items {
                if let TraitItem::Fn(function) = item {
                    add(&function.sig.ident, NameKind::Function);
                }
            }
        }
        Item::Type(item) if is_shown(&item.vis) => add(&item.ident, shown_as(&item.vis)),
        Item::Fn(item) if is_shown(&item.vis) => add(&item.sig.ident, NameKind::Function),
        Item::Const(item) if is_shown(&item.vis) => add(&item.ident, NameKind::Other),
        Item::Static(item) if is_shown(&item.vis) => add(&item.ident, NameKind::Other),
        Item::Impl(item) if item.trait_.is_none() => {
            for item in &item.items {
                match item {
                    ImplItem::Fn(item) if is_shown(&item.vis) => add(&item.sig.ident, NameKind::Function),
                    ImplItem::Const(item) if is_shown(&item.vis) => add(&item.ident, NameKind::Other),
                    _ => (),
                }
            }
        }
        _ => (),
    }
}

fn of_fields(fields: &Fields, add: &mut impl FnMut(&syn::Ident, NameKind)) {
    for field in fields.iter().filter(|field| is_shown(&field.vis)) {
        if let Some(name) = &field.ident {
            add(name, NameKind::Other);
        }
    }
}

fn is_shown(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

/// What is wrong with the words of a name; `None` if nothing is.
pub(crate) fn faulty_words(name: &Name) -> Option<String> {
    let words = words(&name.name);
    // The standard library has the other of `get`.
    if name.kind == NameKind::Function && words.len() > 1 && words[0] == "get" && name.name != "get_mut" {
        return Some("no `get_` before what is returned".to_owned());
    }
    let said = SAID_OTHERWISE.iter().find(|(word, _)| words.iter().any(|other| other == word));
    said.map(|(word, instead)| format!("not `{word}`; say: {instead}"))
}

/// Public types of one name, by the name, with the files that they are in.
pub(crate) fn twice(names: &[Name]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut files: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in names.iter().filter(|name| name.kind == NameKind::Type) {
        files.entry(&name.name).or_default().insert(&name.file);
    }
    files.retain(|_, files| files.len() > 1);
    files
}

/// The words of `CamelCase` and `snake_case`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && !before.is_uppercase() || before == '_';
        if letter != '_' {
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    words
}
