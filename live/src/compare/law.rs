//! `twos` by its law: its random numbers cannot be known, but given the state before a decision, the probability of
//! each server is.
//!
//! Every choice must be possible. Over a run, the times each server was chosen, less the sum of its probabilities, is a
//! martingale with steps of at most 1, and the sum of p·(1 − p) is its variance v. It is off by x or more, either way, with
//! a probability of at most 2·exp(−v·h(x/v)), h(u) = (1 + u)·ln(1 + u) − u (Bennett 1962; Freedman 1975). That holds for a
//! server that is expected to be chosen a thousandth of a time, too, where the normal law does not.

use serde::Serialize;

/// How likely it may be that any server of a run is as far off as the limit, by chance.
const CHANCE: f64 = 1e-6;

/// The kernel's choices against their law.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LawTest {
    /// Decisions that the law gives no chance.
    pub impossible: u64,
    /// By server.
    pub servers: Vec<Tally>,
}

/// How often a server was chosen, and should have been.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Default)]
pub struct Tally {
    /// Times it was chosen.
    pub chosen: u64,
    /// The sum of its probabilities.
    pub expected: f64,
    /// The sum of p·(1 − p).
    pub variance: f64,
}

impl Tally {
    /// How far what was is from what should have been, without sign: the d for which Bennett's bound is 2·exp(−d²/2). Where
    /// many are expected, that is the distance in standard deviations.
    pub fn deviation(&self) -> f64 {
        let off = (self.chosen as f64 - self.expected).abs();
        if self.variance > 0.0 {
            let relative = off / self.variance;
            (2.0 * self.variance * ((1.0 + relative) * relative.ln_1p() - relative)).sqrt()
        } else {
            0.0
        }
    }
}

impl LawTest {
    pub(crate) fn new(servers: usize) -> Self {
        Self { impossible: 0, servers: vec![Tally::default(); servers] }
    }

    /// Takes a decision: the probability of each server, and who was chosen.
    pub(crate) fn take(&mut self, law: &[(usize, f64)], chosen: Option<usize>) {
        for &(server, probability) in law {
            let tally = &mut self.servers[server];
            tally.expected += probability;
            tally.variance += probability * (1.0 - probability);
        }
        match chosen {
            Some(server) => {
                self.servers[server].chosen += 1;
                self.impossible += u64::from(
                    !law.iter().any(|&(possible, probability)| possible == server && probability > 0.0),
                );
            }
            None => self.impossible += u64::from(!law.is_empty()),
        }
    }

    /// The largest distance of a server's count from its law, in standard deviations.
    pub fn worst_deviation(&self) -> f64 {
        self.servers.iter().map(Tally::deviation).fold(0.0, f64::max)
    }

    /// How far a server may be off, in the same unit: with as many servers, one run in a million has one further off by chance.
    pub fn limit(&self) -> f64 {
        (2.0 * (2.0 * self.servers.len() as f64 / CHANCE).ln()).sqrt()
    }

    /// Whether the choices are those of the law, as far as their number can show.
    pub fn holds(&self) -> bool {
        self.impossible == 0 && self.worst_deviation() <= self.limit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fair_choices_hold_and_impossible_ones_do_not() {
        let law = [(0, 0.5), (1, 0.5)];
        let mut test = LawTest::new(3);
        for choice in 0..1000 {
            test.take(&law, Some(choice % 2));
        }
        assert!(test.holds());
        test.take(&law, Some(2));
        assert_eq!(test.impossible, 1);
        assert!(!test.holds());
    }

    #[test]
    fn lopsided_choices_do_not_hold() {
        let mut test = LawTest::new(2);
        for choice in 0..1000 {
            test.take(&[(0, 0.5), (1, 0.5)], Some(usize::from(choice % 10 == 0)));
        }
        assert!(!test.holds(), "{}", test.worst_deviation());
    }

    #[test]
    fn rare_choices_among_many_servers_hold() {
        // 300 choices among 1,000 servers: some of them are chosen twice or three times, of 0.3 expected.
        let law: Vec<(usize, f64)> = (0..1000).map(|server| (server, 0.001)).collect();
        let mut test = LawTest::new(1000);
        for choice in 0..300 {
            test.take(&law, Some(choice % 100));
        }
        assert!(test.holds(), "{}", test.worst_deviation());
        for _ in 0..20 {
            test.take(&law, Some(7));
        }
        assert!(!test.holds(), "{}", test.worst_deviation());
    }
}
