//! Circles of imports in packages that are made up.

use ipvslab_tidy::{Import, Package, SourceError, Sources, Tree, circles, imports, layers};

const STRICT: Package = Package { folder: "made/up", root: "lib.rs", circle: 1, rooms: 1 };

fn tree<const N: usize>(files: [(&str, &str); N]) -> Tree {
    Tree::new(&Sources::of(files), "lib.rs").expect("Rust")
}

fn edges(tree: &Tree) -> Vec<String> {
    imports(tree).into_iter().map(|Import { from, to }| format!("{from} -> {to}")).collect()
}

#[test]
fn circle_within_a_room_is_found_however_it_is_written() {
    let ways = [
        "use crate::room::b::B;",
        "use super::b::{self, B};",
        "pub struct A(crate::room::b::B);",
        "pub fn a() { super::b::b() }",
        "pub fn a() { println!(\"{}\", crate::room::b::b()) }",
        "mod inner { use super::super::b::B; }",
        "use super::*; pub struct A(B);",
        "use crate::B;",
    ];
    for way in ways {
        let glob = if way.contains('*') { "pub use b::B;" } else { "" };
        let tree = tree([
            ("lib.rs", "mod room;\npub use room::b::B;"),
            ("room.rs", &format!("mod a;\npub(crate) mod b;\n{glob}")),
            ("room/a.rs", way),
            ("room/b.rs", "use super::a;\npub struct B;\npub fn b() {}"),
        ]);
        let found = layers(&tree, &STRICT);
        assert_eq!(found.faults.len(), 1, "{way}: {:?}", edges(&tree));
        assert!(found.faults[0].contains("room/b.rs imports room/a.rs"), "{way}: {:?}", found.faults);
        let lenient = layers(&tree, &Package { circle: 3, ..STRICT });
        assert!(lenient.faults.is_empty(), "{way}: {:?}", lenient.faults);
    }
}

#[test]
fn circle_between_rooms_is_found_though_no_file_is_in_one() {
    let tree = tree([
        ("lib.rs", "mod above;\nmod below;"),
        ("above.rs", "mod one;\nmod two;"),
        ("above/one.rs", "use crate::below::three::Three;"),
        ("above/two.rs", "pub struct Two;"),
        ("below.rs", "pub mod three;\nmod four;"),
        ("below/three.rs", "pub struct Three;"),
        ("below/four.rs", "use crate::above::two::Two;"),
    ]);
    let found = layers(&tree, &STRICT);
    assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
    let told = "made/up: 2 rooms import one another, 1 may:\n  above/one.rs imports below/three.rs\n  \
                below/four.rs imports above/two.rs";
    assert_eq!(found.faults[0], told);
    assert!(layers(&tree, &Package { rooms: 2, ..STRICT }).faults.is_empty());
}

#[test]
fn what_is_handed_on_counts_for_where_it_is_defined() {
    let tree = tree([
        ("lib.rs", "mod room;\npub use room::Thing;"),
        ("room.rs", "mod thing;\nmod user;\npub use thing::Thing;"),
        ("room/thing.rs", "pub struct Thing;"),
        ("room/user.rs", "use crate::Thing;"),
    ]);
    assert_eq!(
        edges(&tree),
        ["lib.rs -> room/thing.rs", "room.rs -> room/thing.rs", "room/user.rs -> room/thing.rs"]
    );
    assert!(layers(&tree, &STRICT).faults.is_empty());
}

#[test]
fn tests_and_visibilities_import_nothing() {
    let tree = tree([
        ("lib.rs", "mod room;"),
        ("room.rs", "mod a;\nuse a::A;"),
        ("room/a.rs", "pub(super) struct A;\n#[cfg(test)]\nmod tests { use super::super::A; }"),
    ]);
    assert_eq!(edges(&tree), ["room.rs -> room/a.rs"]);
}

#[test]
fn circles_are_what_can_be_reached_from_itself() {
    let found = circles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("x", "a")]);
    let sets: Vec<Vec<&str>> = found.into_iter().map(|set| set.into_iter().collect()).collect();
    assert_eq!(sets, [vec!["a", "b", "c"], vec!["d", "e"]]);
}

#[test]
fn module_without_a_file_is_told() {
    let sources = Sources::of([("lib.rs", "mod gone;")]);
    assert!(
        matches!(Tree::new(&sources, "lib.rs"), Err(SourceError::NoFile { module, .. }) if module == "gone")
    );
}
