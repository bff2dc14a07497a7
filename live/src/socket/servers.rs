//! Real servers: they take connections, hold each for as long as their queue says, answer and close.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipvslab_schedulers::Time;
use ipvslab_sim::LoneServer;
use rustix::event::epoll::EventFlags;
use socket2::{Domain, Protocol, Socket, Type};

use super::ServeError;
use super::clients::REQUEST;
use super::engine::{LISTENER, SERVER_SIDE, watch};
use super::lab::Lab;
use super::record::Connection;
use super::situation::{Arrival, Situation};

/// How many connections may wait for `accept`; the loop accepts at once.
const ACCEPT_QUEUE: i32 = 4096;

/// The servers' side of all connections.
pub(super) struct Servers {
    queues: Vec<LoneServer>,
    listeners: Vec<Socket>,
    /// Accepted sockets; the request tells which connection each is.
    sockets: Vec<Option<Accepted>>,
    free: Vec<usize>,
    /// By connection: its place among the accepted sockets.
    places: Vec<Option<usize>>,
}

struct Accepted {
    socket: Socket,
    server: usize,
    request: [u8; REQUEST],
    length: usize,
}

impl Servers {
    /// Opens every server's listening socket in its namespace.
    pub(super) fn open(situation: &Situation, lab: &Lab) -> Result<Self, ServeError> {
        let queues = situation.servers.iter().map(|server| LoneServer::new(&server.real_server())).collect();
        let mut listeners = Vec::new();
        for number in 0..situation.servers.len() {
            let port = lab.listening_port(number);
            let namespace = lab.server(number).namespace();
            let listener = namespace.enter(|| listener(port)).map_err(ServeError::Socket)?;
            listeners.push(listener.map_err(|error| ServeError::Listener { server: number, port, error })?);
        }
        let places = vec![None; situation.arrivals.len()];
        Ok(Self { queues, listeners, sockets: Vec::new(), free: Vec::new(), places })
    }

    /// Watches all listening sockets.
    pub(super) fn listen(&self, epoll: &rustix::fd::OwnedFd) -> Result<(), ServeError> {
        for (number, listener) in self.listeners.iter().enumerate() {
            watch(epoll, listener, LISTENER | number as u64, EventFlags::IN)?;
        }
        Ok(())
    }

    /// When the next connection has been served.
    pub(super) fn next_departure(&self) -> Option<Time> {
        self.queues.iter().filter_map(LoneServer::next_departure).min()
    }

    /// Takes what waits at a server's listening socket.
    pub(super) fn accept(&mut self, server: usize, epoll: &rustix::fd::OwnedFd) -> Result<(), ServeError> {
        loop {
            let socket = match self.listeners[server].accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                // The client was gone before it was accepted.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(error) => return Err(ServeError::Socket(error)),
            };
            socket.set_nonblocking(true).map_err(ServeError::Socket)?;
            let accepted = Accepted { socket, server, request: [0; REQUEST], length: 0 };
            let place = self.free.pop().unwrap_or_else(|| {
                self.sockets.push(None);
                self.sockets.len() - 1
            });
            watch(epoll, &accepted.socket, SERVER_SIDE | place as u64, EventFlags::IN)?;
            self.sockets[place] = Some(accepted);
        }
    }

    /// A client says which connection it is: the server takes it, or resets it if it is full.
    pub(super) fn receive(
        &mut self,
        place: usize,
        now: Time,
        arrivals: &[Arrival],
        records: &mut [Connection],
    ) -> Result<(), ServeError> {
        let Some(accepted) = self.sockets.get_mut(place).and_then(Option::as_mut) else { return Ok(()) };
        let Some(number) = accepted.read().map_err(ServeError::Socket)? else { return Ok(()) };
        let Some(arrival) = arrivals.get(number) else { return self.drop_silently(place) };
        let server = accepted.server;
        if accepted.length > REQUEST {
            return self.drop_silently(place);
        }
        records[number].server = Some(server as u16);
        if self.queues[server].is_full() {
            return self.reset(place);
        }
        self.places[number] = Some(place);
        self.queues[server].accept(number as u32, arrival.work(), now);
        Ok(())
    }

    /// Ends the service that is due first, over all servers: answers and closes.
    pub(super) fn depart(&mut self, records: &mut [Connection]) -> Result<(), ServeError> {
        let due = |(number, queue): (usize, &LoneServer)| Some((queue.next_departure()?, number));
        let Some((_, server)) = self.queues.iter().enumerate().filter_map(due).min() else { return Ok(()) };
        let Some(departure) = self.queues[server].depart() else { return Ok(()) };
        let number = departure.ticket as usize;
        records[number].started_ns = departure.started.as_nanos();
        if let Some(place) = self.places[number].take()
            && let Some(accepted) = self.sockets[place].take()
        {
            self.free.push(place);
            // A client that has gone away is its own concern.
            let _ = (&accepted.socket).write(&(server as u16).to_be_bytes());
        }
        Ok(())
    }

    /// A server is taken off the list: gives up what it has, and names the connections.
    pub(super) fn abandon(&mut self, server: usize) -> Vec<usize> {
        let given_up: Vec<usize> =
            self.queues[server].clear().into_iter().map(|ticket| ticket as usize).collect();
        for &number in &given_up {
            if let Some(place) = self.places[number].take() {
                self.sockets[place] = None;
                self.free.push(place);
            }
        }
        given_up
    }

    fn reset(&mut self, place: usize) -> Result<(), ServeError> {
        if let Some(accepted) = self.sockets[place].take() {
            self.free.push(place);
            accepted.socket.set_linger(Some(Duration::ZERO)).map_err(ServeError::Socket)?;
        }
        Ok(())
    }

    fn drop_silently(&mut self, place: usize) -> Result<(), ServeError> {
        self.sockets[place] = None;
        self.free.push(place);
        Ok(())
    }
}

impl Accepted {
    /// Which connection it is, once the whole request is here. A client that goes away is read as none.
    fn read(&mut self) -> io::Result<Option<usize>> {
        let mut buffer = [0; REQUEST + 1];
        match (&self.socket).read(&mut buffer) {
            Ok(0) => {
                self.length = REQUEST + 1;
                Ok(Some(usize::MAX))
            }
            Ok(more) => {
                for &byte in &buffer[..more] {
                    if self.length < REQUEST {
                        self.request[self.length] = byte;
                    }
                    self.length += 1;
                }
                Ok((self.length >= REQUEST).then(|| u32::from_be_bytes(self.request) as usize))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(_) => {
                self.length = REQUEST + 1;
                Ok(Some(usize::MAX))
            }
        }
    }
}

/// A listening socket for any destination: under direct routing and tunnels, packets keep the service's address.
pub(super) fn listener(port: u16) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking(), Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    // Of a service by firewall mark, the addresses are the host's own in a table of their own only.
    socket.set_ip_transparent_v4(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
    socket.listen(ACCEPT_QUEUE)?;
    Ok(socket)
}
