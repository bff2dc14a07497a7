//! The statistics behind every answer, as functions of plain numbers: they know nothing of runs, schedulers or files.
//!
//! A value of a study is a [`Ratio`] of sums over its replications; its interval is that of a [`Sample`] of linearised
//! values, adjusted for their skewness. A quantile is read off [`Tails`], the part of connections beyond every time, and
//! [`Beyond`] decides whether it is below a limit. [`holm()`] says which differences are beyond chance, [`Best`] who may be
//! the best, [`Selection`] who is chosen with an indifference zone, [`allocate`] where a fixed number of replications is spent best.

pub(crate) mod best;
pub(crate) mod beyond;
pub(crate) mod budget;
pub(crate) mod components;
pub(crate) mod feasible;
pub(crate) mod holm;
pub(crate) mod interval;
pub(crate) mod ratio;
pub(crate) mod sample;
pub(crate) mod select;
pub(crate) mod share;
pub(crate) mod stopping;
pub(crate) mod student;
pub(crate) mod tails;
pub(crate) mod welch;

pub use best::Best;
pub use beyond::{Beyond, Decided, none_upper_limit};
pub use budget::allocate;
pub use components::{Components, components};
pub use feasible::feasible;
pub use holm::holm;
pub use interval::Interval;
pub use ratio::Ratio;
pub use sample::Sample;
pub use select::{Selection, kn_constants};
pub use share::{share_interval, share_limit_above, share_limit_below};
pub use stopping::{STOPPING_TAIL, looks, next_look};
pub use student::{two_sided_quantile, two_sided_tail};
pub use tails::{Tails, Windows};
pub use welch::{Welch, welch};
