//! Clients that somebody keeps a record of: how they react to what does not work, and what they ask for next.

pub(crate) mod follow_ups;
pub(crate) mod request;
pub(crate) mod requests;
