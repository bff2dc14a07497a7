//! Which file imports which: by `use`, by a path in the code, by a path within a macro.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::tree::Tree;

/// A file that needs another one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Import {
    /// Who imports.
    pub from: String,
    /// What is imported; where it is defined, not where it is handed on.
    pub to: String,
}

/// Which file imports which in a package.
pub fn imports(tree: &Tree) -> BTreeSet<Import> {
    let mut all = BTreeSet::new();
    for (number, module) in tree.modules.iter().enumerate() {
        let mut seen = Mentions::default();
        module.items.iter().for_each(|item| seen.visit_item(item));
        let used = module.uses.iter().map(|used| &used.path);
        for path in used.chain(&seen.0) {
            let Some(target) = tree.resolve(number, path) else { continue };
            let to = &tree.modules[target].file;
            if *to != module.file {
                all.insert(Import { from: module.file.clone(), to: to.clone() });
            }
        }
    }
    all
}

/// The room that a file is in: the folder below the root, which the file of the same name belongs to.
pub(crate) fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// Paths that are mentioned in code.
#[derive(Default)]
struct Mentions(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    // Neither of them needs what it names.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    // Those are known from the tree.
    fn visit_item_use(&mut self, _: &'ast syn::ItemUse) {}
}

impl Mentions {
    /// Names with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.mentioned(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.mentioned(&mut path);
                    self.tokens(group.stream());
                }
                _ => self.mentioned(&mut path),
            }
        }
        self.mentioned(&mut path);
    }

    fn mentioned(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.0.push(std::mem::take(path));
        }
        path.clear();
    }
}
