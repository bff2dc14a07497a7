//! A host of the lab: a network namespace, and the means to set it up.

use std::net::{IpAddr, SocketAddr};

use ipvslab_sim::{Forwarding, Protocol, ipv4_mask};

use super::{LabError, Step};
use crate::ipvs::{
    Destination, DestinationState, Encapsulation, Family, FlagChange, Granularity, Ipvs, IpvsError,
    ServiceFlags, ServiceKey, TimeoutChange,
};
use crate::log::{Counters, KernelFacts};
use crate::namespace::Namespace;
use crate::route::{
    Entry, EntryKind, LOCAL_TABLE, LinkIndex, LinkKind, MAIN_TABLE, MacAddress, Prefix, Route, RouteError,
    Rule, Selector,
};
use crate::script::{Reached, Script, Server, Service, Settings, limits};
use crate::sysctl::SysctlError;
use crate::{ipvs, nft, sysctl};

/// A host, and what was done to it.
pub struct Host {
    name: String,
    namespace: Namespace,
    route: Route,
    ipvs: Option<Ipvs>,
    commands: Vec<String>,
}

/// The bridge of a switch.
const BRIDGE: &str = "br0";

/// The sysctls that change what IPVS decides; read back as evidence.
const DECISIVE: [&str; 12] = [
    "am_droprate",
    "conn_reuse_mode",
    "conntrack",
    "drop_entry",
    "drop_packet",
    "expire_nodest_conn",
    "expire_quiescent_template",
    "secure_tcp",
    "sloppy_sctp",
    "sloppy_tcp",
    "lblc_expiration",
    "lblcr_expiration",
];

impl Host {
    /// A host without any device but a loopback that is off.
    ///
    /// # Errors
    /// If there can be no namespace.
    pub fn new(name: impl Into<String>) -> Result<Self, LabError> {
        let namespace = Namespace::new()?;
        let route = Route::open(&namespace)?;
        Ok(Self { name: name.into(), namespace, route, ipvs: None, commands: Vec::new() })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lives.
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// What was done so far, as the commands that do the same.
    pub fn commands(&self) -> &[String] {
        &self.commands
    }

    /// Takes steps in order.
    ///
    /// # Errors
    /// At the first step that fails.
    pub(crate) fn take_all(&mut self, steps: &[Step]) -> Result<(), LabError> {
        for step in steps {
            self.take(step)?;
            self.commands.push(step.to_string());
        }
        Ok(())
    }

    fn take(&mut self, step: &Step) -> Result<(), LabError> {
        match *step {
            Step::Sysctl(ref name, ref value) => sysctl::set(&self.namespace, name, value)?,
            Step::Up(device) => {
                let index = self.index(device)?;
                self.route.set_up(index)?;
            }
            Step::Address { device, address, prefix } => {
                let index = self.index(device)?;
                self.route.add_address(index, network(address, prefix))?;
            }
            Step::Route { to: (address, prefix), via, device } => {
                let index = self.index(device)?;
                let kind = match via {
                    Some(router) => EntryKind::Gateway(router, Some(index)),
                    None => EntryKind::Device(index),
                };
                self.route.add_route(&Entry {
                    destination: network(address, prefix),
                    kind,
                    table: MAIN_TABLE,
                })?;
            }
            Step::LocalTable { table, ipv6 } => {
                let kind = EntryKind::Local(self.index("lo")?);
                let destination = if ipv6 { Prefix::ALL6 } else { Prefix::ALL };
                self.route.add_route(&Entry { destination, kind, table })?;
            }
            Step::Local(address) => {
                let kind = EntryKind::Local(self.index("lo")?);
                self.route.add_route(&Entry {
                    destination: Prefix::single(address),
                    kind,
                    table: LOCAL_TABLE,
                })?;
            }
            Step::RuleMark { mark, table, ipv6 } => {
                self.rule(if ipv6 { Family::Inet6 } else { Family::Inet }, Selector::Mark(mark), table)?;
            }
            Step::RuleFrom(device, table) => {
                self.rule(Family::Inet, Selector::Incoming(device.to_owned()), table)?;
            }
            Step::Neighbour { device, address, mac } => {
                let index = self.index(device)?;
                self.route.add_neighbour(index, address, MacAddress(mac))?;
            }
            Step::Marks(ref marks) => nft::mark(&self.namespace, marks)?,
            Step::Service(service) => self.add_service(&service)?,
            Step::Timeouts(timeouts_s) => self.set_timeouts(timeouts_s)?,
            Step::Server(service, server, weight) => self.add(&service, &server, weight)?,
        }
        Ok(())
    }

    /// Makes it a switch: a bridge without ports.
    ///
    /// # Errors
    /// If the kernel has no bridge.
    pub(crate) fn become_switch(&mut self) -> Result<(), RouteError> {
        let bridge = self.route.add_link(BRIDGE, &LinkKind::Bridge)?;
        self.commands.push(format!("ip link add {BRIDGE} type bridge"));
        self.route.set_up(bridge)?;
        self.commands.push(format!("ip link set {BRIDGE} up"));
        Ok(())
    }

    /// Gives it a device `eth0`, whose cable ends in a switch.
    ///
    /// # Errors
    /// If the kernel has no veth.
    pub(crate) fn plug_into(&mut self, switch: &mut Self) -> Result<(), RouteError> {
        let port = self.name.as_str();
        self.route.add_link("eth0", &LinkKind::Veth { peer: port, peer_namespace: &switch.namespace })?;
        self.commands.push(format!("ip link add eth0 type veth peer name {port} netns SWITCH"));
        let (end, bridge) = (switch.index(port)?, switch.index(BRIDGE)?);
        switch.route.set_master(end, bridge)?;
        switch.route.set_up(end)?;
        switch.commands.push(format!("ip link set {port} master {BRIDGE} up"));
        Ok(())
    }

    /// Its IPVS.
    ///
    /// # Errors
    /// If this kernel has none.
    pub fn ipvs(&mut self) -> Result<&mut Ipvs, IpvsError> {
        if self.ipvs.is_none() {
            self.ipvs = Some(Ipvs::open(&self.namespace)?);
        }
        Ok(self.ipvs.as_mut().expect("it was opened just now"))
    }

    pub(crate) fn set_mac(&mut self, device: &str, mac: [u8; 6]) -> Result<(), RouteError> {
        let index = self.index(device)?;
        self.route.set_mac(index, MacAddress(mac))
    }

    fn index(&mut self, device: &str) -> Result<LinkIndex, RouteError> {
        Ok(self.route.link(device)?.index)
    }

    fn rule(&mut self, family: Family, selector: Selector, table: u32) -> Result<(), RouteError> {
        self.route.add_rule(&Rule { family, selector, table, priority: None })
    }

    /// `ipvsadm -A`.
    pub(crate) fn add_service(&mut self, service: &Service) -> Result<(), IpvsError> {
        self.ipvs()?.add_service(&wanted(service, &service.settings))
    }

    /// `ipvsadm -E`.
    pub(crate) fn edit_service(&mut self, service: &Service, to: &Settings) -> Result<(), IpvsError> {
        self.ipvs()?.edit_service(&wanted(service, to))
    }

    /// `ipvsadm -D`.
    pub(crate) fn remove_service(&mut self, service: &Service) -> Result<(), IpvsError> {
        self.ipvs()?.delete_service(&key(service))
    }

    /// `ipvsadm --set`, seconds: TCP, FIN_WAIT, UDP; 0 keeps the current one.
    pub(crate) fn set_timeouts(&mut self, timeouts_s: [u32; 3]) -> Result<(), IpvsError> {
        let [tcp_s, tcp_fin_s, udp_s] = timeouts_s.map(|secs| (secs != 0).then_some(secs));
        self.ipvs()?.set_timeouts(&TimeoutChange { tcp_s, tcp_fin_s, udp_s })
    }

    /// `sysctl -w`.
    pub(crate) fn set_sysctl(&self, name: &str, value: &str) -> Result<(), SysctlError> {
        sysctl::set(&self.namespace, name, value)
    }

    /// `sysctl -n`; `None` if this kernel does not have it.
    pub(crate) fn sysctl(&self, name: &str) -> Option<String> {
        sysctl::get(&self.namespace, name)
    }

    /// `ipvsadm -a`.
    pub(crate) fn add(&mut self, service: &Service, server: &Server, weight: u32) -> Result<(), IpvsError> {
        self.ipvs()?.add_destination(&key(service), &destination(server, weight))
    }

    /// `ipvsadm -e`: a new weight and new thresholds.
    pub(crate) fn edit(
        &mut self,
        service: &Service,
        server: &Server,
        weight: u32,
        thresholds: [u32; 2],
    ) -> Result<(), IpvsError> {
        let edited = Destination { thresholds: limits(thresholds), ..destination(server, weight) };
        self.ipvs()?.edit_destination(&key(service), &edited)
    }

    /// `ipvsadm -d`.
    pub(crate) fn remove(&mut self, service: &Service, server: &Server) -> Result<(), IpvsError> {
        self.ipvs()?.delete_destination(&key(service), server.endpoint)
    }

    /// A service's servers in the order of the kernel's list.
    pub(crate) fn states(&mut self, service: &Service) -> Result<Vec<DestinationState>, IpvsError> {
        self.ipvs()?.destinations(&key(service))
    }

    /// The counters of a service's servers in the order of the kernel's list; `number` tells which one an address is.
    pub(crate) fn counters(
        &mut self,
        service: &Service,
        number: impl Fn(SocketAddr) -> Option<u16>,
    ) -> Result<Vec<Counters>, IpvsError> {
        let counters = self.states(service)?.into_iter().map(|state| Counters {
            server: number(state.destination.address).unwrap_or(u16::MAX),
            weight: state.destination.weight.get().cast_unsigned(),
            active: state.active,
            inactive: state.inactive,
            persistent: state.persistent,
        });
        Ok(counters.collect())
    }

    /// What the kernel that it runs on says of itself.
    pub(crate) fn kernel(&mut self, hz: u32) -> Result<KernelFacts, IpvsError> {
        let name = rustix::system::uname();
        let accounting = self.ipvs()?.accounting_generation_probe()?;
        Ok(KernelFacts {
            release: name.release().to_string_lossy().into_owned(),
            version: name.version().to_string_lossy().into_owned(),
            hz,
            accounting: accounting.into(),
        })
    }

    /// Services and servers as the kernel gives them back, and the sysctls that decide, a line each.
    pub(crate) fn configuration(&mut self) -> Result<Vec<String>, IpvsError> {
        let mut lines = Vec::new();
        let ipvs = self.ipvs()?;
        for found in ipvs.services()? {
            let service = &found.service;
            lines.push(format!(
                "{:?} scheduler {} flags {:#x} persistence {} s {:?}",
                service.key,
                service.scheduler,
                service.flags.flags.0,
                service.persistence_timeout_s,
                service.granularity,
            ));
            for found in ipvs.destinations(&service.key)? {
                let server = &found.destination;
                lines.push(format!(
                    "  -> {} {:?} weight {} thresholds {} {}",
                    server.address,
                    server.forwarding,
                    server.weight.get(),
                    server.thresholds.upper(),
                    server.thresholds.lower(),
                ));
            }
        }
        let times = ipvs.timeouts()?;
        lines.push(format!("timeouts tcp {} tcpfin {} udp {}", times.tcp_s, times.tcp_fin_s, times.udp_s));
        for name in DECISIVE {
            if let Some(value) = self.sysctl(&format!("net.ipv4.vs.{name}")) {
                lines.push(format!("net.ipv4.vs.{name} = {value}"));
            }
        }
        Ok(lines)
    }
}

fn network(address: IpAddr, prefix: u8) -> Prefix {
    Prefix::new(address, prefix).expect("a step's prefix fits its family")
}

/// The service's name in the kernel.
pub(crate) fn key(service: &Service) -> ServiceKey {
    match service.reached {
        Reached::Address(address) => match service.protocol {
            Protocol::Tcp => ServiceKey::tcp(address),
            Protocol::Udp => ServiceKey::udp(address),
            Protocol::Sctp => ServiceKey::sctp(address),
        },
        Reached::Fwmark { mark, ipv6, .. } => {
            ServiceKey::Mark { family: if ipv6 { Family::Inet6 } else { Family::Inet }, mark }
        }
    }
}

/// A service with these settings.
fn wanted(service: &Service, settings: &Settings) -> ipvs::Service {
    let when = |set, flag| if set { flag } else { ServiceFlags::default() };
    let flags = when(settings.fallback, ServiceFlags::HASH_FALLBACK)
        | when(settings.hash_port, ServiceFlags::HASH_PORT)
        | when(settings.one_packet, ServiceFlags::ONE_PACKET)
        | when(settings.persistent.is_some(), ServiceFlags::PERSISTENT);
    let mut wanted = ipvs::Service::new(key(service), settings.scheduler.name());
    wanted.flags = FlagChange::exactly(flags);
    if let Some(persistent) = settings.persistent {
        wanted.persistence_timeout_s = persistent.timeout_s;
        wanted.granularity = if service.reached.is_ipv6() {
            Granularity::Prefix(persistent.prefix.into())
        } else {
            Granularity::Mask(ipv4_mask(persistent.prefix))
        };
    }
    wanted
}

fn destination(server: &Server, weight: u32) -> Destination {
    let method = match server.forwarding {
        Forwarding::Masquerade => ipvs::Forwarding::Masquerade,
        Forwarding::DirectRoute => ipvs::Forwarding::DirectRoute,
        Forwarding::Tunnel => ipvs::Forwarding::Tunnel(Encapsulation::Ipip),
    };
    Destination {
        weight: Script::weight(weight),
        thresholds: server.limits(),
        ..Destination::new(server.endpoint, method)
    }
}
