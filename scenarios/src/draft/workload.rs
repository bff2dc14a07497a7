//! The sections of a scenario that come from a trace: `[arrivals]`, `[work]`, `[sizes]`, `[clients]`, `[destinations]`.

use std::fmt::Write as _;

use super::cost::{Cost, time};
use super::facts::TraceFacts;
use crate::log::Target;
use crate::suggest::did_you_mean;

/// The columns that a cost may name.
const BYTES: &str = "response_bytes";
const DURATION: &str = "duration_s";
/// The made-up cost of a request, and of a byte of its response: a line of 100 Mbit/s.
const MADE_UP_REQUEST: f64 = 20e6;
const MADE_UP_BYTE: f64 = 80.0;

/// A trace that is to be played.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// What the scenario calls the file, relative to itself.
    pub file: &'a str,
    /// What is in it.
    pub facts: &'a TraceFacts,
    /// What a request costs; `None` makes something up, marked.
    pub cost: Option<&'a Cost>,
}

/// Sections drafted from a trace.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// Their text, ended by a newline.
    pub text: String,
    /// The mean work of a request, in seconds on a server of speed 1.
    pub mean_work_s: f64,
    /// Whether the replications differ: whether anything is drawn.
    pub is_random: bool,
}

/// Why a trace makes no workload.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct DraftError {
    message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl DraftError {
    fn new(message: impl Into<String>, help: impl Into<Option<String>>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl Draft<'_> {
    /// Whether a service for this trace is of IPv6.
    ///
    /// # Errors
    /// If clients are of both IP versions: a service has one.
    pub fn is_ipv6(&self) -> Result<bool, DraftError> {
        let [v4, v6, _] = self.facts.clients;
        if v4 > 0 && v6 > 0 {
            let message = format!(
                "clients are of both IP versions (rows: {v4} IPv4, {v6} IPv6), and a service has one"
            );
            let family = if v4 >= v6 { "ipv4" } else { "ipv6" };
            let help = format!(
                "ipvslab trace convert {} --clients {family} -o {family}.csv.gz keeps one",
                self.file
            );
            return Err(DraftError::new(message, help));
        }
        Ok(v6 > 0)
    }

    /// Whether the service is of UDP, as most rows are; TCP where the trace does not say.
    pub fn is_udp(&self) -> bool {
        let [tcp, udp] = self.facts.transports;
        udp > tcp
    }

    /// The sections, for a service by firewall mark (`has_destinations`) or by address, of the IP version `ipv6`.
    ///
    /// # Errors
    /// If the cost names a column that the trace does not have, or is nothing at all, or the clients are of another IP version.
    pub fn workload(&self, has_destinations: bool, ipv6: bool) -> Result<Workload, DraftError> {
        if self.is_ipv6()? != ipv6 && self.facts.clients[..2] != [0, 0] {
            let message = format!(
                "the clients of {} are of {}, and the service of {}",
                self.file,
                if ipv6 { "IPv4" } else { "IPv6" },
                if ipv6 { "IPv6" } else { "IPv4" }
            );
            return Err(DraftError::new(message, None));
        }
        let (work, mean_work_s) = self.work()?;
        let columns = self.facts.columns;
        let mut text = String::new();
        let mut put = |line: &str| writeln!(text, "{line}").expect("memory");
        put(&format!(
            "# From the trace: {} connections in {}, {} a second on average.",
            self.facts.rows,
            span(self.facts.seconds()),
            rounded(self.facts.rate_per_s())
        ));
        put("[arrivals.trace]");
        put(&format!("file = {}", quoted(self.file)));
        put("time = \"arrival_s\"\ntime_format = \"unix_s\"");
        let is_spread = self.facts.has_whole_seconds && self.facts.rows > 1;
        if is_spread {
            put("spread = \"1s\"               # its clock ticks seconds");
        }
        put(&format!("\n{work}"));
        if columns.response_bytes && !self.facts.has_huge_responses {
            put("\n[sizes.response.trace]\ncolumn = \"response_bytes\"\nmissing = \"zero\"");
        }
        put("\n[clients.trace]\ncolumn = \"client\"");
        if columns.client_port {
            put("port_column = \"client_port\"");
        }
        if let Some(target) = columns.target.filter(|_| has_destinations) {
            let what = match target {
                Target::Object => "     # each object lives at an address of its own",
                Target::Destination => "",
            };
            put(&format!("\n[destinations.trace]{what}\ncolumn = \"{}\"", target.column()));
            if ipv6 {
                put("network = \"2001:db8:d::/64\"");
            }
        }
        Ok(Workload { text, mean_work_s, is_random: is_spread })
    }

    /// The section of work, and its mean in seconds.
    fn work(&self) -> Result<(String, f64), DraftError> {
        let columns = self.facts.columns;
        let made_up;
        let (cost, said) = match self.cost {
            Some(cost) => (cost, format!("# Work: {cost}, as given.")),
            None if self.facts.mean_duration > 0.0 => {
                made_up = Cost { constant: 0.0, per: vec![(DURATION.to_owned(), 1e9, "1s".to_owned())] };
                let said = "# Made up: that work is what a request took there. That includes its waiting in queues and for slow\n\
                            # clients, so it is an upper bound; if you know what a request costs, use --cost.";
                (&made_up, said.to_owned())
            }
            None => {
                let per =
                    columns.response_bytes.then(|| (BYTES.to_owned(), MADE_UP_BYTE, time(MADE_UP_BYTE)));
                made_up = Cost { constant: MADE_UP_REQUEST, per: per.into_iter().collect() };
                let said = "# Made up: what a request costs. Use --cost if you know better.";
                (&made_up, said.to_owned())
            }
        };
        let known = [(BYTES, columns.response_bytes), (DURATION, columns.duration)];
        let known: Vec<&str> =
            known.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
        let mut mean = cost.constant / 1e9;
        for (column, nanos, _) in &cost.per {
            let mean_of = match column.as_str() {
                BYTES if columns.response_bytes => self.facts.mean_bytes,
                DURATION if columns.duration => self.facts.mean_duration,
                _ => return Err(no_column(column, &known)),
            };
            mean += nanos / 1e9 * mean_of;
        }
        if mean <= 0.0 {
            let help = "a constant part gives every request some work: \"1ms + …\"".to_owned();
            return Err(DraftError::new(
                format!("all requests of the trace cost nothing at \"{cost}\""),
                help,
            ));
        }
        let mut text = format!("{said}\n[work.trace]\n");
        if cost.constant > 0.0 {
            writeln!(text, "constant = \"{}\"", time(cost.constant)).expect("memory");
        }
        if !cost.per.is_empty() {
            let per: Vec<String> =
                cost.per.iter().map(|(column, _, cost)| format!("{column} = \"{cost}\"")).collect();
            writeln!(text, "per = {{ {} }}", per.join(", ")).expect("memory");
        }
        text.push_str("missing = \"zero\"");
        Ok((text, mean))
    }
}

fn no_column(column: &str, known: &[&str]) -> DraftError {
    let has = match known {
        [] => "it has no column of numbers".to_owned(),
        known => format!("it has {}", known.join(" and ")),
    };
    let near = did_you_mean(column, known.iter().copied());
    let message = format!("the trace has no column `{}` of numbers", crate::suggest::printable(column, 60));
    DraftError::new(message, near.unwrap_or(has))
}

/// A text of TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Seconds as people say them.
pub(super) fn span(seconds: f64) -> String {
    match seconds {
        s if s >= 2.0 * 86_400.0 => format!("{} days", rounded(s / 86_400.0)),
        s if s >= 2.0 * 3_600.0 => format!("{} h", rounded(s / 3_600.0)),
        s if s >= 120.0 => format!("{} min", rounded(s / 60.0)),
        s => format!("{} s", rounded(s)),
    }
}

/// To three digits.
pub(super) fn rounded(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    let scale = 10f64.powi(digits.min(9));
    format!("{}", (value * scale).round() / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_three_digits() {
        for (value, text) in
            [(0.0, "0"), (1234.5, "1230"), (0.66859, "0.669"), (46_321.0, "46300"), (2.0, "2")]
        {
            assert_eq!(rounded(value), text);
        }
        assert_eq!([30.0, 600.0, 46_321.0, 260_000.0].map(span), ["30 s", "10 min", "12.9 h", "3.01 days"]);
    }

    #[test]
    fn file_names_are_quoted() {
        assert_eq!(quoted("a \"b\"\\c.csv"), "'a \"b\"\\c.csv'");
        assert_eq!(quoted("web.csv.gz"), "\"web.csv.gz\"");
    }
}
