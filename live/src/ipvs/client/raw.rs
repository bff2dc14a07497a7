//! What the typed client has no words for: values that a kernel is to refuse, and the short form of an address. For the
//! conformance cases only.

use std::net::{Ipv4Addr, SocketAddr};

use super::super::wire::{commands, dest, service, top};
use super::super::{Destination, Forwarding, IpvsError, Object, Protocol, ServiceKey};
use super::{Ipvs, attempt};
use crate::ipvs::Family;

/// A destination with numbers as they go over the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawDestination {
    pub(crate) address: SocketAddr,
    pub(crate) forwarding: Forwarding,
    pub(crate) weight: u32,
    /// Upper and lower threshold.
    pub(crate) thresholds: [u32; 2],
}

impl Ipvs {
    /// `NEW_DEST`, unchecked.
    pub(crate) fn add_raw(&mut self, key: &ServiceKey, of: &RawDestination) -> Result<(), IpvsError> {
        self.send_raw("add", commands::NEW_DEST, key, of)
    }

    /// `SET_DEST`, unchecked.
    pub(crate) fn edit_raw(&mut self, key: &ServiceKey, of: &RawDestination) -> Result<(), IpvsError> {
        self.send_raw("edit", commands::SET_DEST, key, of)
    }

    fn send_raw(
        &mut self,
        verb: &'static str,
        command: u8,
        key: &ServiceKey,
        of: &RawDestination,
    ) -> Result<(), IpvsError> {
        let mut request = self.about(command, key);
        request.attributes().nested(top::DEST, |to| {
            Destination::encode_key(of.address, to);
            of.forwarding.encode(to);
            to.u32(dest::WEIGHT, of.weight);
            to.u32(dest::U_THRESH, of.thresholds[0]);
            to.u32(dest::L_THRESH, of.thresholds[1]);
        });
        self.tell(attempt(verb, Object::Destination(*key, of.address)), request)
    }

    /// `NEW_SERVICE` of TCP under `rr`, with an address of four bytes instead of sixteen.
    pub(crate) fn add_service_short(&mut self, ip: Ipv4Addr, port: u16) -> Result<(), IpvsError> {
        let mut request = self.command(commands::NEW_SERVICE);
        request.attributes().nested(top::SERVICE, |to| {
            to.u16(service::AF, Family::Inet as u16);
            to.u16(service::PROTOCOL, Protocol::TCP.0);
            to.bytes(service::ADDR, &ip.octets());
            to.u16_be(service::PORT, port);
            to.string(service::SCHED_NAME, "rr");
            to.bytes(service::FLAGS, &[0; 8]);
            to.u32(service::TIMEOUT, 0);
            to.bytes(service::NETMASK, &Ipv4Addr::BROADCAST.octets());
        });
        let key = ServiceKey::tcp(SocketAddr::new(ip.into(), port));
        self.tell(attempt("add", Object::Service(key)), request)
    }
}
