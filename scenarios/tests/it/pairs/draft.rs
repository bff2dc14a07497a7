//! The text of a scenario that has some features.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::features::{Feature, Line};

/// A small farm: 400 connections in four seconds, entries that last for less.
const BASE: &[Line] = &[
    ("run.duration", r#""4s""#),
    ("service.address", r#""10.0.0.1:80""#),
    ("service.schedulers", r#"["wrr"]"#),
    ("service.timeouts.established", r#""300ms""#),
    ("service.timeouts.syn_recv", r#""700ms""#),
    ("service.timeouts.time_wait", r#""500ms""#),
    ("service.timeouts.fin_wait", r#""400ms""#),
    ("service.timeouts.close", r#""200ms""#),
    ("service.timeouts.udp", r#""300ms""#),
    ("servers.slots", "2"),
    ("servers.weight", "10"),
    ("arrivals", r#"{ poisson = { rate = "100/s" } }"#),
    ("work.exponential.mean", r#""20ms""#),
];

/// Sections that classes have instead of the file.
const OF_CLASSES: [&str; 6] = ["arrivals", "work", "sizes", "clients", "destinations", "requests"];

/// A scenario in the making.
#[derive(Clone, Default)]
pub(super) struct Draft {
    keys: BTreeMap<&'static str, &'static str>,
    faults: Vec<&'static str>,
    timeline: Vec<&'static str>,
}

impl Draft {
    /// The base, what all of `features` need, and what they ask for.
    pub(super) fn of(features: &[&Feature]) -> Self {
        let mut draft = Self::occasions_of(features);
        features.iter().for_each(|feature| draft.add(feature.own));
        draft
    }

    /// The base, and what all of `features` need, but nothing that they ask for.
    pub(super) fn occasions_of(features: &[&Feature]) -> Self {
        let mut draft = Self::default();
        draft.add(BASE);
        features.iter().for_each(|feature| draft.add(feature.needs));
        draft
    }

    pub(super) fn add(&mut self, lines: &[Line]) {
        for &(key, value) in lines {
            match key {
                "faults" if !self.faults.contains(&value) => self.faults.push(value),
                "timeline" if !self.timeline.contains(&value) => self.timeline.push(value),
                "faults" | "timeline" => {}
                _ => drop(self.keys.insert(key, value)),
            }
        }
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let has = |key| self.keys.contains_key(key);
        let section = |key: &str| key.split('.').next().expect("a first part").to_owned();
        let of_classes = |key: &str| has("classes") && OF_CLASSES.contains(&section(key).as_str());
        for (key, value) in &self.keys {
            // A mark stands instead of the address.
            let replaced = *key == "service.address" && has("service.fwmark");
            if !replaced && !of_classes(key) && section(key) != "servers" && *key != "classes" {
                writeln!(text, "{key} = {value}").expect("text");
            }
        }
        let mut groups = vec!["name = \"web\"\ncount = 3\n"];
        if self.timeline.iter().any(|line| line.contains("add = ")) {
            groups.push("name = \"new\"\nlisted = false\n");
        }
        for group in groups {
            write!(text, "[[servers]]\n{group}").expect("text");
            self.lines_of("servers.", &mut text);
        }
        if has("classes") {
            for (name, service) in [("one", ""), ("two", "service = \"other\"\n")] {
                write!(text, "[[classes]]\nname = \"{name}\"\n{service}").expect("text");
                for section in OF_CLASSES {
                    for (key, value) in
                        self.keys.iter().filter(|(key, _)| key.split('.').next() == Some(section))
                    {
                        writeln!(text, "{key} = {value}").expect("text");
                    }
                }
            }
        }
        for fault in &self.faults {
            // One of several directors has to be named.
            let server =
                if fault.contains("failover") && has("directors.count") { ", director = 2" } else { "" };
            writeln!(text, "[[faults]]\n{}", format!("{fault}{server}").replace(", ", "\n")).expect("text");
        }
        for entry in &self.timeline {
            let (at, what) = entry.split_once(", ").expect("a time and an action");
            writeln!(text, "[[timeline]]\n{at}\n{what}").expect("text");
        }
        text
    }

    fn lines_of(&self, section: &str, text: &mut String) {
        for (key, value) in &self.keys {
            if let Some(key) = key.strip_prefix(section) {
                writeln!(text, "{key} = {value}").expect("text");
            }
        }
    }
}
