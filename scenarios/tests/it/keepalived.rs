//! Our reader against keepalived itself: what Debian's keepalived 2.2.7 made of each configuration in `keepalived/` is recorded beside it
//! (`tests/servers/keepalived.sh` records, and says when the program does otherwise).

mod said;

use std::fs;
use std::path::{Path, PathBuf};

use ipvslab_scenarios::table::ipvsadm::{self, Thresholds};
use ipvslab_scenarios::table::keepalived::{Files, Unreadable, read};
use ipvslab_scenarios::table::{Context, Imported, Loss, Table, to_scenario};
use ipvslab_scenarios::{Level, Problem, Problems, parse};

use self::said::Said;

/// The files beside the configurations.
struct Beside(PathBuf);

impl Files for Beside {
    fn names(&self, directory: &str) -> Option<Vec<String>> {
        let entries = fs::read_dir(self.0.join(directory)).ok()?;
        Some(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    fn exists(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    fn text(&self, path: &str) -> Result<String, Unreadable> {
        let path = self.0.join(path);
        if path.is_dir() {
            return Err(Unreadable::Directory);
        }
        fs::read_to_string(path).map_err(|error| Unreadable::Because(error.to_string()))
    }
}

/// A configuration, what we make of it, and what keepalived said.
struct Case {
    name: String,
    /// What `ipvsadm -Sn` saved of a kernel that keepalived had set up (`tests/servers/director.sh`).
    kernel: String,
    imported: Result<Imported, Problems>,
    said: Said,
}

fn cases() -> Vec<Case> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/keepalived");
    let entries = fs::read_dir(&directory).expect("the configurations are in the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "conf"));
    paths.sort();
    let case = |path: &PathBuf| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("UTF-8");
        let director = text.strip_prefix("# run with: -i ").and_then(|rest| rest.lines().next());
        let imported = read(&text, &name, director, &Beside(directory.clone()));
        let record = fs::read_to_string(path.with_extension("said")).expect("keepalived was asked");
        let kernel = fs::read_to_string(path.with_extension("kernel")).expect("the kernel was asked");
        Case { name, kernel, imported, said: Said::read(&record) }
    };
    paths.iter().map(case).collect()
}

/// What is said where keepalived complains too.
fn is_complaint(problem: &Problem) -> bool {
    let outcomes =
        ["ignores", "skips", "takes ", "lowers", "makes it", "removes it", "and keepalived says so"];
    let phrases = outcomes.map(|outcome| match outcome {
        "and keepalived says so" => outcome.to_owned(),
        outcome => format!("keepalived {outcome}"),
    });
    let ports = ["only NAT changes ports", "has no block"];
    problem.level == Level::Error
        || phrases.iter().map(String::as_str).chain(ports).any(|phrase| problem.message.contains(phrase))
}

#[test]
fn what_keepalived_accepts_is_accepted_and_what_it_complains_of_is_said() {
    for Case { name, imported, said, .. } in cases() {
        let complaints = match &imported {
            Ok(imported) => imported.warnings.iter().filter(|warning| is_complaint(warning)).count(),
            Err(problems) => problems.list().iter().filter(|problem| is_complaint(problem)).count(),
        };
        // It passes over a virtual server of an unknown group with a line in its log.
        let only_logs = name == "31-unknown-group.conf";
        assert_eq!(complaints > 0, said.exit_code != 0 || only_logs, "{name}: {imported:?}");
        if said.exit_code == 0 && !only_logs {
            assert!(imported.is_ok(), "{name}: {imported:?}");
        }
    }
}

#[test]
fn the_table_is_the_one_that_keepalived_has() {
    let mut compared = 0;
    for Case { name, imported, said, .. } in cases() {
        let Ok(imported) = imported else { continue };
        let mut table = Table { timeouts: None, ..imported.table };
        // It prints no persistence engine.
        table.services.iter_mut().for_each(|service| service.engine = None);
        assert_eq!(ipvsadm::write(&table, Thresholds::Write), said.table(), "{name}");
        compared += 1;
    }
    assert!(compared >= 20, "{compared}");
}

#[test]
fn the_table_is_the_one_that_the_kernel_had() {
    let mut compared = 0;
    for Case { name, kernel, imported, .. } in cases() {
        let Ok(imported) = imported else { continue };
        // With `alpha` servers come as their checks succeed, and here none does.
        if imported.warnings.iter().any(|warning| warning.message.starts_with("`alpha`")) {
            continue;
        }
        let saved = ipvsadm::parse(&kernel, &name).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(sorted(imported.table), sorted(saved.table), "{name}");
        compared += 1;
    }
    assert!(compared >= 20, "{compared}");
}

/// As `ipvsadm -Sn` would save it: in an order of its own, without thresholds and timeouts.
fn sorted(mut table: Table) -> Vec<String> {
    for service in &mut table.services {
        service.servers.sort_by_key(|server| server.endpoint);
    }
    table.timeouts = None;
    let written = ipvsadm::write(&table, Thresholds::LeaveOut);
    let mut services: Vec<String> = written.split("-A ").skip(1).map(str::to_owned).collect();
    services.sort();
    services
}

#[test]
fn health_checks_have_the_numbers_that_keepalived_has() {
    let mut compared = 0;
    for Case { name, imported, said, .. } in cases() {
        let Ok(imported) = imported else { continue };
        for service in &imported.table.services {
            let Some(expected) = said.check_of(service.key) else { continue };
            let health = service.health.unwrap_or_else(|| panic!("{name}: {:?} is checked", service.key));
            let found =
                [health.delay_loop, health.warm_up, health.delay_before_retry, health.connect_timeout];
            assert_eq!(
                found.map(|span| span.as_nanos() / 1000),
                expected.times_us,
                "{name}: {:?}",
                service.key
            );
            assert_eq!(health.retry, expected.retry, "{name}: {:?}", service.key);
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared}");
}

#[test]
fn every_service_becomes_a_sound_scenario() {
    for Case { name, imported, .. } in cases() {
        let Ok(Imported { table, .. }) = imported else { continue };
        for service in table.services.iter().take(8) {
            let context = Context {
                origin: &name,
                timeouts: table.timeouts,
                loss: Loss::Comment,
                ..Context::default()
            };
            let Ok(text) = to_scenario(service, &context) else { continue };
            parse(&text, "made.toml", Path::new(""))
                .unwrap_or_else(|problems| panic!("{name}: {problems}\n{text}"));
        }
    }
}
