//! The checks across fields, and the scenario that is made when they all pass.
//!
//! Each check reports what it finds and goes on; a field that is missing here was reported before.

mod cache;
mod class;
mod conflicts;
mod demand;
mod directors;
mod discipline;
mod disturbances;
mod farm;
mod file;
mod law;
mod load;
mod network;
mod objectives;
mod origin;
mod process;
mod requests;
mod reuse;
mod run;
mod service;
mod source;
mod timeline;
mod traced;

use std::path::Path;

use self::class::Sections;
use self::farm::Family;
use crate::problem::{Level, Problem};
use crate::raw;
use crate::scenario::Scenario;
use crate::workload::{Class, Source, Workload};

/// What the checks found.
pub(crate) struct Checked {
    /// `None` if a check failed.
    pub(crate) scenario: Option<Scenario>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
    /// The trace has no row.
    pub(crate) empty_trace: bool,
}

/// What is known of a file beside its text.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// What it is called.
    pub(crate) name: &'a str,
    /// What its paths are relative to.
    pub(crate) base_dir: &'a Path,
    /// How many times as often as it says connections are to come.
    pub(crate) factor: f64,
}

/// Checks a file.
///
/// `unreadable` names the keys that are given but could not be read, so that nobody calls them missing.
pub(crate) fn check(file: &raw::File, about: About<'_>, unreadable: Vec<String>) -> Checked {
    let mut findings = Findings { list: Vec::new(), empty_trace: false, unreadable };
    let scenario = scenario(file, about, &mut findings);
    let (problems, warnings) = findings.list.into_iter().partition(|problem| problem.level == Level::Error);
    Checked { scenario, problems, warnings, empty_trace: findings.empty_trace }
}

/// What is collected on the way.
struct Findings {
    list: Vec<Problem>,
    empty_trace: bool,
    unreadable: Vec<String>,
}

impl Findings {
    fn report(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Whether the table at `path`, or one of its `fields`, is in the file but could not be read.
    fn was_unreadable(&self, path: &str, fields: &[&str]) -> bool {
        let is_field = |key: &str| {
            let field = key.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
            key == path || field.is_some_and(|field| fields.contains(&field))
        };
        self.unreadable.iter().any(|key| is_field(key))
    }
}

fn scenario(file: &raw::File, about: About<'_>, findings: &mut Findings) -> Option<Scenario> {
    let About { name, base_dir, factor } = about;
    // Every part is checked before the first `?`, so that all are.
    let service = file.service.as_ref().and_then(|service| service::service(&service.value, file, findings));
    let family = farm::family(file);
    let port = match &service {
        Some(service::ServiceParts {
            address: crate::scenario::VirtualService::Address(address), ..
        }) => address.port(),
        _ => 0,
    };
    let forwarding = file.service.as_ref().and_then(|service| service.value.forwarding.as_ref());
    let forwarding = forwarding.map_or_else(Default::default, |forwarding| forwarding.value);
    let surroundings = farm::Surroundings { family, port, forwarding };
    let servers = file.servers.as_ref().and_then(|groups| farm::servers(groups, surroundings, findings));
    if let Some(servers) = &servers {
        farm::fits_maglev(file, servers, findings);
    }
    class::presence(file, findings);
    cache::fit(file, findings);
    let sections = class::sections(file);
    let sources: Vec<Option<Source>> = sections
        .iter()
        .map(|class| source::source(file, class, factor, base_dir, family, findings))
        .collect();
    let duration = run::duration(file, &sources, findings);
    let classes: Vec<Option<Class>> = sections
        .iter()
        .zip(sources)
        .map(|(sections, source)| class(file, sections, source, base_dir, family, findings))
        .collect();
    let warm_up = run::warm_up(file, duration, findings);
    let compared = service.as_ref().map_or(&[][..], |service| &service.schedulers);
    let objectives = objectives::objectives(file, compared, findings);
    let timeline = servers.as_ref().and_then(|servers| timeline::timeline(file, servers, duration, findings));
    let disturbances =
        servers.as_ref().and_then(|servers| disturbances::disturbances(file, servers, duration, findings));
    let passage = network::passage(file, findings);
    conflicts::found(file).for_each(|problem| findings.report(problem));

    let directors = directors::directors(file, &sections);
    let client_ports = reuse::ports(&sections, findings);

    let (mut service, servers) = (service?, servers?);
    service.service.client_ports = client_ports;
    let workload = Workload { classes: classes.into_iter().collect::<Option<_>>()? };
    let run = file.run.as_ref().map(|run| &run.value);
    let mut scenario = Scenario {
        title: file.title.as_ref().map_or_else(|| name.to_owned(), |title| title.value.0.clone()),
        question: file.question.as_ref().map(|question| question.value.0.clone()),
        name: name.to_owned(),
        schedulers: service.schedulers,
        replications: run.and_then(|run| run.replications.as_ref()).map_or(10, |count| count.value),
        seed: run.and_then(|run| run.seed.as_ref()).map_or(1, |seed| seed.value),
        max_in_progress: run
            .and_then(|run| run.max_in_progress.as_ref())
            .map_or(ipvslab_sim::Setup::MOST_IN_PROGRESS, |most| most.value),
        duration: duration?,
        warm_up: warm_up?,
        virtual_service: service.address,
        service: service.service,
        caches: servers.iter().map(|server| server.cache).collect(),
        servers: servers.into_iter().map(|server| server.info).collect(),
        timeline: timeline?,
        objectives,
        stop_when: run::stop_when(file),
        finds_warm_up: run::finds_warm_up(file),
        warnings: Vec::new(),
        source: String::new(),
        settings: Vec::new(),
        origin: String::new(),
        base_dir: base_dir.to_owned(),
        expected_connections: 0.0,
        disturbances: disturbances?,
        directors: directors?,
        passage: passage?,
        workload,
        offered_load: 0.0,
    };
    load::load(&mut scenario, file, &sections, findings);
    objectives::resolution(&scenario, file, findings);
    Some(scenario)
}

/// A class of clients, or the only one.
fn class(
    file: &raw::File,
    sections: &Sections<'_>,
    source: Option<Source>,
    base_dir: &Path,
    family: Family,
    findings: &mut Findings,
) -> Option<Class> {
    let work = demand::work(file, sections, base_dir, findings);
    let sizes = demand::sizes(file, sections, base_dir, findings);
    let clients = origin::clients(sections, family, findings);
    let destinations = origin::destinations(file, sections, family, findings);
    let requests = requests::requests(sections, base_dir, findings);
    Some(Class {
        name: sections.name.map(str::to_owned),
        source: source?,
        work: work?,
        sizes: sizes?,
        clients: clients?,
        destinations: destinations?,
        requests: requests?,
    })
}
