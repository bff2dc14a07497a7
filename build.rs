//! The commit for `--version`, and the list of the documentation's pages.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rustc-env=IPVSLAB_COMMIT={}", commit());
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=docs");
    println!("cargo::rerun-if-env-changed=IPVSLAB_COMMIT");
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("docs"))
        .expect("the pages are part of the package")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    let mut list = String::from("&[\n");
    for page in pages {
        let name = page.file_stem().expect("a name").to_string_lossy().into_owned();
        if name != "SUMMARY" && name != "README" {
            writeln!(list, "    ({name:?}, include_str!({page:?})),").expect("memory");
        }
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("docs.rs"), list).expect("OUT_DIR is writable");
}

/// Of a release only: asking git anew for each build of a developer would rebuild the program after every commit.
fn commit() -> String {
    if let Ok(given) = env::var("IPVSLAB_COMMIT") {
        return given;
    }
    if env::var("PROFILE").as_deref() != Ok("release") {
        return "a development build".to_owned();
    }
    let asked = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    let said = asked.ok().filter(|output| output.status.success());
    let hash = said.and_then(|output| String::from_utf8(output.stdout).ok());
    hash.map_or_else(|| "unknown".to_owned(), |hash| hash.trim().to_owned())
}
