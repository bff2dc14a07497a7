//! Devices, addresses, routes, policy rules and neighbours of a namespace, over rtnetlink (rtnetlink(7)).

mod address;
mod client;
mod error;
mod link;
mod wire;

pub use address::{MacAddress, Prefix};
pub use client::{Entry, EntryKind, MAIN_TABLE, Route, Rule, Selector};
pub use error::RouteError;
pub use link::{Link, LinkIndex, LinkKind};
