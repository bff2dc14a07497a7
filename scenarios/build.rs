//! Lists the catalog, so that `src/catalog.rs` has every scenario and trace in the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut list = String::from("&[\n");
    for folder in ["catalog", "catalog/traces"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files: Vec<PathBuf> = fs::read_dir(root.join(folder))
            .expect("the catalog is part of the package")
            .map(|entry| entry.expect("a readable entry").path())
            .filter(|path| path.is_file() && path.extension().is_some_and(|end| end != "md"))
            .collect();
        // By name: `a-b.toml` stands before `a.toml` by path, behind it by name.
        files.sort_by_key(|file| file.file_stem().map(ToOwned::to_owned));
        for file in files {
            let name = file.strip_prefix(root.join("catalog")).expect("below the catalog").display();
            let argument = format!("catalog:{}", name.to_string().trim_end_matches(".toml"));
            writeln!(list, "    ({:?}, {argument:?}, include_bytes!({file:?})),", name.to_string())
                .expect("memory");
        }
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(Path::new(&out).join("catalog.rs"), list).expect("OUT_DIR is writable");
}
