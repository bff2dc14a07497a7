//! A study as text for a terminal.

pub(crate) mod compare;
pub(crate) mod single;
