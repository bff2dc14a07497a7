//! iptables' `statistic` match, and kube-proxy's cascade of it: rule i of n takes a connection with probability 1/(n - i).
//!
//! The probability is *written* in decimals, 10 today and 5 in old releases, and read as a multiple of 2⁻³¹. Each rule that is
//! reached draws a word of its own and looks at its lower 31 bits; the last rule takes what is left, without drawing. With 10
//! decimals the largest error of a share is 2.4·10⁻⁷ among 1,000 servers, with 5 decimals 0.5 %.
//!
//! Source: xt_statistic.c of Linux 6.1, iptables 1.8.9, kube-proxy's iptables proxier.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::flow::Flow;
use crate::planes::eligible::{Eligible, Order};
use crate::scheduler::Scheduler;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::Time;
use crate::twos::Draws;

/// The probability of a rule, as a multiple of 2⁻³¹.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Probability(u32);

impl Probability {
    const ONE: f64 = (1u64 << 31) as f64;

    /// What kube-proxy writes for the rule of the first of `remaining` servers.
    pub fn written(remaining: u32, decimals: usize) -> String {
        format!("{:.decimals$}", 1.0 / f64::from(remaining))
    }

    /// As iptables reads it, rounded half away from zero; `None` if it is not a number from 0 to 1.
    pub fn read(text: &str) -> Option<Self> {
        let value: f64 = text.parse().ok()?;
        (0.0..=1.0).contains(&value).then_some(Self((value * Self::ONE + 0.5) as u32))
    }

    /// The 31-bit number that the kernel keeps.
    pub fn word(self) -> u32 {
        self.0
    }

    /// As iptables-save writes it.
    pub fn saved(self) -> String {
        format!("{:.11}", self.value())
    }

    /// From 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.0) / Self::ONE
    }

    /// Whether a rule of this probability takes a packet for which this word was drawn.
    #[inline]
    pub fn takes(self, word: u32) -> bool {
        word & 0x7fff_ffff < self.0
    }
}

/// The share of connections that each of `servers` gets, in order, from rules written with this many decimals.
pub fn shares(servers: u32, decimals: usize) -> Vec<f64> {
    let mut left = 1.0;
    let rules = rules(servers, decimals).into_iter().map(Probability::value);
    rules
        .chain([1.0])
        .map(|probability| {
            let share = left * probability;
            left *= 1.0 - probability;
            share
        })
        .collect()
}

/// The rules of all servers but the last.
fn rules(servers: u32, decimals: usize) -> Vec<Probability> {
    let read = |remaining| {
        Probability::read(&Probability::written(remaining, decimals)).expect("decimals of a probability")
    };
    (2..=servers).rev().map(read).collect()
}

/// `iptables-random`, and `iptables-random-5` with the decimals of old releases: kube-proxy's iptables mode.
#[derive(Clone, Debug)]
pub struct Cascade {
    decimals: usize,
    draws: Draws,
    eligible: Eligible,
    rules: Vec<Probability>,
}

impl Cascade {
    /// With probabilities of this many decimals, fed by `draws`.
    pub fn new(decimals: usize, draws: Draws) -> Self {
        Self { decimals, draws, eligible: Eligible::new(Order::Text), rules: Vec::new() }
    }
}

impl Scheduler for Cascade {
    fn schedule(&mut self, _: &Flow, servers: &ServerTable, _: Time) -> Option<ServerIndex> {
        let (places, is_new) = self.eligible.of(servers);
        if is_new {
            self.rules = rules(places.len() as u32, self.decimals);
        }
        let taken = self.rules.iter().position(|rule| rule.takes(self.draws.word()));
        places.get(taken.unwrap_or(self.rules.len())).copied()
    }

    fn table_changed(&mut self, _: TableChange, _: &ServerTable) {
        self.eligible.changed();
    }
}

/// `--mode nth --every n --packet p`: takes every n-th packet that reaches the rule, first the one of number p.
#[derive(Clone, Debug)]
pub struct Nth {
    every: u32,
    until_next: u32,
}

impl Nth {
    /// A rule that was just made.
    ///
    /// # Panics
    /// If `packet` is not below `every`, which iptables refuses.
    pub fn new(every: u32, packet: u32) -> Self {
        assert!(packet < every, "--packet is below --every");
        Self { every, until_next: packet }
    }

    /// Whether it takes the next packet.
    pub fn takes(&mut self) -> bool {
        let takes = self.until_next == 0;
        self.until_next = if takes { self.every - 1 } else { self.until_next - 1 };
        takes
    }
}
