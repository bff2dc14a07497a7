//! The commands.

mod raw;

use std::net::SocketAddr;

use rustix::io::Errno;
use rustix::net::netlink::GENERIC;

use super::wire::{self, commands, top};
use super::{
    Attempt, Daemon, Destination, DestinationState, Info, IpvsError, Object, Reply, Role, Service,
    ServiceKey, ServiceState, TimeoutChange, Timeouts,
};
use crate::namespace::Namespace;
use crate::netlink::{Answer, Malformed, NetlinkError, Request, Socket, generic};

pub(crate) use raw::RawDestination;

/// The longest scheduler name, in bytes.
const SCHEDULER_LIMIT: usize = 15;
/// The longest persistence engine name, in bytes.
const ENGINE_LIMIT: usize = 16;
/// The longest device name, in bytes.
const INTERFACE_LIMIT: usize = 15;

/// The IPVS of one namespace.
#[derive(Debug)]
pub struct Ipvs {
    socket: Socket,
    family: u16,
}

/// # Errors
/// All of these return [`IpvsError`] with the kernel's refusal: see there for which refusal means what.
impl Ipvs {
    /// The IPVS of `namespace`. The kernel loads the `ip_vs` module if it is allowed to.
    ///
    /// # Errors
    /// [`IpvsError::ModuleAbsent`] if there is no IPVS.
    pub fn open(namespace: &Namespace) -> Result<Self, IpvsError> {
        let failed = |error| IpvsError::from_exchange(attempt("open", Object::Ipvs), error);
        let mut socket = Socket::open(namespace, Some(GENERIC)).map_err(failed)?;
        match generic::family(&mut socket, wire::FAMILY) {
            Ok(family) => Ok(Self { socket, family }),
            Err(NetlinkError::Refused(refusal)) if refusal.errno == Errno::NOENT => {
                Err(IpvsError::ModuleAbsent)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// All services, in no order that means anything.
    pub fn services(&mut self) -> Result<Vec<ServiceState>, IpvsError> {
        let request = self.command(commands::GET_SERVICE);
        self.list(attempt("read", Object::Services), request, |reply| match reply {
            Reply::Service(service) => Some(service),
            _ => None,
        })
    }

    /// One service.
    pub fn service(&mut self, key: &ServiceKey) -> Result<ServiceState, IpvsError> {
        let request = self.about(commands::GET_SERVICE, key);
        self.ask(attempt("read", Object::Service(*key)), request, |reply| match reply {
            Reply::Service(service) => Some(service),
            _ => None,
        })
    }

    /// Makes a service. The kernel loads the scheduler's module if it is allowed to.
    pub fn add_service(&mut self, service: &Service) -> Result<(), IpvsError> {
        self.send_service("add", commands::NEW_SERVICE, service)
    }

    /// Replaces a service's scheduler, options, and the flags under its mask.
    pub fn edit_service(&mut self, service: &Service) -> Result<(), IpvsError> {
        self.send_service("edit", commands::SET_SERVICE, service)
    }

    /// Removes a service and its destinations. Connections that it made stay until they expire, and keep their server
    /// if the service comes back.
    pub fn delete_service(&mut self, key: &ServiceKey) -> Result<(), IpvsError> {
        let request = self.about(commands::DEL_SERVICE, key);
        self.tell(attempt("delete", Object::Service(*key)), request)
    }

    /// The destinations of a service in the kernel's list order, which is the order that schedulers see: the latest
    /// first. Of a service that is not there: none.
    pub fn destinations(&mut self, key: &ServiceKey) -> Result<Vec<DestinationState>, IpvsError> {
        let request = self.about(commands::GET_DEST, key);
        self.list(attempt("read", Object::Destinations(*key)), request, |reply| match reply {
            Reply::Destination(destination) => Some(destination),
            _ => None,
        })
    }

    /// Gives a service a destination, at the head of its list.
    pub fn add_destination(&mut self, key: &ServiceKey, destination: &Destination) -> Result<(), IpvsError> {
        self.send_destination("add", commands::NEW_DEST, key, destination)
    }

    /// Replaces a destination's forwarding method, weight and thresholds.
    pub fn edit_destination(&mut self, key: &ServiceKey, destination: &Destination) -> Result<(), IpvsError> {
        self.send_destination("edit", commands::SET_DEST, key, destination)
    }

    /// Removes a destination. Its connections stay in the kernel's table.
    pub fn delete_destination(&mut self, key: &ServiceKey, address: SocketAddr) -> Result<(), IpvsError> {
        let mut request = self.about(commands::DEL_DEST, key);
        request.attributes().nested(top::DEST, |to| Destination::encode_key(address, to));
        self.tell(attempt("delete", Object::Destination(*key, address)), request)
    }

    /// The running sync daemons.
    pub fn daemons(&mut self) -> Result<Vec<Daemon>, IpvsError> {
        let request = self.command(commands::GET_DAEMON);
        self.list(attempt("read", Object::Daemons), request, |reply| match reply {
            Reply::Daemon(daemon) => Some(daemon),
            _ => None,
        })
    }

    /// Starts a sync daemon.
    pub fn start_daemon(&mut self, daemon: &Daemon) -> Result<(), IpvsError> {
        let attempt = attempt("start", Object::Daemon(daemon.role));
        check_name(&attempt, &daemon.interface, INTERFACE_LIMIT)?;
        let mut request = self.command(commands::NEW_DAEMON);
        request.attributes().nested(top::DAEMON, |to| daemon.encode(to));
        self.tell(attempt, request)
    }

    /// Stops a sync daemon.
    ///
    /// A daemon that was started just before, so that its thread has not run yet, is stopped without acknowledgement
    /// (seen on 6.1.170, 6.1.192 and 6.12.117). Then this looks for itself, after two seconds.
    pub fn stop_daemon(&mut self, role: Role) -> Result<(), IpvsError> {
        let mut request = self.command(commands::DEL_DAEMON);
        request.attributes().nested(top::DAEMON, |to| Daemon::encode_role(role, to));
        match self.tell(attempt("stop", Object::Daemon(role)), request) {
            Err(IpvsError::Exchange { source: NetlinkError::Silent(_), .. })
                if self.daemons()?.iter().all(|daemon| daemon.role != role) =>
            {
                Ok(())
            }
            told => told,
        }
    }

    /// Removes all services of the namespace; see [`Self::delete_service`].
    pub fn flush(&mut self) -> Result<(), IpvsError> {
        let request = self.command(commands::FLUSH);
        self.tell(attempt("flush", Object::Services), request)
    }

    /// Sets the statistics of a service and its destinations to zero.
    pub fn zero(&mut self, key: &ServiceKey) -> Result<(), IpvsError> {
        let request = self.about(commands::ZERO, key);
        self.tell(attempt("zero", Object::Service(*key)), request)
    }

    /// Sets all statistics of the namespace to zero.
    pub fn zero_all(&mut self) -> Result<(), IpvsError> {
        let request = self.command(commands::ZERO);
        self.tell(attempt("zero", Object::Services), request)
    }

    /// The three timeouts that can be set.
    pub fn timeouts(&mut self) -> Result<Timeouts, IpvsError> {
        let request = self.command(commands::GET_CONFIG);
        self.ask(attempt("read", Object::Timeouts), request, |reply| match reply {
            Reply::Timeouts(timeouts) => Some(timeouts),
            _ => None,
        })
    }

    /// Changes timeouts, for connections that change their state from now on.
    pub fn set_timeouts(&mut self, change: &TimeoutChange) -> Result<(), IpvsError> {
        let mut request = self.command(commands::SET_CONFIG);
        change.encode(&mut request.attributes());
        self.tell(attempt("set", Object::Timeouts), request)
    }

    /// Version and connection table size.
    pub fn info(&mut self) -> Result<Info, IpvsError> {
        let request = self.command(commands::GET_INFO);
        self.ask(attempt("read", Object::Ipvs), request, |reply| match reply {
            Reply::Info(info) => Some(info),
            _ => None,
        })
    }
}

impl Ipvs {
    fn command(&self, command: u8) -> Request {
        Request::new(self.family, 0, &[command, wire::VERSION, 0, 0])
    }

    fn about(&self, command: u8, key: &ServiceKey) -> Request {
        let mut request = self.command(command);
        request.attributes().nested(top::SERVICE, |to| key.encode(to));
        request
    }

    fn send_service(&mut self, verb: &'static str, command: u8, service: &Service) -> Result<(), IpvsError> {
        let attempt = attempt(verb, Object::Service(service.key));
        check_name(&attempt, &service.scheduler, SCHEDULER_LIMIT)?;
        if let Some(engine) = &service.persistence_engine {
            check_name(&attempt, engine, ENGINE_LIMIT)?;
        }
        let mut request = self.command(command);
        request.attributes().nested(top::SERVICE, |to| service.encode(to));
        self.tell(attempt, request).map_err(|error| match error {
            IpvsError::Other { attempt, refusal } if refusal.errno == Errno::NOENT => {
                IpvsError::UnknownScheduler {
                    attempt,
                    scheduler: service.scheduler.clone(),
                    engine: service.persistence_engine.clone(),
                }
            }
            error => error,
        })
    }

    fn send_destination(
        &mut self,
        verb: &'static str,
        command: u8,
        key: &ServiceKey,
        destination: &Destination,
    ) -> Result<(), IpvsError> {
        let mut request = self.about(command, key);
        request.attributes().nested(top::DEST, |to| destination.encode(to));
        self.tell(attempt(verb, Object::Destination(*key, destination.address)), request)
    }

    fn tell(&mut self, attempt: Attempt, request: Request) -> Result<(), IpvsError> {
        self.socket.request(request).map(|_| ()).map_err(|error| IpvsError::from_exchange(attempt, error))
    }

    fn ask<T>(
        &mut self,
        attempt: Attempt,
        request: Request,
        wanted: impl Fn(Reply) -> Option<T>,
    ) -> Result<T, IpvsError> {
        let nothing = || Malformed::Missing { object: "reply", attribute: "content" }.into();
        self.socket
            .request(request)
            .and_then(|answers| replies(&answers, wanted))
            .and_then(|replies| replies.into_iter().next().ok_or_else(nothing))
            .map_err(|error| IpvsError::from_exchange(attempt, error))
    }

    fn list<T>(
        &mut self,
        attempt: Attempt,
        request: Request,
        wanted: impl Fn(Reply) -> Option<T>,
    ) -> Result<Vec<T>, IpvsError> {
        self.socket
            .dump(request)
            .and_then(|answers| replies(&answers, wanted))
            .map_err(|error| IpvsError::from_exchange(attempt, error))
    }
}

fn replies<T>(answers: &[Answer], wanted: impl Fn(Reply) -> Option<T>) -> Result<Vec<T>, NetlinkError> {
    let mut found = Vec::with_capacity(answers.len());
    for answer in answers {
        found.extend(wanted(Reply::decode(&answer.message())?));
    }
    Ok(found)
}

fn attempt(verb: &'static str, object: Object) -> Attempt {
    Attempt { verb, object }
}

fn check_name(attempt: &Attempt, name: &str, limit: usize) -> Result<(), IpvsError> {
    if (1..=limit).contains(&name.len()) && !name.contains('\0') {
        return Ok(());
    }
    Err(IpvsError::Name { attempt: Box::new(attempt.clone()), name: name.to_owned(), limit })
}
