//! A scenario drafted from a trace: its arrivals, clients, objects, sizes, span and rates are the trace's, and what is
//! made up is marked.
//!
//! [`TraceFacts`] reads the trace once, [`Cost`] says what a request costs a server, [`Workload`] writes the sections that
//! come from the trace (for users with a service and servers already), and [`scenario`] writes a whole scenario.

mod cost;
mod facts;
mod farm;
mod workload;

pub use self::cost::{Cost, CostError};
pub use self::facts::{FactsError, TraceFacts};
pub use self::farm::scenario;
pub use self::workload::{Draft, DraftError, Workload};
