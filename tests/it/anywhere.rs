//! What works in an empty directory: the catalog, the documentation and the manual are inside the program.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Place, SMALL};

#[test]
fn the_catalog_needs_no_files() {
    let place = Place::new();
    let list = place.run(&["list", "scenarios"]);
    assert!(list.succeeds().lines().any(|line| line == "catalog:nasa-1995"), "{list:?}");
    // With a trace, which is in the program too.
    let checked = place.run(&["check", "catalog:nasa-1995", "catalog:azure-llm"]);
    assert!(checked.succeeds().starts_with("catalog:nasa-1995: ok: "), "{checked:?}");
    let json = ["compare", "catalog:newcomer", "--replications", "1", "--format", "json", "--quiet"];
    let results: serde_json::Value = serde_json::from_str(place.run(&json).succeeds()).expect("JSON");
    assert_eq!(results["scenario"]["name"], "newcomer");
    place.run(&["check", "catalog:nasa-1996"]).fails(3, &["did you mean `catalog:nasa-1995`?"]);
    place.run(&["check", "catalog:"]).fails(3, &["ipvslab list scenarios"]);
}

#[test]
fn a_scenario_comes_from_stdin() {
    let place = Place::new();
    let mut command = place.command(&["check", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(SMALL.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("-: ok: real servers: 3"), "{output:?}");
    assert!(place.run(&["init", "-"]).succeeds().contains("[service]"));
    assert!(place.files().is_empty());
}

#[test]
fn every_page_of_the_documentation_is_in_the_program() {
    let place = Place::new();
    let list = place.run(&["docs"]);
    let pages: Vec<&str> =
        list.succeeds().lines().filter_map(|line| line.split_whitespace().next()).collect();
    for page in ["tutorial", "scenario-format", "glossary", "how-to"] {
        assert!(pages.contains(&page), "{pages:?}");
        assert!(place.run(&["docs", page]).succeeds().starts_with("# "), "{page}");
    }
    place.run(&["docs", "tutorail"]).fails(2, &["tutorial"]);
}

#[test]
fn the_version_names_commit_and_kernel_profiles() {
    let place = Place::new();
    let long = place.run(&["--version"]);
    for part in [env!("CARGO_PKG_VERSION"), "commit: ", "kernel profiles: total"] {
        assert!(long.succeeds().contains(part), "{long:?}");
    }
    assert_eq!(place.run(&["-V"]).succeeds(), format!("ipvslab {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn manual_pages_are_made_for_every_subcommand() {
    let place = Place::new();
    assert!(place.run(&["man"]).succeeds().contains(".TH ipvslab"));
    place.run(&["man", "--out", "man1"]).succeeds();
    let pages = crate::support::names(&place.path("man1"));
    for page in ["ipvslab.1", "ipvslab-compare.1", "ipvslab-live-validate.1", "ipvslab-trace-convert.1"] {
        assert!(pages.iter().any(|found| found == page), "{pages:?}");
    }
}

#[test]
fn completions_know_schedulers_metrics_and_the_catalog() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.run(&["completions", shell]);
        // Fish completes arguments as files.
        let scenario = if shell == "fish" { "regress" } else { "catalog:nasa-1995" };
        for word in ["lblcr", "least-work", "wait-p99", scenario, "regress"] {
            assert!(
                script.succeeds().contains(&word.replace(':', if shell == "zsh" { "\\:" } else { ":" }))
                    || script.stdout.contains(word),
                "{shell}: {word}"
            );
        }
    }
}

#[test]
fn colour_is_a_matter_of_the_flag() {
    let place = Place::new();
    place.write("farm.toml", &SMALL.replace("weight = 2", "wieght = 2"));
    let stderr = |when: &str| place.run(&["check", "farm.toml", "--color", when]).stderr;
    assert!(stderr("always").contains('\u{1b}'));
    assert!(!stderr("never").contains('\u{1b}'));
    assert!(!stderr("auto").contains('\u{1b}'), "not a terminal");
}

#[test]
fn two_scenarios_are_compared_and_directories_are_sent_to_regress() {
    let place = Place::with_farm();
    place.write("lighter.toml", &SMALL.replace("mean = \"100ms\"", "mean = \"10ms\""));
    let table = place.run(&["compare", "farm.toml", "lighter.toml", "--quiet"]);
    for part in ["before: farm.toml", "after:  lighter.toml", "wlc", "p99 response time", "verdict"] {
        assert!(table.succeeds().contains(part), "{part}: {table:?}");
    }
    place.run(&["compare", "farm.toml", "--quiet", "--out", "before"]).succeeds();
    place.run(&["compare", "farm.toml", "--quiet", "--out", "after"]).succeeds();
    place.run(&["compare", "before", "after"]).fails(3, &["ipvslab regress BEFORE AFTER"]);
    place.run(&["compare", "before"]).fails(3, &["ipvslab report before"]);
    let same = place.run(&["regress", "before", "after"]);
    assert!(same.succeeds().contains("same"), "{same:?}");
    place.run(&["compare", "farm.toml", "--seed", "6", "--quiet", "--out", "other"]).succeeds();
    place.run(&["compare", "lighter.toml", "--quiet", "--out", "lighter"]).succeeds();
    place.run(&["regress", "before", "lighter"]).fails(3, &["different scenarios", "--allow-different"]);
    let worse = place.run(&["regress", "lighter", "before", "--allow-different"]);
    assert_eq!(worse.code, Some(21), "ten times the work is worse: {worse:?}");
}

#[test]
fn check_speaks_to_programs() {
    let place = Place::new();
    place.write("farm.toml", &SMALL.replace("weight = 2", "wieght = 2"));
    let json = place.run(&["check", "farm.toml", "--format", "json"]);
    assert_eq!(json.code, Some(3), "{json:?}");
    let problem: serde_json::Value =
        serde_json::from_str(json.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (&problem["file"], &problem["line"], &problem["column"]),
        (&"farm.toml".into(), &17.into(), &1.into())
    );
    assert_eq!(problem["level"], "error");
    let github = place.run(&["check", "farm.toml", "--format", "github"]);
    assert!(github.stdout.starts_with("::error file=farm.toml,line=17,col=1::"), "{github:?}");
}
