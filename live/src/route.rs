//! stand-in
use std::net::IpAddr;
use crate::namespace::Namespace;
use crate::netlink::{NetlinkError, Request, Socket};
#[derive(Debug, thiserror::Error)]
#[error("route: {0}")]
pub struct RouteError(#[from] NetlinkError);
#[derive(Debug)]
pub struct Route { socket: Socket }
const CREATE: u16 = 0x400 | 0x200;
fn octets(a: IpAddr) -> Vec<u8> { match a { IpAddr::V4(a) => a.octets().to_vec(), IpAddr::V6(a) => a.octets().to_vec() } }
impl Route {
    pub fn open(ns: &Namespace) -> Result<Self, RouteError> { Ok(Self { socket: Socket::open(ns, None)? }) }
    fn go(&mut self, r: Request) -> Result<(), RouteError> { self.socket.request(r)?; Ok(()) }
    pub fn index(&mut self, name: &str) -> Result<u32, RouteError> {
        let mut r = Request::new(18, 0, &[0; 16]);
        r.attributes().string(3, name);
        let a = self.socket.request(r)?;
        let m = a[0].message();
        Ok(u32::from_ne_bytes(m.body[4..8].try_into().unwrap()))
    }
    fn link(index: u32, up: bool) -> Request {
        let mut h = [0u8; 16];
        h[4..8].copy_from_slice(&index.to_ne_bytes());
        if up { h[8] = 1; h[12] = 1; }
        Request::new(16, 0, &h)
    }
    pub fn set_up(&mut self, index: u32) -> Result<(), RouteError> { self.go(Self::link(index, true)) }
    pub fn set_mac(&mut self, index: u32, mac: [u8; 6]) -> Result<(), RouteError> {
        let mut r = Self::link(index, false);
        r.attributes().bytes(1, &mac);
        self.go(r)
    }
    pub fn add_address(&mut self, index: u32, a: IpAddr, prefix: u8) -> Result<(), RouteError> {
        let mut h = vec![2, prefix, 0, 0]; h.extend(index.to_ne_bytes());
        let mut r = Request::new(20, CREATE, &h);
        r.attributes().bytes(2, &octets(a)).bytes(1, &octets(a));
        self.go(r)
    }
    fn route(&mut self, to: IpAddr, prefix: u8, via: Option<IpAddr>, index: u32, table: u8, kind: u8, scope: u8) -> Result<(), RouteError> {
        let h = [2, prefix, 0, 0, table, 4, scope, kind, if via.is_some() { 4 } else { 0 }, 0, 0, 0];
        let mut r = Request::new(24, CREATE, &h);
        { let mut a = r.attributes(); if prefix > 0 { a.bytes(1, &octets(to)); } a.u32(4, index); if let Some(v) = via { a.bytes(5, &octets(v)); } }
        self.go(r)
    }
    pub fn add_route(&mut self, to: IpAddr, prefix: u8, via: Option<IpAddr>, index: u32) -> Result<(), RouteError> {
        self.route(to, prefix, via, index, 254, 1, if via.is_some() { 0 } else { 253 })
    }
    pub fn add_local_table(&mut self, table: u32) -> Result<(), RouteError> {
        let lo = self.index("lo")?;
        self.route(IpAddr::from([0, 0, 0, 0]), 0, None, lo, table as u8, 2, 254)
    }
    pub fn add_rule_for_mark(&mut self, mark: u32, table: u32) -> Result<(), RouteError> {
        let mut r = Request::new(32, CREATE, &[2, 0, 0, 0, table as u8, 0, 0, 1, 0, 0, 0, 0]);
        r.attributes().u32(10, mark);
        self.go(r)
    }
    pub fn add_rule_for_device(&mut self, dev: &str, table: u32) -> Result<(), RouteError> {
        let mut r = Request::new(32, CREATE, &[2, 0, 0, 0, table as u8, 0, 0, 1, 0, 0, 0, 0]);
        r.attributes().string(3, dev);
        self.go(r)
    }
    pub fn add_neighbour(&mut self, index: u32, a: IpAddr, mac: [u8; 6]) -> Result<(), RouteError> {
        let mut h = vec![2, 0, 0, 0]; h.extend(index.to_ne_bytes()); h.extend(0x80u16.to_ne_bytes()); h.extend([0, 1]);
        let mut r = Request::new(28, CREATE, &h);
        r.attributes().bytes(1, &octets(a)).bytes(2, &mac);
        self.go(r)
    }
}
