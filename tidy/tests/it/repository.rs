//! This repository.

use std::path::Path;

use ipvslab_tidy::look;

#[test]
fn layers_and_names_are_as_they_should_be() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = look(folder.parent().expect("the package is in the repository")).expect("Rust");
    assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
}
