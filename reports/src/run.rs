//! One run: what is collected of it, and the numbers that it comes to.

pub(crate) mod classes;
pub(crate) mod collector;
pub(crate) mod distribution;
pub(crate) mod fairness;
pub(crate) mod kept;
pub(crate) mod metric;
pub(crate) mod metric_table;
pub(crate) mod metrics;
pub(crate) mod mser;
pub(crate) mod server;
pub(crate) mod sketch;
pub(crate) mod time_series;
pub(crate) mod timeline;
