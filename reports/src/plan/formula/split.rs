//! Farms whose servers each have a line of their own, fed without a look at it: at random, or in turn.

use super::erlang::{Pooled, response_beyond};

/// One of `servers` servers that connections come to in turn, each with `slots` slots under exponential work: E_n/M/s.
///
/// What waits is exponential at rate s·μ·(1 − σ), with σ the root below 1 of σ = (nλ' / (nλ' + s·μ·(1 − σ)))^n and λ' the
/// server's own rate (Takács; Gross et al., *Fundamentals of Queueing Theory*, section 5.3).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct InTurn {
    service: f64,
    slots: u32,
    sigma: f64,
    waits: f64,
}

impl InTurn {
    /// `None` if the servers cannot keep up. `rate` is that of all servers together.
    pub fn new(rate: f64, mean_work_s: f64, servers: u32, slots: u32) -> Option<Self> {
        let (n, s, service) = (f64::from(servers), f64::from(slots), 1.0 / mean_work_s);
        let load = rate / (n * s * service);
        if load >= 1.0 {
            return None;
        }
        let transform = |at: f64| libm::pow(rate / (rate + at), n);
        let next = |sigma: f64| transform(s * service * (1.0 - sigma));
        // 1 is a root too; below 1 − 0.1·(1 − ρ) lies the other one only.
        let (mut low, mut high) = (0.0, 1.0 - 0.1 * (1.0 - load));
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if next(middle) > middle { low = middle } else { high = middle }
        }
        let sigma = 0.5 * (low + high);
        // G/M/s: the part that waits is A/(1 − σ), with A of the arrivals' transforms at the rates of fewer busy slots.
        let mut product = 1.0;
        let mut sum = 0.0;
        for j in 1..=slots {
            let jf = f64::from(j);
            let at = transform(jf * service);
            product *= (1.0 - at) / at;
            let binomial = (0..j).map(|k| (s - f64::from(k)) / (jf - f64::from(k))).product::<f64>();
            sum += binomial * product / (1.0 - at) * (s * (1.0 - at) - jf) / (s * (1.0 - sigma) - jf);
        }
        let a = 1.0 / (1.0 / (1.0 - sigma) + sum);
        Some(Self { service, slots, sigma, waits: a / (1.0 - sigma) })
    }
}

impl InTurn {
    /// How fast what waits gets on, per second.
    fn spare(&self) -> f64 {
        self.service * f64::from(self.slots) * (1.0 - self.sigma)
    }

    /// The mean wait in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.waits / self.spare()
    }

    /// The probability of waiting longer than a number of seconds.
    pub fn wait_beyond(&self, seconds: f64) -> f64 {
        self.waits * libm::exp(-self.spare() * seconds)
    }

    /// The probability of a response time longer than a number of seconds.
    pub fn response_beyond(&self, seconds: f64) -> f64 {
        response_beyond(self.waits, self.spare(), self.service, seconds)
    }
}

/// One of `servers` servers that connections come to at random: M/M/s with its part of the rate; `None` if they cannot keep up.
pub fn at_random(rate: f64, mean_work_s: f64, servers: u32, slots: u32) -> Option<Pooled> {
    Pooled::new(rate / f64::from(servers), mean_work_s, slots)
}

/// The rates that keep the mean response time of independent one-slot servers smallest, of a whole of `rate`: each server
/// gets its capacity less a part of what is spare in proportion to the root of its capacity (Tantawi and Towsley 1985). The
/// slow ones that would get less than nothing get nothing. `capacities` are services per second.
pub fn square_root_rule(capacities: &[f64], rate: f64) -> Vec<f64> {
    let mut used: Vec<bool> = vec![true; capacities.len()];
    loop {
        let of_used =
            || capacities.iter().zip(&used).filter(|(_, used)| **used).map(|(capacity, _)| *capacity);
        let per_root = (of_used().sum::<f64>() - rate) / of_used().map(f64::sqrt).sum::<f64>();
        let shares: Vec<f64> = capacities
            .iter()
            .zip(&used)
            .map(|(&capacity, &used)| if used { capacity - per_root * capacity.sqrt() } else { 0.0 })
            .collect();
        if shares.iter().all(|&share| share >= 0.0) {
            return shares;
        }
        shares.iter().zip(&mut used).filter(|(share, _)| **share < 0.0).for_each(|(_, used)| *used = false);
    }
}
