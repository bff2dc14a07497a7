//! Holds the sources of all packages against ARCHITECTURE.md and STYLE.md; run by `./check layers`.

use std::path::Path;
use std::process::ExitCode;

use ipvslab_tidy::look;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    match look(folder.parent().unwrap_or(folder)) {
        Ok(found) => {
            found.summary.iter().for_each(|line| println!("{line}"));
            found.faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::from(u8::from(!found.faults.is_empty()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
