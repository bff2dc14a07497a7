//! Ctrl-C: prompt, with its exit code, and nothing torn.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{Place, SMALL};

#[test]
fn an_interrupted_study_ends_at_once_and_leaves_nothing() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let place = Place::new();
        place.write("farm.toml", &SMALL.replace("30s", "100h"));
        let mut child = place
            .command(&["compare", "farm.toml", "--out", "results"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let started = Instant::now();
        while place.files().len() < 2 && started.elapsed() < Duration::from_secs(10) {
            sleep(Duration::from_millis(10));
        }
        assert_eq!(place.files().len(), 2, "the staging directory is there");
        let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(code));
        assert_eq!(place.files(), ["farm.toml"]);
    }
}

/// The window in which files are being written is short: many tries, at moments spread over it.
#[test]
fn an_interrupted_write_leaves_all_or_nothing() {
    let place = Place::with_farm();
    for step in 0..60 {
        let mut child = place
            .command(&["compare", "farm.toml", "--quiet", "--force", "--out", "results"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        sleep(Duration::from_millis(step * 3 / 2));
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status();
        let code = child.wait().expect("it ends").code();
        // A signal that comes before the handler is set ends the process without a code.
        assert!(matches!(code, Some(0 | 130) | None), "{code:?}");
        let files = place.files();
        assert!(files == ["farm.toml"] || files == ["farm.toml", "results"], "{files:?}");
    }
}
