//! `run --decisions`: every decision of a run, with what the rule compared.
//!
//! The first replication is played once more and watched; what is told of the study is the same with it and without.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use ipvslab_scenarios::{Cell, Scenario};
use ipvslab_schedulers::{Accounting, Flow, SchedulerKind, ServerId, Time};
use ipvslab_sim::{ConnectionId, Observer, Refusal, ServerLoad};

use crate::cell;
use crate::exit::Failure;
use crate::file_output::FileOutput;

/// Plays the first replication of `scheduler`, and writes its decisions: CSV, or JSON lines if the file is called so.
pub(crate) fn write(
    scenario: &Scenario,
    scheduler: SchedulerKind,
    path: &Path,
    output: &mut FileOutput,
) -> Result<(), Failure> {
    let is_json = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("jsonl") || end.eq_ignore_ascii_case("ndjson"));
    let mut decisions = Decisions {
        names: scenario.servers.iter().map(|server| server.name.as_str()).collect(),
        rule: Rule::of(scheduler, scenario.service.profile.accounting),
        is_json,
        out: BufWriter::new(output.file()),
        pending: None,
        fault: None,
    };
    decisions.fault = decisions.head().err();
    cell::run(scenario, &scenario.setup(), Cell { scheduler, replication: 0 }, &mut decisions)?;
    let written = decisions.finish();
    written.map_err(|error| output.failure(&error))
}

/// What a rule compares of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
    /// 256 times the active connections and the inactive ones, or all: the kernel's overhead.
    Overhead(Accounting),
    /// The active connections with the new one.
    Expected,
    /// The active connections.
    Active,
    /// The requests that are there.
    InSystem,
    /// No load.
    Nothing,
}

impl Rule {
    fn of(scheduler: SchedulerKind, accounting: Accounting) -> Self {
        use SchedulerKind::{Jsq, Lblc, Lblcr, Lc, Nq, Ovf, Sed, Twos, Wlc};
        match scheduler {
            Lc | Wlc | Lblc | Lblcr | Twos => Self::Overhead(accounting),
            Sed | Nq => Self::Expected,
            Ovf => Self::Active,
            Jsq => Self::InSystem,
            _ => Self::Nothing,
        }
    }

    fn load(self, server: &ServerLoad) -> Option<i64> {
        match self {
            // At 32 bits, as the kernel counts.
            Self::Overhead(accounting) => {
                let total = server.active.wrapping_add(server.inactive);
                Some(accounting.active_factor().wrapping_mul(server.active).wrapping_add(total).into())
            }
            Self::Expected => Some(i64::from(server.active) + 1),
            Self::Active => Some(server.active.into()),
            Self::InSystem => Some(server.in_system.into()),
            Self::Nothing => None,
        }
    }
}

/// Writes what it is told.
struct Decisions<'a> {
    names: Vec<&'a str>,
    rule: Rule,
    is_json: bool,
    out: BufWriter<&'a mut File>,
    /// The decision that is being made.
    pending: Option<Pending>,
    /// Why no more is written.
    fault: Option<io::Error>,
}

struct Pending {
    at: Time,
    flow: Flow,
    servers: Vec<ServerLoad>,
}

impl Decisions<'_> {
    fn head(&mut self) -> io::Result<()> {
        if self.is_json {
            return Ok(());
        }
        write!(self.out, "time_s,client,client_port,destination,server")?;
        let has_load = self.rule != Rule::Nothing;
        for name in &self.names {
            write!(self.out, ",{name}_weight,{name}_active,{name}_inactive")?;
            if has_load {
                write!(self.out, ",{name}_load")?;
            }
        }
        writeln!(self.out)
    }

    fn finish(mut self) -> io::Result<()> {
        self.fault.take().map_or(Ok(()), Err)?;
        self.out.flush()
    }

    fn decided(&mut self, server: Option<ServerId>) {
        let Some(pending) = self.pending.take().filter(|_| self.fault.is_none()) else { return };
        let server = server.map(|server| self.names[server.index()]);
        let written = if self.is_json { self.object(&pending, server) } else { self.row(&pending, server) };
        self.fault = written.err();
    }

    /// Servers that are not listed have nothing in their cells.
    fn row(&mut self, Pending { at, flow, servers }: &Pending, server: Option<&str>) -> io::Result<()> {
        let Flow { client, client_port, destination, .. } = flow;
        let server = server.unwrap_or("-");
        write!(self.out, "{},{client},{client_port},{destination},{server}", seconds(*at))?;
        for load in servers {
            let ServerLoad { listed, weight, active, inactive, .. } = load;
            let compared = self.rule.load(load);
            match (listed, compared) {
                (true, Some(compared)) => write!(self.out, ",{weight},{active},{inactive},{compared}")?,
                (true, None) => write!(self.out, ",{weight},{active},{inactive}")?,
                (false, Some(_)) => write!(self.out, ",,,,")?,
                (false, None) => write!(self.out, ",,,")?,
            }
        }
        writeln!(self.out)
    }

    /// Names and addresses need no escapes in JSON.
    fn object(&mut self, Pending { at, flow, servers }: &Pending, server: Option<&str>) -> io::Result<()> {
        let Flow { client, client_port, destination, .. } = flow;
        write!(
            self.out,
            r#"{{"time_s":{},"client":"{client}","client_port":{client_port},"destination":"{destination}","server":"#,
            seconds(*at)
        )?;
        match server {
            Some(name) => write!(self.out, r#""{name}","compared":["#)?,
            None => write!(self.out, r#"null,"compared":["#)?,
        }
        let listed = self.names.iter().zip(servers).filter(|(_, load)| load.listed);
        for (number, (name, load)) in listed.enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let ServerLoad { weight, active, inactive, .. } = load;
            write!(
                self.out,
                r#"{comma}{{"server":"{name}","weight":{weight},"active":{active},"inactive":{inactive}"#
            )?;
            if let Some(compared) = self.rule.load(load) {
                write!(self.out, r#","load":{compared}"#)?;
            }
            self.out.write_all(b"}")?;
        }
        writeln!(self.out, "]}}")
    }
}

/// Seconds since the start of the run, to the nanosecond.
fn seconds(at: Time) -> String {
    let nanos = at.as_nanos();
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

impl Observer for Decisions<'_> {
    fn sees_decisions(&self) -> bool {
        true
    }

    fn deciding(&mut self, now: Time, flow: &Flow, servers: &[ServerLoad]) {
        self.pending = Some(Pending { at: now, flow: *flow, servers: servers.to_vec() });
    }

    fn assigned(&mut self, _: Time, _: ConnectionId, server: ServerId) {
        self.decided(Some(server));
    }

    fn refused(&mut self, _: Time, refusal: Refusal) {
        if refusal == Refusal::NoServer {
            self.decided(None);
        }
    }
}
