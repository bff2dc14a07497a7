//! The socket engine: clients, director and real servers in network namespaces of their own, joined by a bridge, and
//! real TCP between them.
//!
//! Where the packet engine compares every decision, this one shows the whole: the same report for simulator and kernel,
//! with response times that were really waited for.

mod clients;
mod engine;
mod lab;
mod record;
mod servers;
mod situation;
mod standing;

use std::io;
use std::net::SocketAddr;

pub use engine::serve;
pub use lab::Lab;
pub use record::{Connection, End, Served};
pub use situation::{Arrival, Capacity, Situation, WorkingServer};
pub use standing::{Standing, tour};

use crate::ipvs::IpvsError;
use crate::lab::LabError;

/// Why a situation could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The lab could not be built.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// An edit or a look at the counters failed.
    #[error(transparent)]
    Ipvs(#[from] IpvsError),
    /// A server cannot listen.
    #[error("real server {server} cannot listen on port {port}: {error}")]
    Listener {
        /// The number of the server.
        server: usize,
        /// Its port.
        port: u16,
        /// Why.
        error: io::Error,
    },
    /// A client cannot connect.
    #[error("a client cannot connect from {client}: {error}")]
    Client {
        /// Its address and port.
        client: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// A socket failed.
    #[error("a socket of the lab failed: {0}")]
    Socket(#[source] io::Error),
    /// Connections hang.
    #[error("{open} connections have been hanging for ten minutes; the lab is not set up as it should be")]
    Hung {
        /// How many.
        open: usize,
    },
}
