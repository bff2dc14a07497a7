//! The live verbs where there is no kernel with IPVS: every way of not having one is told, with the way out.

use crate::support::Place;

/// Runs `ipvslab live …` and returns its exit code and what it said.
fn live(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let output = place.command(&[&["live"], arguments].concat()).output().expect("the binary runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_file_that_is_no_kernel_is_told() {
    let place = Place::with_farm();
    place.write("vmlinuz", "not a kernel");
    let (code, said) = live(&place, &["validate", "farm.toml", "--vm", "--kernel", "./vmlinuz"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("not a Linux kernel"), "{said}");
}

#[test]
fn a_kernel_that_is_not_there_is_told() {
    let place = Place::with_farm();
    let (code, said) = live(&place, &["validate", "--vm", "--kernel", "./vmlinuz-missing"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("vmlinuz-missing"), "{said}");
}

#[test]
fn a_scenario_that_no_kernel_can_play_is_told() {
    let place = Place::with_farm();
    let farm = crate::support::SMALL.replace(
        "[[servers]]\nname = \"old\"",
        "[service.timeouts]\ntime_wait = \"0s\"\n\n[[servers]]\nname = \"old\"",
    );
    place.write("textbook.toml", &farm);
    let (code, said) = live(&place, &["validate", "textbook.toml"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("no kernel has time_wait = 0 s"), "{said}");
}

#[test]
fn the_socket_engine_wants_a_scenario() {
    let (code, said) = live(&Place::new(), &["validate", "--engine", "socket"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("name one"), "{said}");
}

#[test]
fn a_run_that_compares_nothing_is_refused_before_the_lab_is_built() {
    let place = Place::with_farm();
    let place_of = ["validate", "farm.toml", "--engine", "socket", "--vm", "--kernel", "./vmlinuz-missing"];
    let (code, said) = live(&place, &[&place_of[..], &["--events", "3"]].concat());
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("the first 3 connections arrive within the warm-up"), "{said}");
}

#[test]
fn a_kernel_is_for_a_machine_of_its_own() {
    let (code, said) = live(&Place::new(), &["validate", "--kernel", "6.12"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--vm"), "{said}");
}

#[test]
fn a_typo_in_a_scheduler_is_told() {
    let (code, said) = live(&Place::new(), &["validate", "--schedulers", "wlcc"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("wlc"), "{said}");
}
