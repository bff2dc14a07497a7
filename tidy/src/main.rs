//! Checks the sources of all packages against ARCHITECTURE.md and STYLE.md; run by `./check layers`. With the argument
//! `dependencies`: licences and sources of what is used, against deny.toml.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use ipvslab_tidy::{look, refused_dependencies, untested_version};

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = folder.parent().unwrap_or(folder);
    let found = match env::args().nth(1).as_deref() {
        Some("dependencies") => dependencies(root),
        Some(other) => Err(format!("`{other}`: nothing, or `dependencies`").into()),
        None => sources(root),
    };
    match found {
        Ok(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::from(u8::from(!faults.is_empty()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Sources, documentation and toolchain.
fn sources(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = look(root)?;
    found.summary.iter().for_each(|line| println!("{line}"));
    let rustc = said(Command::new("rustc").arg("--version"))?;
    found.faults.extend(untested_version(env!("CARGO_PKG_RUST_VERSION"), &rustc));
    Ok(found.faults)
}

/// What is used on the platforms of deny.toml.
fn dependencies(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let rules = fs::read_to_string(root.join("deny.toml"))?;
    let metadata =
        ["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"];
    let said = said(Command::new("cargo").args(metadata).current_dir(root))?;
    let (faults, packages) = refused_dependencies(&said, &rules)?;
    println!("{packages} packages");
    Ok(faults)
}

fn said(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
