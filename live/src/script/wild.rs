//! Random directors: everything that IPVS can be told and sent, at random, from a seed.
//!
//! One to four services of all kinds that share real servers, all forwarding methods side by side, persistence, packets
//! in plausible and implausible order, tuples that come again and again, edits of everything, and pauses from
//! microseconds to beyond the longest timeout. Half of the scripts mix all of it, the others dwell on one thing.
//!
//! Not generated, because:
//!
//! - `twos`: nobody can know the kernel's random numbers.
//! - `drop_entry` 3: it drops entries by lot.
//! - `am_droprate` while `drop_packet` is on: a check that runs once a second takes it over, at an unknown moment.
//! - Commands that the kernel refuses: they change nothing.
//! - Two servers of one service at one address: the lab tells servers by their address.
//! - Answers of servers that were not reached by masquerading: they bypass the director.
//! - Two flows of one client's address and port whose servers share addresses: whose an answer is would be ambiguous.

mod chance;
mod edits;
mod lives;
mod setup;
mod theme;
mod traffic;

use ipvslab_schedulers::Rng;

use super::Script;
use setup::Setup;
use theme::Theme;
use traffic::Traffic;

/// Draws a script of `packets` packets. The same seed is the same script.
pub fn wild(seed: u64, packets: u32) -> Script {
    let mut draw = Rng::stream(seed, 0, "wild");
    let theme = Theme::draw(&mut draw);
    let setup = Setup::draw(&mut draw, theme);
    Traffic::new(draw, theme, &setup).run(setup, packets)
}

#[cfg(test)]
mod tests;
