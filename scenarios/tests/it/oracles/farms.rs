//! Configurations of directors: into a scenario, back, and into the same one again.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use ipvslab_scenarios::table::ipvsadm::{self, Thresholds};
use ipvslab_scenarios::table::{
    Context, HostNames, Imported, Loss, Service, Table, counts, keepalived, of_scenario, to_scenario,
};
use ipvslab_scenarios::{Problems, parse};

use super::scenarios::within;

/// The most services of a table that become scenarios.
const SERVICES: usize = 4;

/// What ipvsadm saves or shows; behind a line `%%` stand names of hosts.
pub(super) fn ipvsadm_s(input: &[u8]) {
    let Some((text, names)) = named(input) else { return };
    let Some(table) = read(ipvsadm::read(text, "fuzz.ipvsadm", &names), text) else { return };
    let written = ipvsadm::write(&table, Thresholds::Write);
    let again =
        ipvsadm::parse(&written, "written").unwrap_or_else(|problems| panic!("{problems}\n{written}"));
    assert_eq!(again.table, table, "{written}");
}

/// `keepalived.conf`; behind a line `%% NAME` stands another file, which may be included.
pub(super) fn keepalived_s(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.split("\n%% ");
    let main = parts.next().unwrap_or_default();
    let files = Memory(parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect());
    for director in [None, Some("lb1")] {
        let imported = keepalived::read(main, "fuzz.conf", director, &files);
        if files.0.is_empty() {
            read(imported, text);
        } else {
            match imported {
                Ok(imported) => drop(imported.render_warnings(false)),
                Err(problems) => drop((problems.render(false), problems.to_string())),
            }
        }
    }
}

/// Files by their names.
struct Memory<'a>(HashMap<&'a str, &'a str>);

impl keepalived::Files for Memory<'_> {
    fn names(&self, directory: &str) -> Option<Vec<String>> {
        let mut names: Vec<String> = self.0.keys().map(|name| (*name).to_owned()).collect();
        names.sort();
        (directory == ".").then_some(names)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn text(&self, path: &str) -> Result<String, keepalived::Unreadable> {
        self.0.get(path).map(|text| (*text).to_owned()).ok_or(keepalived::Unreadable::Directory)
    }
}

/// Counts of a director, which are of its services once each.
pub(super) fn counted(input: &[u8]) {
    let Some((text, names)) = named(input) else { return };
    match counts::read(text, "fuzz.txt", &names) {
        Ok(counts) => {
            let mut keys = HashSet::new();
            for service in &counts.services {
                assert!(keys.insert(service.key), "{:?}", service.key);
                let mut endpoints = HashSet::new();
                assert!(
                    service.servers.iter().all(|server| endpoints.insert(server.endpoint)),
                    "{service:?}"
                );
            }
        }
        Err(problems) => within(&problems, text),
    }
}

/// A text, and the names of hosts behind it.
fn named(input: &[u8]) -> Option<(&str, HostNames)> {
    let input = std::str::from_utf8(input).ok()?;
    let (text, hosts) = input.split_once("\n%%\n").unwrap_or((input, ""));
    let mut names = HostNames::default();
    if let Err(problems) = names.add_hosts(hosts, "hosts") {
        within(&problems, hosts);
    }
    Some((text, names))
}

fn read(imported: Result<Imported, Problems>, text: &str) -> Option<Table> {
    match imported {
        Ok(imported) => {
            imported.render_warnings(false);
            for service in imported.table.services.iter().take(SERVICES) {
                there_and_back(service, &imported.table);
            }
            Some(imported.table)
        }
        Err(problems) => {
            within(&problems, text);
            None
        }
    }
}

/// A scenario of a service is sound, and its table makes the same scenario's table again.
fn there_and_back(service: &Service, table: &Table) {
    let lines = |service: &Service, timeouts| {
        let context = Context { origin: "fuzz", timeouts, loss: Loss::Comment, ..Context::default() };
        let text = to_scenario(service, &context).ok()?;
        let loaded =
            parse(&text, "fuzz.toml", Path::new("")).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        loaded.scenario.setup();
        let table = of_scenario(&loaded.scenario, service.scheduler).table;
        Some((ipvsadm::write(&table, Thresholds::Write), table))
    };
    let Some((first, exported)) = lines(service, table.timeouts) else { return };
    let exported = ipvsadm::parse(&first, "exported").map(|imported| (imported.table, exported));
    let (read, exported) = exported.unwrap_or_else(|problems| panic!("{problems}\n{first}"));
    assert_eq!(read, exported, "{first}");
    let (second, _) = lines(&read.services[0], read.timeouts).expect("it was a scenario");
    assert_eq!(first, second);
}
