//! Single queues, and farms under the schedulers: long runs in the steady state.

use ipvslab_schedulers::SchedulerKind;

use super::Farm;
use super::law::work;
use crate::reference::Reference;

/// The farm of a set-up; `None` if it is of another family.
pub(super) fn farm(reference: &Reference) -> Option<Farm> {
    let family = reference.family();
    let text = |name: &str| reference.parameters[name].as_str();
    let rate = reference.parameters["lam"].as_f64().unwrap_or(0.0);
    let poisson = format!("[arrivals.poisson]\nrate = \"{rate}/s\"\n");
    let one =
        |servers: Vec<String>, load: f64| Farm { servers, ..Farm::single(1.0, poisson.clone(), rate, load) };
    let slots = |slots: f64, rest: &str| vec![format!("slots = {slots}\n{rest}")];
    Some(match family {
        "mm1" => one(slots(1.0, ""), rate),
        "mmc" => one(slots(reference.number("servers"), ""), rate / reference.number("servers")),
        "dm1" => {
            let arrivals = format!("[arrivals.deterministic]\nrate = \"{rate}/s\"\n");
            Farm { arrivals, ..one(slots(1.0, ""), rate) }
        }
        "mdc" => {
            let servers = reference.number("servers");
            let farm = one(slots(servers, ""), rate / servers);
            Farm { work: work(&reference.parameters["service"]), ..farm }
        }
        "mg1" | "md1" | "mph1" => {
            let shared = text("discipline") == Some("ps");
            let servers = if shared { vec!["cores = 1\n".to_owned()] } else { slots(1.0, "") };
            let load = reference.parameters["rho"].as_f64().unwrap_or(rate);
            Farm { work: work(&reference.parameters["service"]), ..one(servers, load) }
        }
        "mgcps" => {
            let cores = reference.number("cores");
            let servers = vec![format!("cores = {cores}\n")];
            let work = "[work.hyperexponential]\nmean = \"1s\"\nscv = 4\n".to_owned();
            Farm { work, ..one(servers, rate / cores) }
        }
        "erlb" => one(slots(reference.number("servers"), "backlog = 0\n"), 0.8),
        "mm1k" | "mmck" => {
            let servers = reference.number("servers");
            let backlog = reference.number("capacity_including_in_service") - servers;
            one(slots(servers, &format!("backlog = {backlog}\n")), 0.8)
        }
        "rnd" | "lwl" => {
            let count = reference.number("servers");
            let servers = vec![slots(1.0, "").remove(0); count as usize];
            let kind = if family == "rnd" { SchedulerKind::Random } else { SchedulerKind::LeastWork };
            Farm { kind, ..one(servers, rate / count) }
        }
        "pln" => {
            let count = reference.number("servers");
            let servers = vec![slots(1.0, "").remove(0); count as usize];
            let kind = SchedulerKind::named(reference.parameters["scheduler"].as_str()?)?;
            Farm { kind, ..one(servers, rate / count) }
        }
        "gps" => {
            let count = reference.number("servers");
            let servers = vec!["cores = 1\n".to_owned(); count as usize];
            let work = work(&reference.parameters["service"]);
            Farm { kind: SchedulerKind::Lc, work, ..one(servers, rate / count) }
        }
        "mva" => {
            let (users, think) = (reference.number("clients"), reference.number("think_mean"));
            let count = reference.number("servers");
            let arrivals =
                format!("[arrivals.closed]\nusers = {users}\nthink.exponential.mean = \"{think}s\"\n");
            let servers = vec![slots(1.0, "").remove(0); count as usize];
            let throughput = count.min(users / (think + 1.0));
            Farm { kind: SchedulerKind::Random, servers, ..Farm::single(1.0, arrivals, throughput, 0.8) }
        }
        "rr" | "jsq" => {
            let count = reference.number("servers");
            let servers = vec![slots(1.0, "").remove(0); count as usize];
            let kind = if family == "rr" { SchedulerKind::Rr } else { SchedulerKind::Lc };
            Farm { kind, ..one(servers, rate / count) }
        }
        "lc" | "wlc" | "sed" | "nq" | "wrr" => {
            let speeds = reference.numbers("mus");
            let weights = reference.numbers("weights");
            let servers = speeds.iter().zip(&weights);
            let servers = servers.map(|(mu, w)| format!("slots = 1\nspeed = {mu:?}\nweight = {w}\n"));
            let kind = reference.parameters["scheduler"].as_str()?.parse().ok()?;
            Farm { kind, ..one(servers.collect(), rate / speeds.iter().sum::<f64>()) }
        }
        "ovf" => {
            let weights = reference.numbers("weights");
            let servers = weights.iter().map(|weight| format!("slots = 1000\nweight = {weight}\n"));
            Farm { kind: SchedulerKind::Ovf, ..one(servers.collect(), 0.8) }
        }
        "thr" => {
            let (upper, lower) = (reference.number("u_threshold"), reference.number("l_threshold"));
            let lower = if lower > 0.0 { format!("l_threshold = {lower}\n") } else { String::new() };
            one(slots(1000.0, &format!("u_threshold = {upper}\n{lower}")), 0.8)
        }
        "p2c" => {
            // The limit of infinitely many servers differs from 500 by about 1/500.
            let count = reference.parameters["servers"].as_f64().unwrap_or(500.0);
            let rate = reference.parameters["lam_per_server"].as_f64().map_or(rate, |each| each * count);
            let arrivals = format!("[arrivals.poisson]\nrate = \"{rate}/s\"\n");
            // With small weights the kernel's draw favours the head of the list: it takes up to weight + 1 there.
            let servers = vec![slots(1.0, "weight = 10000\n").remove(0); count as usize];
            Farm { kind: SchedulerKind::Twos, servers, ..Farm::single(1.0, arrivals, rate, rate / count) }
        }
        _ => return None,
    })
}
