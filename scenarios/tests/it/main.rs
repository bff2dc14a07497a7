//! Scenario files from the outside.

mod bad_files;
mod catalog;
mod distributions;
mod round_trip;
mod tables;
mod traces;
