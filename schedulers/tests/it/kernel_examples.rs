//! Every worked sequence, test vector and edge case that the kernel spec gives for schedulers (sections 1 and 5; the
//! numbers in the tests are the spec's).
//!
//! Lists are written head first: `"C1 B1 A1"` is C, B, A with weight 1 each.

mod hashing;
mod least;
mod locality;
mod ranked;
mod replicas;
mod round_robin;
mod thresholds;
mod twos;
mod weighted_round_robin;
