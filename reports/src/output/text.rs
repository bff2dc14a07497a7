//! A study as text for a terminal.

pub(crate) mod classes;
pub(crate) mod compare;
pub(crate) mod heading;
pub(crate) mod migrate;
pub(crate) mod objectives;
pub(crate) mod single;
