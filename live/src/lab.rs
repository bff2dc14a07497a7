//! What both engines build their labs from: hosts, each a namespace of its own, and the steps that set one up.

mod host;
mod step;

use std::io;
use std::net::{IpAddr, SocketAddr};

pub use host::Host;
pub(crate) use host::key;
pub use step::Step;
pub(crate) use step::ipv4;

use crate::ipvs::IpvsError;
use crate::namespace::NamespaceError;
use crate::nft::NftError;
use crate::route::RouteError;
use crate::sysctl::SysctlError;

/// Why a lab cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// No namespace.
    #[error(transparent)]
    Namespace(#[from] NamespaceError),
    /// IPVS refuses.
    #[error(transparent)]
    Ipvs(#[from] IpvsError),
    /// A link, an address, a route or a neighbour.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The rule that marks packets.
    #[error(transparent)]
    Nft(#[from] NftError),
    /// A sysctl.
    #[error(transparent)]
    Sysctl(#[from] SysctlError),
    /// A namespace cannot be entered any more.
    #[error("a namespace of the lab cannot be entered: {0}")]
    Enter(#[source] io::Error),
    /// No TAP device.
    #[error("no TAP device can be made of /dev/net/tun: {0}; run `modprobe tun`")]
    Tap(#[source] io::Error),
    /// An address that the lab does not speak.
    #[error("the lab of real TCP speaks IPv4 only, not {0}")]
    Ipv6(SocketAddr),
    /// Two servers at one address.
    #[error("two real servers have the address {0}; in the lab each needs one of its own")]
    SharedAddress(IpAddr),
}
