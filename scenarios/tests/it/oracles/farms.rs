//! Configurations of directors: into a scenario, back, and into the same one again.

use std::path::Path;

use ipvslab_scenarios::table::ipvsadm::{self, Thresholds};
use ipvslab_scenarios::table::{
    Context, Imported, Loss, Service, Table, keepalived, of_scenario, to_scenario,
};
use ipvslab_scenarios::{Problems, parse};

use super::scenarios::within;

/// The most services of a table that become scenarios.
const SERVICES: usize = 4;

/// What ipvsadm saves.
pub(super) fn ipvsadm_s(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(table) = read(ipvsadm::parse(text, "fuzz.ipvsadm"), text) else { return };
    let written = ipvsadm::write(&table, Thresholds::Write);
    let again =
        ipvsadm::parse(&written, "written").unwrap_or_else(|problems| panic!("{problems}\n{written}"));
    assert_eq!(again.table, table, "{written}");
}

/// `keepalived.conf`.
pub(super) fn keepalived_s(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    read(keepalived::parse(text, "fuzz.conf"), text);
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
