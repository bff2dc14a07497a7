//! Scenario files from the outside.

mod bad_files;
mod catalog;
mod chains;
mod classes;
mod corpus;
mod digests;
mod distributions;
mod drafts;
mod keepalived;
mod log_faults;
mod log_mutations;
mod log_samples;
mod logs;
mod oracles;
mod pairs;
mod port_reuse;
mod processes;
mod round_trip;
mod scaled;
mod sizes;
mod tables;
mod told;
mod traces;
