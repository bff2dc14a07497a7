//! Watches a run for everything the theory makes statements about.

use ipvslab_schedulers::{ServerId, Time};
use ipvslab_sim::{ConnectionId, Finished, Observer, Refusal};

use super::watch::{Watcher, mean, quantile};

/// What one replication showed, from the end of its warm-up to its last arrival.
#[derive(Debug)]
pub(crate) struct Probe {
    from: Time,
    until: Time,
    in_system: Vec<u32>,
    total: u32,
    since: Time,
    /// Seconds with this many connections in the system.
    seconds_at: Vec<f64>,
    some_idle: f64,
    /// Seconds × connections, by server.
    held: Vec<f64>,
    busy_since: Option<Time>,
    busy_periods: Vec<f64>,
    responses: Vec<f64>,
    waits: Vec<f64>,
    slowdowns: f64,
    assigned: Vec<u64>,
    refused: u64,
    arrived: u64,
}

impl Probe {
    /// `servers` by id; the head of the list has the highest.
    pub(crate) fn new(servers: usize, from: Time, until: Time) -> Self {
        Self {
            from,
            until,
            in_system: vec![0; servers],
            total: 0,
            since: Time::ZERO,
            seconds_at: Vec::new(),
            some_idle: 0.0,
            held: vec![0.0; servers],
            busy_since: None,
            busy_periods: Vec::new(),
            responses: Vec::new(),
            waits: Vec::new(),
            slowdowns: 0.0,
            assigned: vec![0; servers],
            refused: 0,
            arrived: 0,
        }
    }

    /// The integral of the number in the system, to a power, over time.
    fn moment(&self, power: i32) -> f64 {
        self.seconds_at.iter().enumerate().map(|(n, seconds)| (n as f64).powi(power) * seconds).sum()
    }

    fn advance(&mut self, now: Time) {
        let (from, to) = (self.since.max(self.from), now.min(self.until));
        if to > from {
            let seconds = to.since(from).as_secs_f64();
            if self.seconds_at.len() <= self.total as usize {
                self.seconds_at.resize(self.total as usize + 1, 0.0);
            }
            self.seconds_at[self.total as usize] += seconds;
            if self.in_system.contains(&0) {
                self.some_idle += seconds;
            }
            for (held, &count) in self.held.iter_mut().zip(&self.in_system) {
                *held += seconds * f64::from(count);
            }
        }
        self.since = now;
    }

    fn counts(&self, arrived: Time) -> bool {
        arrived >= self.from
    }
}

impl Observer for Probe {
    fn assigned(&mut self, now: Time, _: ConnectionId, server: ServerId) {
        self.advance(now);
        self.in_system[server.index()] += 1;
        self.total += 1;
        if self.total == 1 {
            self.busy_since = Some(now).filter(|&now| self.counts(now));
        }
        if self.counts(now) {
            self.arrived += 1;
            self.assigned[server.index()] += 1;
        }
    }

    fn refused(&mut self, now: Time, refusal: Refusal) {
        match refusal {
            // It was assigned first, and never held.
            Refusal::BacklogFull { server, .. } => {
                self.in_system[server.index()] -= 1;
                self.total -= 1;
            }
            Refusal::NoServer => self.arrived += u64::from(self.counts(now)),
        }
        self.refused += u64::from(self.counts(now));
    }

    fn finished(&mut self, done: &Finished) {
        self.advance(done.finished);
        self.in_system[done.server.index()] -= 1;
        self.total -= 1;
        if self.total == 0
            && let Some(begin) = self.busy_since.take()
        {
            self.busy_periods.push(done.finished.since(begin).as_secs_f64());
        }
        if self.counts(done.arrived) {
            self.responses.push(done.response_time().as_secs_f64());
            self.waits.push(done.waiting_time().as_secs_f64());
            self.slowdowns += done.response_time().as_secs_f64() / done.work.as_secs_f64();
        }
    }
}

impl Watcher for Probe {
    fn metric(&mut self, name: &str) -> Option<f64> {
        let count = self.responses.len() as f64;
        let time: f64 = self.seconds_at.iter().sum();
        // Servers are numbered from the head of the list there, and in the order of their addition here.
        let server = |number: &str| Some(self.in_system.len() - 1 - number.parse::<usize>().ok()?);
        Some(match name {
            "mean_response" | "mean_response_accepted" => mean(&self.responses),
            "mean_wait" => mean(&self.waits),
            "var_wait" => variance(&self.waits),
            "mean_slowdown" => self.slowdowns / count,
            "prob_wait" => self.waits.iter().filter(|&&wait| wait > 0.0).count() as f64 / count,
            "throughput" => count / time,
            "mean_in_system" => self.moment(1) / time,
            "mean_active" => self.moment(1) / time,
            "var_in_system" => self.moment(2) / time - (self.moment(1) / time).powi(2),
            "prob_n_ge_10" => self.seconds_at.iter().skip(10).sum::<f64>() / time,
            "prob_some_server_idle" => self.some_idle / time,
            "busy_period_mean" => mean(&self.busy_periods),
            "busy_period_var" => variance(&self.busy_periods),
            "blocking" | "fraction_refused" => self.refused as f64 / self.arrived as f64,
            "share_server0" => self.assigned[server("0")?] as f64 / self.assigned.iter().sum::<u64>() as f64,
            _ if name.starts_with("mean_active_server") => {
                self.held[server(&name["mean_active_server".len()..])?] / time
            }
            _ => {
                let (of, percent) = name.split_once("_p")?;
                let at = percent.parse::<f64>().ok()? / 100.0;
                let values = match of {
                    "response" => &mut self.responses,
                    "wait" => &mut self.waits,
                    _ => return None,
                };
                quantile(values, at)?
            }
        })
    }
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}
