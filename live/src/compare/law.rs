//! `twos` by its law: its random numbers cannot be known, but given the state before a decision, the probability of
//! each server is.
//!
//! Every choice must be possible. Over a run, the times each server was chosen, less the sum of its probabilities, has
//! mean zero and the sum of p·(1 − p) as its variance; a server that is off by more than five standard deviations
//! speaks against the model (one run in a million does so by chance, for ten servers).

use serde::Serialize;

/// How many standard deviations are too many.
const LIMIT: f64 = 5.0;

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
    /// Standard deviations between what was and what should have been.
    pub fn deviation(&self) -> f64 {
        let off = self.chosen as f64 - self.expected;
        if self.variance > 0.0 { off / self.variance.sqrt() } else { 0.0 }
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
        self.servers.iter().map(|tally| tally.deviation().abs()).fold(0.0, f64::max)
    }

    /// Whether the choices are those of the law, as far as can be told.
    pub fn holds(&self) -> bool {
        self.impossible == 0 && self.worst_deviation() <= LIMIT
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
}
