//! What was simulated, and how to do it again.

use maud::{Markup, html};

use crate::number::plain;
use crate::study::Study;

/// The farm, and every setting.
pub(super) fn sections(study: &Study) -> Markup {
    html! { (farm(study)) (settings(study)) }
}

fn farm(study: &Study) -> Markup {
    let groups = study.groups();
    let (unit, name) = study.time_unit();
    html! {
        section id="farm" {
            h2 { "Farm" }
            div .scroll tabindex="0" role="region" aria-label="Groups of real servers" {
                table {
                    thead { tr {
                        th scope="col" { "group" }
                        @for heading in ["servers", "weight", "mean weight", "slots or cores", "speed", "share of capacity, %"] { th scope="col" .number { (heading) } }
                    } }
                    tbody {
                        @for (group, members) in &groups {
                            @let server = &study.servers[members[0]];
                            tr {
                                th scope="row" { (group) }
                                td .number { (members.len()) }
                                td .number { (server.weight) }
                                td .number { (plain(server.mean_weight)) }
                                td .number { (server.slots) }
                                td .number { (plain(server.speed)) }
                                td .number { (plain(100.0 * capacity(study, members) / capacity(study, &all(study)))) }
                            }
                        }
                    }
                }
            }
            @if !study.interventions.is_empty() {
                h3 { "Events of each run" }
                ol { @for (at, what) in &study.interventions { li { (plain(at.as_secs_f64() / unit)) " " (name) ": " (what) } } }
            }
        }
    }
}

fn all(study: &Study) -> Vec<usize> {
    (0..study.servers.len()).collect()
}

fn capacity(study: &Study, members: &[usize]) -> f64 {
    members.iter().map(|&number| f64::from(study.servers[number].slots) * study.servers[number].speed).sum()
}

fn settings(study: &Study) -> Markup {
    let seconds = |seconds: f64| format!("{} s", plain(seconds));
    let facts = [
        ("scenario", study.name.clone()),
        ("schedulers", study.schedulers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        ("replications", study.replications.to_string()),
        ("warm-up", seconds(study.warm_up.as_secs_f64())),
        ("measured", seconds(study.window().as_secs_f64())),
        ("kernel", study.kernel.clone()),
        ("accounting", study.accounting.clone()),
        ("seed", study.seed.to_string()),
        (
            "random numbers",
            "xoshiro256++, a stream for every purpose, named and derived from seed and replication"
                .to_owned(),
        ),
        ("program", format!("ipvslab {}", study.provenance.version)),
        ("scenario file, SHA-256", study.provenance.scenario_sha256.clone()),
    ];
    html! {
        section id="settings" {
            h2 { "Settings" }
            dl { @for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) { dt { (name) } dd { (value) } } }
            p .lead { "The same scenario file, seed and version give the same results, byte for byte. Latencies are measured from the intended arrival time (no coordinated omission)." }
            @if !study.provenance.scenario.is_empty() {
                details { summary { "The scenario file" } pre tabindex="0" { code { (study.provenance.scenario) } } }
            }
        }
    }
}
