//! Devices, addresses, routes, policy rules and neighbours of a namespace, over rtnetlink (rtnetlink(7)).

mod address;
mod client;
mod entry;
mod error;
mod link;
mod wire;

pub use address::{MacAddress, Prefix};
pub use client::Route;
pub use entry::{Entry, EntryKind, LOCAL_TABLE, MAIN_TABLE, Rule, Selector};
pub use error::RouteError;
pub use link::{Link, LinkIndex, LinkKind};
