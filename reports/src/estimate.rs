//! What the runs of a study say together: estimates with their intervals, the order of the schedulers, verdicts.

pub(crate) mod before_after;
pub(crate) mod best;
pub(crate) mod classes;
pub(crate) mod confidence;
pub(crate) mod disruption;
pub(crate) mod flow;
pub(crate) mod imbalance;
pub(crate) mod objective;
pub(crate) mod precision;
pub(crate) mod ranking;
pub(crate) mod replications;
pub(crate) mod summary;
