//! Scenario files from the outside.

mod probe;
