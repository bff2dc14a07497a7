//! ARCHITECTURE.md's table "Where do I change …?": every path that it names is there.

use std::path::{Path, PathBuf};

use ipvslab_tidy::expanded;

#[test]
fn every_path_of_the_table_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the repository");
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, table) = text.split_once("## Where do I change").expect("the table's heading");
    let rows: Vec<&str> = table.lines().take_while(|line| !line.starts_with("## ")).collect();
    let found: Vec<(String, bool)> = rows.iter().flat_map(|row| paths(root, row)).collect();
    assert!(found.len() > 100, "only {} paths are found in the table", found.len());
    let dead: Vec<&str> =
        found.iter().filter(|(_, is_there)| !is_there).map(|(path, _)| path.as_str()).collect();
    assert!(dead.is_empty(), "no such file or folder:\n  {}", dead.join("\n  "));
}

#[test]
fn braces_relative_names_and_dead_paths_are_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let row = "| `Type::name` | `src/{circle,nowhere}.rs`, `import.rs`, `gone.rs`, `src/` |";
    let found: Vec<(String, bool)> = paths(root, row).collect();
    let expected = [
        ("src/circle.rs", true),
        ("src/nowhere.rs", false),
        ("import.rs", true),
        ("gone.rs", false),
        ("src/", true),
    ];
    assert_eq!(found, expected.map(|(path, is_there)| (path.to_owned(), is_there)));
}

/// The paths that a row names between backticks, and whether each is there: from the root, or, of a bare name, beside
/// or in the path named before it in the row.
fn paths(root: &Path, row: &str) -> impl Iterator<Item = (String, bool)> {
    let quoted = row.split('`').skip(1).step_by(2).filter(|word| is_path(word));
    let mut before = PathBuf::new();
    quoted.flat_map(expanded).map(move |path| {
        let mut places = vec![root.join(&path)];
        if !path.trim_end_matches('/').contains('/') {
            // `script/wild/` and `script/wild.rs` are one room.
            places.extend([before.join(&path), before.with_file_name(&path)]);
        }
        let place = places.into_iter().find(|place| place.exists());
        if let Some(place) = &place {
            before.clone_from(place);
        }
        (path, place.is_some())
    })
}

/// Folders end in a slash, files in an ending; `<…>` stands for any of several.
fn is_path(word: &str) -> bool {
    let ends = [".rs", ".md", ".txt", ".csv", ".toml", ".sh", ".mjs", "/"];
    ends.iter().any(|end| word.ends_with(end)) && !word.contains(['<', ' '])
}
