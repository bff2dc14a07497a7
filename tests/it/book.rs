//! Every command of the tutorial and the how-tos runs, in their order, in a directory with the tutorial's files.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Place;

/// Commands that end otherwise than well, with their exit codes: what an exit code says is not the matter here.
const VERDICTS: [i32; 4] = [0, 20, 21, 23];

/// The lines of a page's blocks of shell commands.
fn commands(page: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs").join(page)).expect("the page");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.flat_map(|(block, _)| block.lines().map(str::to_owned)).collect()
}

/// Runs the commands as a shell does.
fn run(place: &Place, commands: &[String]) {
    let program = Path::new(env!("CARGO_BIN_EXE_ipvslab"));
    let folder = program.parent().expect("a directory");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    for command in commands {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(place.path("."))
            .env("PATH", &path)
            .output()
            .expect("a shell");
        let code = output.status.code().unwrap_or(-1);
        assert!(VERDICTS.contains(&code), "{command}: {code}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_tutorial_and_the_how_tos_can_be_followed() {
    let place = Place::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial");
    fs::create_dir_all(place.path("docs/tutorial")).expect("a directory");
    for name in crate::support::names(&samples) {
        fs::copy(samples.join(&name), place.path("docs/tutorial").join(&name)).expect("a sample");
    }
    let tutorial = commands("tutorial.md");
    assert!(tutorial.len() > 8, "{tutorial:?}");
    run(&place, &tutorial);
    let how_to = commands("how-to.md");
    assert!(how_to.len() > 8, "{how_to:?}");
    run(&place, &how_to);
}
