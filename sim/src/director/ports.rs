//! The ports of clients that have few of them.
//!
//! A client does not open a connection from a port that it has open to the same place: like Linux's `connect`, it takes the
//! next one that is free. The old entry in the director is another matter: the client does not know of it.

use core::net::SocketAddr;
use core::num::NonZeroU16;

use hashbrown::HashTable;

use crate::digest::Digest;
use crate::director::packets::Name;
use crate::setup::FIRST_PORT;
use crate::setup::Protocol;

/// Which ports clients have open, and where to; nothing where ports do not come again.
#[derive(Clone, Debug)]
pub(crate) struct PortsInUse {
    /// How many ports a client has.
    count: Option<NonZeroU16>,
    open: HashTable<Name>,
}

impl PortsInUse {
    pub(crate) fn new(count: Option<NonZeroU16>) -> Self {
        Self { count, open: HashTable::new() }
    }

    /// The client with a port that it does not have open to `destination`: its own, or the next one; `None` if it has none.
    pub(crate) fn free_one(&self, client: SocketAddr, destination: SocketAddr) -> Option<SocketAddr> {
        let Some(count) = self.count else { return Some(client) };
        let own = client.port().wrapping_sub(FIRST_PORT);
        let mut candidates = (0..count.get()).map(|step| {
            let port = (u32::from(own) + u32::from(step)) % u32::from(count.get());
            SocketAddr::new(client.ip(), FIRST_PORT + port as u16)
        });
        candidates.find(|&candidate| {
            let name = name(candidate, destination);
            self.open.find(hash(&name), |open| *open == name).is_none()
        })
    }

    pub(crate) fn take(&mut self, client: SocketAddr, destination: SocketAddr) {
        if self.count.is_some() {
            let name = name(client, destination);
            self.open.insert_unique(hash(&name), name, hash);
        }
    }

    pub(crate) fn give_back(&mut self, client: SocketAddr, destination: SocketAddr) {
        if self.count.is_some() {
            let name = name(client, destination);
            if let Ok(open) = self.open.find_entry(hash(&name), |open| *open == name) {
                open.remove();
            }
        }
    }
}

fn name(client: SocketAddr, destination: SocketAddr) -> Name {
    Name::of_connection(Protocol::Tcp, client, destination)
}

fn hash(name: &Name) -> u64 {
    name.hash(Digest::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_takes_the_next_free_port_or_none() {
        let at = |port: u16| SocketAddr::from(([10, 0, 0, 1], port));
        let (here, there) = (at(80), at(81));
        let mut ports = PortsInUse::new(NonZeroU16::new(3));
        for taken in [FIRST_PORT + 2, FIRST_PORT, FIRST_PORT + 1] {
            let found = ports.free_one(at(FIRST_PORT + 2), here).expect("one is free");
            assert_eq!(found, at(taken));
            ports.take(found, here);
        }
        assert_eq!(ports.free_one(at(FIRST_PORT), here), None);
        assert_eq!(ports.free_one(at(FIRST_PORT), there), Some(at(FIRST_PORT)), "to another place");
        ports.give_back(at(FIRST_PORT), here);
        assert_eq!(ports.free_one(at(FIRST_PORT + 2), here), Some(at(FIRST_PORT)));
    }
}
