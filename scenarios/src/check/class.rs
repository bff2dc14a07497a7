//! Who sends connections: the sections at the top of the file, or classes that have these sections each.

use std::collections::HashMap;

use super::findings::Findings;
use crate::problem::Problem;
use crate::quoted::At;
use crate::raw::{Arrivals, Clients, Destinations, File, Requests, Sizes, Work};

/// The sections of a class, or those at the top of a file without classes.
#[derive(Clone, Copy)]
pub(super) struct Sections<'a> {
    /// The class's number; `None` without classes.
    number: Option<usize>,
    pub(super) name: Option<&'a str>,
    pub(super) arrivals: Option<&'a At<Arrivals>>,
    pub(super) work: Option<&'a At<Work>>,
    pub(super) sizes: Option<&'a At<Sizes>>,
    pub(super) clients: Option<&'a At<Clients>>,
    pub(super) destinations: Option<&'a At<Destinations>>,
    pub(super) requests: Option<&'a At<Requests>>,
    pub(super) service: Option<&'a str>,
}

impl Sections<'_> {
    /// `work.exponential`, or `classes[2].work.exponential`.
    pub(super) fn path(&self, key: &str) -> String {
        match self.number {
            None => key.to_owned(),
            Some(number) => format!("classes[{number}].{key}"),
        }
    }
}

/// All classes, or the one that the file is without any.
pub(super) fn sections(file: &File) -> Vec<Sections<'_>> {
    match &file.classes {
        None => vec![Sections {
            number: None,
            name: None,
            arrivals: file.arrivals.as_ref(),
            work: file.work.as_ref(),
            sizes: file.sizes.as_ref(),
            clients: file.clients.as_ref(),
            destinations: file.destinations.as_ref(),
            requests: file.requests.as_ref(),
            service: None,
        }],
        Some(classes) => {
            let classes = classes.value.iter().enumerate();
            let sections = classes.map(|(number, At { value: class, .. })| Sections {
                number: Some(number),
                name: class.name.as_ref().map(|name| name.value.0.as_str()),
                arrivals: class.arrivals.as_ref(),
                work: class.work.as_ref(),
                sizes: class.sizes.as_ref(),
                clients: class.clients.as_ref(),
                destinations: class.destinations.as_ref(),
                requests: class.requests.as_ref(),
                service: class.service.as_ref().map(|service| service.value.0.as_str()),
            });
            sections.collect()
        }
    }
}

/// Reports sections that are missing, sections beside classes, and classes of one name.
pub(super) fn presence(file: &File, findings: &mut Findings) {
    let Some(classes) = &file.classes else {
        if findings.was_unreadable("classes", &[]) {
            return;
        }
        for (section, is_there, example) in [
            ("arrivals", file.arrivals.is_some(), "[arrivals.poisson]\nrate = \"2000/s\""),
            ("work", file.work.is_some(), "[work.exponential]\nmean = \"20ms\""),
        ] {
            if !is_there && !findings.was_unreadable(section, &[]) {
                let problem = Problem::error("", format!("`{section}` is missing"));
                findings.report(problem.help(format!("for example:\n\n{example}")));
            }
        }
        return;
    };
    for (section, span) in [
        ("arrivals", file.arrivals.as_ref().map(|section| &section.span)),
        ("work", file.work.as_ref().map(|section| &section.span)),
        ("sizes", file.sizes.as_ref().map(|section| &section.span)),
        ("clients", file.clients.as_ref().map(|section| &section.span)),
        ("destinations", file.destinations.as_ref().map(|section| &section.span)),
        ("requests", file.requests.as_ref().map(|section| &section.span)),
    ] {
        if let Some(span) = span {
            let message = format!("found `classes` and `{section}` together");
            let problem = Problem::error(section, message).at(span).also(&classes.span, "the classes");
            findings
                .report(problem.help(format!("[classes.{section}] below [[classes]] is that of a class")));
        }
    }
    let mut named = HashMap::new();
    for (number, class) in classes.value.iter().enumerate() {
        let Some(name) = &class.value.name else { continue };
        if let Some(first) = named.insert(name.value.0.as_str(), &name.span) {
            let message = format!("two classes are called `{}`", name.value.0);
            let problem = Problem::error(format!("classes[{number}].name"), message).at(&name.span);
            findings.report(problem.also(first, "the other one"));
        }
    }
}
