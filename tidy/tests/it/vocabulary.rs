//! Names in packages that are made up.

use ipvslab_tidy::{Name, Sources, Tree, names, vocabulary};

fn all<const N: usize>(packages: [(&str, &str); N]) -> Vec<Name> {
    let of = |(folder, text): (&str, &str)| {
        let tree = Tree::new(&Sources::of([("lib.rs", text)]), "lib.rs").expect("Rust");
        names(&tree, folder)
    };
    packages.into_iter().flat_map(of).collect()
}

fn faulty(text: &str) -> bool {
    !vocabulary(&all([("one", text)]), "").is_empty()
}

#[test]
fn words_that_are_not_said_are_found_in_every_public_name() {
    let wrong = [
        "pub struct JobQueue;",
        "pub enum Kind { Backend }",
        "pub struct Farm { pub node_count: u32 }",
        "pub trait Runs { fn job(&self); }",
        "pub struct A; impl A { pub(crate) fn get_name(&self) {} }",
        "pub const MANAGER: u32 = 1;",
        "pub(crate) mod utils;",
    ];
    for text in wrong {
        let text = text.replace("mod utils;", "mod utils { }");
        assert!(faulty(&text), "{text}");
    }
}

#[test]
fn other_words_and_private_names_are_left_alone() {
    let right = [
        "pub struct Nodes2;",
        "struct Job;",
        "pub struct A { job: u32 }",
        "pub struct A; impl A { pub fn get(&self) {} fn get_it(&self) {} }",
        "pub fn jobless() {}",
        "#[cfg(test)] pub fn job() {}",
    ];
    for text in right {
        assert!(!faulty(text), "{text}");
    }
}

#[test]
fn public_type_means_one_thing() {
    let two = all([
        ("one", "pub struct Flow;"),
        ("two", "pub enum Flow { A }"),
        ("three", "pub(crate) struct Flow;"),
    ]);
    let faults = vocabulary(&two, "");
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0].starts_with("`Flow`")
            && faults[0].contains("one/lib.rs")
            && faults[0].contains("two/lib.rs")
    );
    assert!(vocabulary(&two, "# why\nFlow 2 the kernel's word\n").is_empty());
}

#[test]
fn list_of_names_is_never_longer_than_what_needs_it() {
    let two = all([("one", "pub struct Flow;"), ("two", "pub enum Flow { A }")]);
    for allowed in ["Flow 3 too many", "Flow 2", "Flow", "Flow 2 right\nGone 2 no longer there"] {
        assert!(!vocabulary(&two, allowed).is_empty(), "{allowed}");
    }
}
