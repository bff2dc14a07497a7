//! Which services and servers exist in the middle of a script, and with that, which commands make sense there.

use super::{Action, Script, Server, Service};

/// What exists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Present {
    services: Vec<bool>,
    /// By server: its service, and whether it is in the list.
    servers: Vec<(u16, bool)>,
}

impl Present {
    /// At the start.
    pub(super) fn at_start(services: &[Service], servers: &[Server]) -> Self {
        Self {
            services: services.iter().map(|service| service.listed).collect(),
            servers: servers.iter().map(|server| (server.service, server.listed)).collect(),
        }
    }

    pub(super) fn service(&self, number: u16) -> bool {
        self.services[usize::from(number)]
    }

    pub(super) fn server(&self, number: u16) -> bool {
        self.servers[usize::from(number)].1
    }

    /// Whether the kernel would carry this out.
    pub(super) fn allows(&self, action: &Action) -> bool {
        match *action {
            Action::EditServer { server, .. } | Action::Remove { server } => self.server(server),
            Action::Add { server, .. } => {
                !self.server(server) && self.service(self.servers[usize::from(server)].0)
            }
            Action::AddService { service } => !self.service(service),
            Action::EditService { service, .. } | Action::RemoveService { service } => self.service(service),
            Action::Packet { .. } | Action::Sysctl(..) | Action::Timeouts(_) | Action::Checkpoint => true,
        }
    }

    /// Carries it out.
    pub(super) fn take(&mut self, action: &Action) {
        match *action {
            Action::Add { server, .. } => self.servers[usize::from(server)].1 = true,
            Action::Remove { server } => self.servers[usize::from(server)].1 = false,
            Action::AddService { service } => self.services[usize::from(service)] = true,
            Action::RemoveService { service } => {
                self.services[usize::from(service)] = false;
                for (_, listed) in self.servers.iter_mut().filter(|(of, _)| *of == service) {
                    *listed = false;
                }
            }
            _ => {}
        }
    }
}

impl Script {
    /// Those of some events, by number and in order, that make sense without the ones that are missing: no server is
    /// added twice, none edited that is not there.
    ///
    /// # Panics
    /// If there is no event of a number.
    pub fn sensible(&self, events: &[usize]) -> Vec<usize> {
        let mut present = Present::at_start(&self.services, &self.servers);
        let mut sensible = |&number: &usize| {
            let action = &self.events[number].action;
            let allowed = present.allows(action);
            if allowed {
                present.take(action);
            }
            allowed
        };
        events.iter().copied().filter(|number| sensible(number)).collect()
    }

    /// The script with some of its events only.
    ///
    /// # Panics
    /// If there is no event of a number.
    pub fn only(&self, events: &[usize]) -> Self {
        Self { events: events.iter().map(|&number| self.events[number]).collect(), ..self.clone() }
    }
}
