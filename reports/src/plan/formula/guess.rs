//! The value of an objective by formula, for a farm of equal servers.

use super::erlang::blocking;
use super::general::{allen_cunneen, kimura};
use super::split::{InTurn, at_random};

/// How a scheduler spreads connections, as far as formulas know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spreading {
    /// Nearly as one line in front of all slots: by the servers' connections.
    Pooled,
    /// One server after the other.
    InTurn,
    /// At random, or by a hash of the client.
    AtRandom,
}

/// A farm of equal servers under a workload.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct EqualServers {
    /// How connections are spread.
    pub spreading: Spreading,
    /// How many servers there are.
    pub servers: u32,
    /// Of each server: slots, or cores.
    pub width: u32,
    /// Whether the width is cores that all connections share.
    pub shares: bool,
    /// Whether nobody waits: what finds all slots busy is refused.
    pub refuses: bool,
    /// Arrivals per second.
    pub rate: f64,
    /// The mean work over the speed, in seconds.
    pub mean_work_s: f64,
    /// The squared coefficient of variation of the work.
    pub work_scv: f64,
    /// The squared coefficient of variation of the times between arrivals.
    pub arrivals_scv: f64,
}

/// What is asked of a farm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Asked {
    /// The mean response time in seconds.
    MeanResponse,
    /// The mean wait in seconds.
    MeanWait,
    /// The part of the connections that take a number of seconds or longer.
    ResponseBeyond(f64),
    /// The part of the connections that wait a number of seconds or longer.
    WaitBeyond(f64),
    /// The part of the connections that are refused.
    Refused,
}

impl EqualServers {
    /// The value, infinite where the farm cannot keep up; `None` where no formula is known.
    pub fn value(&self, asked: Asked) -> Option<f64> {
        let (spread, slots) = match self.spreading {
            Spreading::Pooled => (1, self.width * self.servers),
            Spreading::InTurn | Spreading::AtRandom => (self.servers, self.width),
        };
        if self.refuses {
            let is_refused = asked == Asked::Refused && self.spreading != Spreading::InTurn && !self.shares;
            let load = self.rate * self.mean_work_s / f64::from(spread);
            return is_refused.then(|| blocking(slots, load));
        }
        if asked == Asked::Refused {
            return Some(0.0);
        }
        if self.rate * self.mean_work_s >= f64::from(spread * slots) {
            return Some(f64::INFINITY);
        }
        if self.shares {
            // What shares its server does not depend on the law of the work: as M/M/c.
            let all = at_random(self.rate, self.mean_work_s, spread, slots)?;
            return (asked == Asked::MeanResponse).then(|| all.mean_wait() + self.mean_work_s);
        }
        if self.spreading == Spreading::InTurn {
            let in_turn = InTurn::new(self.rate, self.mean_work_s, self.servers, self.width)?;
            let wait = in_turn.mean_wait() * 0.5 * (1.0 + self.work_scv);
            return Some(self.of(asked, wait, |x| in_turn.wait_beyond(x), |x| in_turn.response_beyond(x)));
        }
        let pooled = at_random(self.rate, self.mean_work_s, spread, slots)?;
        let wait = match (self.work_scv - 1.0).abs() < 1e-9 {
            // Kimura's is the better one of the two, of Poisson arrivals.
            false if self.arrivals_scv == 1.0 && self.work_scv > 0.0 && slots > 1 => {
                kimura(&pooled, slots, self.work_scv)
            }
            _ => allen_cunneen(&pooled, self.arrivals_scv, self.work_scv),
        };
        Some(self.of(asked, wait, |x| pooled.wait_beyond(x), |x| pooled.response_beyond(x)))
    }

    /// The value by a mean wait and the tails that exponential work would have, stretched in time by what that mean is longer.
    fn of(
        &self,
        asked: Asked,
        wait: f64,
        wait_beyond: impl Fn(f64) -> f64,
        response_beyond: impl Fn(f64) -> f64,
    ) -> f64 {
        let stretch = (0.5 * (self.arrivals_scv + self.work_scv)).max(0.05);
        match asked {
            Asked::MeanResponse => wait + self.mean_work_s,
            Asked::MeanWait => wait,
            Asked::WaitBeyond(seconds) => wait_beyond(seconds / stretch),
            Asked::ResponseBeyond(seconds) => response_beyond(seconds / stretch),
            Asked::Refused => 0.0,
        }
    }
}
