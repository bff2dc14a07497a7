//! Reports of whole studies.

mod files;
mod golden;
mod pages;
mod pictures;
mod plan;
mod statistics;
mod support;
mod sweeps;
mod validations;
