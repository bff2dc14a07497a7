//! From a set-up of the theory to a scenario file: the same file format, the same engine that users run.

use std::fmt::Write;

use ipvslab_schedulers::SchedulerKind;
use serde_json::Value;

use super::reference::Reference;

/// How a set-up is simulated.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The scenario, without its `[run]` section.
    body: String,
    pub(crate) scheduler: SchedulerKind,
    pub(crate) replications: u32,
    /// Arrivals per second.
    rate: f64,
    /// Arrivals in all replications together.
    arrivals: f64,
    /// Seconds to leave out at the begin of a replication.
    warm_up: f64,
    /// How busy the servers are.
    pub(crate) load: f64,
}

/// A farm being written down. Servers are given in list order, head first.
struct Farm {
    kind: SchedulerKind,
    servers: Vec<String>,
    arrivals: String,
    work: String,
    rate: f64,
    load: f64,
}

/// How many replications a set-up gets: more where one would take longer than the year a scenario may last.
fn replications(id: &str) -> u32 {
    if id == "mg1-logn1.5-r0.8" { 80 } else { 40 }
}

impl Case {
    /// `None` for a family that this engine does not simulate.
    pub(crate) fn of(reference: &Reference) -> Option<Self> {
        let family = reference.id.split('-').next()?;
        let text = |name: &str| reference.parameters[name].as_str();
        let rate = if reference.parameters["lam"].is_number() { reference.number("lam") } else { 0.0 };
        let poisson = format!("[arrivals.poisson]\nrate = \"{rate}/s\"\n");
        let exponential = "[work.exponential]\nmean = \"1s\"\n".to_owned();
        let one = |servers: Vec<String>, load: f64| Farm {
            kind: SchedulerKind::Rr,
            servers,
            arrivals: poisson.clone(),
            work: exponential.clone(),
            rate,
            load,
        };
        let slots = |slots: f64, rest: &str| vec![format!("slots = {slots}\n{rest}")];
        let farm = match family {
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
            _ => return None,
        };
        Some(farm.case(&reference.id))
    }

    /// The scenario file of this case.
    pub(crate) fn scenario(&self) -> String {
        let duration = self.warm_up + self.arrivals / f64::from(self.replications) / self.rate;
        format!(
            "title = \"theory\"\n[run]\nduration = \"{duration:.0}s\"\nwarm_up = \"{:.0}s\"\nreplications = {}\nseed = 1\n{}",
            self.warm_up, self.replications, self.body
        )
    }
}

impl Farm {
    fn case(self, id: &str) -> Case {
        let kind = self.kind;
        let mut body = format!(
            "[service]\naddress = \"192.0.2.1:80\"\nschedulers = [\"{kind}\"]\n[service.timeouts]\ntime_wait = \"0s\"\nclose = \"0s\"\n"
        );
        // The server added last is at the head of the list.
        for (number, server) in self.servers.iter().enumerate().rev() {
            write!(body, "[[servers]]\nname = \"server{number}\"\n{server}").expect("memory");
        }
        body += &self.arrivals;
        body += &self.work;
        Case {
            body,
            scheduler: kind,
            replications: replications(id),
            rate: self.rate,
            arrivals: arrivals(id, self.load),
            warm_up: (20.0 / (1.0 - self.load).powi(2)).max(100.0),
            load: self.load,
        }
    }
}

/// How many arrivals it takes for a standard error of half of the tolerance: found by trial, as Whitt (1989) leads one
/// to expect for light tails.
fn arrivals(id: &str, load: f64) -> f64 {
    match id {
        "mg1-logn1.5-r0.8" => 1.6e9,
        "mg1-bp1.5-r0.8" => 4e8,
        "mg1-h2c10-r0.8" | "mph1-h2c10-r0.8" | "mg1-bp1.1-r0.5-ps" => 2e8,
        "mg1-bp1.5-r0.8-ps" => 1.2e8,
        "mm1-r0.8" | "mmc-c4-r0.8" | "ovf-a5-w9_4" => 6e7,
        _ if load > 0.92 => 2.5e8,
        _ if load > 0.87 => 6e7,
        _ if load < 0.6 && !id.contains("weib") && !id.contains("h2") => 1e7,
        _ => 3e7,
    }
}

/// A law of work with its parameters in seconds.
fn work(service: &Value) -> String {
    let number = |name: &str| service[name].as_f64().unwrap_or(1.0);
    let mean = format!("mean = \"{}s\"\n", number("mean"));
    match service["dist"].as_str() {
        Some("deterministic") => format!("[work.constant]\ntime = \"{}s\"\n", number("mean")),
        Some("erlang") => format!("[work.erlang]\n{mean}shape = {}\n", number("k")),
        Some("hyperexp2") => format!("[work.hyperexponential]\n{mean}scv = {}\n", number("scv")),
        Some("lognormal") => {
            // scv = e^(sigma²) − 1
            let scv = libm::expm1(number("sigma_log") * number("sigma_log"));
            format!("[work.lognormal]\n{mean}scv = {scv}\n")
        }
        Some("weibull") => format!("[work.weibull]\n{mean}shape = {}\n", number("shape")),
        Some("bounded_pareto") => format!(
            "[work.bounded_pareto]\nshape = {}\nlow = \"{}s\"\nhigh = \"{}s\"\n",
            number("alpha"),
            number("low"),
            number("high")
        ),
        _ => format!("[work.exponential]\n{mean}"),
    }
}
