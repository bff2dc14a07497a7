//! Watches the servers at instants, and how long a run lasts after its last arrival.

use ipvslab_schedulers::Time;
use ipvslab_sim::{Finished, Observer, ServerLoad};

use super::watch::{Watcher, mean, quantile};

/// The period of the tide that a harmonic is looked for, in seconds: a day.
const PERIOD: f64 = 86_400.0;

/// All servers together, at instants from the end of the warm-up to the end of the run.
#[derive(Debug)]
pub(crate) struct Samples {
    from: Time,
    until: Time,
    /// Instants in seconds, with the connections that IPVS counts as active then.
    active: Vec<(f64, f64)>,
    inactive: Vec<f64>,
    empty: u64,
}

impl Samples {
    pub(crate) fn new(from: Time, until: Time) -> Self {
        Self { from, until, active: Vec::new(), inactive: Vec::new(), empty: 0 }
    }

    fn mean_active(&self) -> f64 {
        self.active.iter().map(|&(_, active)| active).sum::<f64>() / self.active.len() as f64
    }

    /// Swing and lag (radians) of the first harmonic of the day: the fit of least squares, over whole days.
    fn tide(&self) -> (f64, f64) {
        let (mut sine, mut cosine) = (0.0, 0.0);
        for &(at, active) in &self.active {
            let angle = 2.0 * std::f64::consts::PI * at / PERIOD;
            sine += active * libm::sin(angle);
            cosine += active * libm::cos(angle);
        }
        let scale = 2.0 / self.active.len() as f64;
        (scale * libm::hypot(sine, cosine), libm::atan2(-cosine, sine))
    }
}

impl Observer for Samples {
    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        if now < self.from || now >= self.until {
            return;
        }
        let active: f64 = servers.iter().map(|server| f64::from(server.active)).sum();
        self.active.push((now.as_secs_f64(), active));
        self.inactive.push(servers.iter().map(|server| f64::from(server.inactive)).sum());
        self.empty += u64::from(servers.iter().all(|server| server.in_system == 0));
    }
}

impl Watcher for Samples {
    fn metric(&mut self, name: &str) -> Option<f64> {
        Some(match name {
            "mean_in_system_at_t" | "mean_active_at_t" | "mean_active" => self.mean_active(),
            "prob_empty_at_t" => self.empty as f64 / self.active.len() as f64,
            "mean_inactive" => mean(&self.inactive),
            "peak_of_mean_active" => self.mean_active() + self.tide().0,
            "peak_lag_seconds" => self.tide().1 / (2.0 * std::f64::consts::PI) * PERIOD,
            _ => return None,
        })
    }
}

/// How long it takes from the end of the arrivals until the last connection has ended, over several runs.
#[derive(Debug)]
pub(crate) struct Drain {
    until: Time,
    /// In seconds; the last one is of the present run.
    times: Vec<f64>,
    before: Time,
}

impl Drain {
    pub(crate) fn new(until: Time) -> Self {
        Self { until, times: Vec::new(), before: Time::NEVER }
    }
}

impl Observer for Drain {
    fn finished(&mut self, done: &Finished) {
        // Time runs backwards where a run follows another.
        if done.finished < self.before {
            self.times.push(0.0);
        }
        self.before = done.finished;
        if let Some(last) = self.times.last_mut() {
            *last = done.finished.since(self.until.min(done.finished)).as_secs_f64();
        }
    }
}

impl Watcher for Drain {
    fn metric(&mut self, name: &str) -> Option<f64> {
        match name {
            "mean_time_to_empty" => Some(mean(&self.times)),
            "time_to_empty_p99" => quantile(&mut self.times, 0.99),
            _ => None,
        }
    }
}
