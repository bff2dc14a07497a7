//! The path between clients and servers: delays, and a director that can carry only so much.

pub(crate) mod line;
pub(crate) mod packets;
pub(crate) mod wires;
