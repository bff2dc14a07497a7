//! Clients: how they react to what does not work, and what they ask for next.

pub(crate) mod chains;
pub(crate) mod follow_ups;
pub(crate) mod reacting;
pub(crate) mod requests;
