//! Clients: every connection from an address of its own.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsFd;

use rustix::event::epoll::{self, EventData, EventFlags};
use socket2::{Domain, Protocol, Socket, Type};

use super::ServeError;
use super::engine::watch;
use super::record::End;
use super::situation::Arrival;

/// What a client tells its server: which connection it is.
pub(super) const REQUEST: usize = 4;
/// What a server answers: who it is.
pub(super) const REPLY: usize = 2;

/// The clients' side of all connections.
#[derive(Default)]
pub(super) struct Clients {
    /// By arrival: open connections.
    open: Vec<Option<Client>>,
}

struct Client {
    socket: Socket,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connecting,
    /// This many bytes of the reply have arrived.
    Waiting([u8; REPLY], usize),
}

impl Clients {
    /// Opens connection `number`. The caller has entered the clients' namespace.
    pub(super) fn connect(
        &mut self,
        number: usize,
        arrival: &Arrival,
        epoll: &rustix::fd::OwnedFd,
    ) -> Result<(), ServeError> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking(), Some(Protocol::TCP))
            .map_err(ServeError::Socket)?;
        // Any address, and the exact port: what sh and mh hash.
        socket.set_ip_transparent_v4(true).map_err(ServeError::Socket)?;
        socket.set_reuse_address(true).map_err(ServeError::Socket)?;
        let client: SocketAddr = arrival.flow.client;
        socket.bind(&client.into()).map_err(|error| ServeError::Client { client, error })?;
        match socket.connect(&arrival.flow.destination.into()) {
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {
                return Err(ServeError::Client { client, error });
            }
            _ => {}
        }
        watch(epoll, &socket, number as u64, EventFlags::OUT)?;
        if self.open.len() <= number {
            self.open.resize_with(number + 1, || None);
        }
        self.open[number] = Some(Client { socket, stage: Stage::Connecting });
        Ok(())
    }

    /// A connection's socket is ready: how the connection ended, if it did, and which server took it.
    pub(super) fn ready(
        &mut self,
        number: usize,
        epoll: &rustix::fd::OwnedFd,
    ) -> Result<Option<(usize, End, Option<u16>)>, ServeError> {
        let Some(client) = self.open.get_mut(number).and_then(Option::as_mut) else { return Ok(None) };
        let ended = match client.stage {
            Stage::Connecting => match client.socket.take_error().map_err(ServeError::Socket)? {
                // ICMP port unreachable, or a reset before the handshake was over.
                Some(_) => Some((End::NoServer, None)),
                None => match client.socket.write(&(number as u32).to_be_bytes()) {
                    Ok(REQUEST) => {
                        client.stage = Stage::Waiting([0; REPLY], 0);
                        epoll::modify(
                            epoll,
                            client.socket.as_fd(),
                            EventData::new_u64(number as u64),
                            EventFlags::IN,
                        )
                        .map_err(|error| ServeError::Socket(error.into()))?;
                        None
                    }
                    _ => Some((End::Refused, None)),
                },
            },
            Stage::Waiting(reply, length) => client.wait(reply, length),
        };
        Ok(ended.map(|(end, server)| {
            self.open[number] = None;
            (number, end, server)
        }))
    }

    /// Gives a connection up without a word.
    pub(super) fn abandon(&mut self, number: usize) {
        if let Some(client) = self.open.get_mut(number) {
            *client = None;
        }
    }
}

impl Client {
    fn wait(&mut self, mut reply: [u8; REPLY], mut length: usize) -> Option<(End, Option<u16>)> {
        let mut buffer = [0; 16];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) if length == REPLY => return Some((End::Finished, Some(u16::from_be_bytes(reply)))),
                Ok(0) => return Some((End::Refused, None)),
                Ok(more) => {
                    for &byte in buffer[..more].iter().take(REPLY - length) {
                        reply[length] = byte;
                        length += 1;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stage = Stage::Waiting(reply, length);
                    return None;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Some((End::Refused, None)),
            }
        }
    }
}
