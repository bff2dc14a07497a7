//! Reports of whole studies.

mod files;
mod golden;
mod pictures;
mod support;
