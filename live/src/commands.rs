//! Commands of the control interface, right ones and wrong ones, and how each is to end.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use ipvslab_schedulers::Accounting;
use ipvslab_sim::Sysctl;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::ipvs::{
    Encapsulation, FlagChange, Forwarding, Granularity, Ipvs, IpvsError, RawDestination, Service,
    ServiceFlags, ServiceKey,
};
use crate::lab::{Host, LabError, Step};
use crate::log::KernelFacts;
use crate::ticks;

/// A command as it travels. Services are of TCP, servers masqueraded unless tunnelled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// `NEW_SERVICE`.
    AddService(ServiceWords),
    /// `NEW_SERVICE` under `rr` with an IPv4 address of four bytes.
    AddServiceShort(SocketAddr),
    /// `SET_SERVICE`.
    EditService(ServiceWords),
    /// `DEL_SERVICE`.
    DeleteService(SocketAddr),
    /// `GET_SERVICE`, for its flags.
    ReadFlags(SocketAddr),
    /// `NEW_DEST`.
    AddServer(ServerWords),
    /// `SET_DEST`.
    EditServer(ServerWords),
    /// `DEL_DEST`, of a service.
    DeleteServer(SocketAddr, SocketAddr),
    /// `GET_DEST`, for how many there are.
    CountServers(SocketAddr),
    /// `sysctl -w`.
    SetSysctl(Sysctl, u32),
    /// `sysctl -n`.
    ReadSysctl(Sysctl),
}

/// A service as a command names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServiceWords {
    address: SocketAddr,
    scheduler: String,
    flags: u32,
    mask: u32,
    /// Bits of the netmask; `None` for all.
    prefix: Option<u32>,
}

/// A server as a command names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ServerWords {
    service: SocketAddr,
    address: SocketAddr,
    tunnelled: bool,
    weight: u32,
    thresholds: [u32; 2],
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Ended {
    /// It was carried out.
    Done,
    /// It was refused with this error number.
    Refused(i32),
    /// It told a number: flags, or how many there are.
    Told(u32),
}

/// A command and how it is to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    pub(crate) command: Command,
    classic: Ended,
    total: Ended,
}

impl Told {
    /// How a kernel of this generation is to end it.
    pub(crate) fn expected(&self, accounting: Accounting) -> Ended {
        match accounting {
            Accounting::Classic => self.classic,
            Accounting::Total => self.total,
        }
    }
}

/// A service under `rr` with no flags.
pub(crate) fn service(address: &str) -> ServiceWords {
    let address = address.parse().expect("a case's address");
    ServiceWords { address, scheduler: "rr".to_owned(), flags: 0, mask: u32::MAX, prefix: None }
}

impl ServiceWords {
    pub(crate) fn under(mut self, scheduler: &str) -> Self {
        scheduler.clone_into(&mut self.scheduler);
        self
    }

    pub(crate) fn flags(mut self, flags: u32, mask: u32) -> Self {
        (self.flags, self.mask) = (flags, mask);
        self
    }

    pub(crate) fn prefix(mut self, bits: u32) -> Self {
        self.prefix = Some(bits);
        self
    }

    fn wanted(&self) -> Service {
        let mut wanted = Service::new(ServiceKey::tcp(self.address), self.scheduler.as_str());
        wanted.flags = FlagChange { flags: ServiceFlags(self.flags), mask: ServiceFlags(self.mask) };
        if let Some(bits) = self.prefix {
            wanted.granularity = Granularity::Prefix(bits);
        }
        wanted
    }
}

/// A server of weight 1.
pub(crate) fn server(service: &str, address: &str) -> ServerWords {
    let [service, address] = [service, address].map(|text| text.parse().expect("a case's address"));
    ServerWords { service, address, tunnelled: false, weight: 1, thresholds: [0, 0] }
}

impl ServerWords {
    pub(crate) fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    pub(crate) fn limits(mut self, upper: u32, lower: u32) -> Self {
        self.thresholds = [upper, lower];
        self
    }

    pub(crate) fn tunnelled(mut self) -> Self {
        self.tunnelled = true;
        self
    }

    fn raw(&self) -> RawDestination {
        let tunnel = Forwarding::Tunnel(Encapsulation::Ipip);
        RawDestination {
            address: self.address,
            forwarding: if self.tunnelled { tunnel } else { Forwarding::Masquerade },
            weight: self.weight,
            thresholds: self.thresholds,
        }
    }
}

impl Command {
    /// It is carried out.
    pub(crate) fn succeeds(self) -> Told {
        self.ends(Ended::Done)
    }

    /// It is refused.
    pub(crate) fn fails(self, errno: Errno) -> Told {
        self.ends(Ended::Refused(errno.raw_os_error()))
    }

    /// It tells a number.
    pub(crate) fn tells(self, number: u32) -> Told {
        self.ends(Ended::Told(number))
    }

    fn ends(self, ended: Ended) -> Told {
        self.ends_by(ended, ended)
    }

    /// It ends differently by accounting generation.
    pub(crate) fn ends_by(self, classic: Ended, total: Ended) -> Told {
        Told { command: self, classic, total }
    }

    fn carry_out(&self, host: &mut Host) -> Result<Ended, LabError> {
        let name = |sysctl: &Sysctl| format!("net.ipv4.vs.{sysctl}");
        match self {
            Self::SetSysctl(sysctl, value) => match host.set_sysctl(&name(sysctl), &value.to_string()) {
                Ok(()) => Ok(Ended::Done),
                Err(error) => error.errno().map(Ended::Refused).ok_or(LabError::Sysctl(error)),
            },
            Self::ReadSysctl(sysctl) => {
                let value = host.sysctl(&name(sysctl)).and_then(|value| value.parse().ok());
                Ok(value.map_or(Ended::Refused(Errno::NOENT.raw_os_error()), Ended::Told))
            }
            netlink => match netlink.ask(host.ipvs()?) {
                Ok(ended) => Ok(ended),
                Err(error) => error.errno().map(Ended::Refused).ok_or(LabError::Ipvs(error)),
            },
        }
    }

    /// A command of netlink.
    fn ask(&self, ipvs: &mut Ipvs) -> Result<Ended, IpvsError> {
        let key = |address: &SocketAddr| ServiceKey::tcp(*address);
        let done = match self {
            Self::AddService(words) => ipvs.add_service(&words.wanted()),
            Self::AddServiceShort(address) => match address.ip() {
                IpAddr::V4(ip) => ipvs.add_service_short(ip, address.port()),
                IpAddr::V6(_) => unreachable!("the short form is of IPv4"),
            },
            Self::EditService(words) => ipvs.edit_service(&words.wanted()),
            Self::DeleteService(address) => ipvs.delete_service(&key(address)),
            Self::ReadFlags(address) => {
                return ipvs.service(&key(address)).map(|state| Ended::Told(state.service.flags.flags.0));
            }
            Self::AddServer(words) => ipvs.add_raw(&key(&words.service), &words.raw()),
            Self::EditServer(words) => ipvs.edit_raw(&key(&words.service), &words.raw()),
            Self::DeleteServer(service, address) => ipvs.delete_destination(&key(service), *address),
            Self::CountServers(service) => {
                return ipvs.destinations(&key(service)).map(|list| Ended::Told(list.len() as u32));
            }
            Self::SetSysctl(..) | Self::ReadSysctl(_) => unreachable!("sysctls are no matter of netlink"),
        };
        done.map(|()| Ended::Done)
    }
}

/// Carries commands out in a namespace of their own.
///
/// # Errors
/// If there is none, or a command comes to nothing without being refused.
pub(crate) fn carry_out(commands: &[Command]) -> Result<(KernelFacts, Vec<Ended>), LabError> {
    let mut host = Host::new("director")?;
    // Without a loopback that is on, every IPv4 destination is refused.
    host.take_all(&[Step::Up("lo")])?;
    let kernel = host.kernel(ticks::hz())?;
    host.ipvs()?;
    let ended: Result<Vec<Ended>, LabError> =
        commands.iter().map(|command| command.carry_out(&mut host)).collect();
    Ok((kernel, ended?))
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Done => f.write_str("success"),
            Self::Refused(errno) => write!(f, "{}", std::io::Error::from_raw_os_error(errno)),
            Self::Told(number) => write!(f, "{number:#x}"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddService(words) => write!(f, "add {words}"),
            Self::AddServiceShort(address) => write!(f, "add service {address} by four bytes"),
            Self::EditService(words) => write!(f, "edit {words}"),
            Self::DeleteService(address) => write!(f, "delete service {address}"),
            Self::ReadFlags(address) => write!(f, "read the flags of service {address}"),
            Self::AddServer(words) => write!(f, "add {words}"),
            Self::EditServer(words) => write!(f, "edit {words}"),
            Self::DeleteServer(service, address) => write!(f, "delete {address} of service {service}"),
            Self::CountServers(service) => write!(f, "count the servers of service {service}"),
            Self::SetSysctl(sysctl, value) => write!(f, "set {sysctl} to {value}"),
            Self::ReadSysctl(sysctl) => write!(f, "read {sysctl}"),
        }
    }
}

impl fmt::Display for ServiceWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, scheduler, flags, mask, .. } = self;
        write!(f, "service {address} {scheduler}, flags {flags:#x} of {mask:#x}")
    }
}

impl fmt::Display for ServerWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, address, weight, thresholds: [upper, lower], .. } = self;
        write!(f, "{address} of service {service}, weight {weight:#x}, thresholds {upper} {lower}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipvs::Family;

    #[test]
    fn a_service_of_ipv6_has_a_prefix() {
        let words = service("[2001:db8::1]:80").prefix(0).wanted();
        assert_eq!((words.key.family(), words.granularity), (Family::Inet6, Granularity::Prefix(0)));
    }
}
