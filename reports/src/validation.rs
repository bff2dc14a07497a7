//! A validation: the same events to the model and to kernels, decision by decision.

pub(crate) mod report;
