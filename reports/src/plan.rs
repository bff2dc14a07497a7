//! Planning: how many servers hold the objectives.

pub mod formula;
