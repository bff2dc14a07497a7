//! What an administrator does in a random script.

use ipvslab_schedulers::Rng;
use ipvslab_sim::Sysctl;

use super::chance::{once_in, one_of};
use super::setup::{settings, thresholds, timeouts, value, weight};
use super::theme::Theme;
use crate::script::present::Present;
use crate::script::{Action, Server, Service};

/// An administrator, who knows what exists.
pub(super) struct Administrator {
    theme: Theme,
    services: Vec<Service>,
    servers: Vec<Server>,
    pub(super) present: Present,
}

impl Administrator {
    pub(super) fn new(theme: Theme, services: &[Service], servers: &[Server]) -> Self {
        let present = Present::at_start(services, servers);
        Self { theme, services: services.to_vec(), servers: servers.to_vec(), present }
    }

    /// What is done next: one thing, or a few that belong together.
    pub(super) fn edit(&mut self, draw: &mut Rng) -> Vec<Action> {
        let actions = self.wish(draw);
        let mut done = Vec::new();
        for action in actions {
            if self.present.allows(&action) {
                self.present.take(&action);
                done.push(action);
            }
        }
        done
    }

    fn wish(&self, draw: &mut Rng) -> Vec<Action> {
        if once_in(draw, self.theme.sysctl()) {
            return sysctl(draw);
        }
        if once_in(draw, 25) {
            return vec![Action::Timeouts(timeouts(draw))];
        }
        let service = draw.below(self.services.len() as u32) as u16;
        if !self.present.service(service) {
            return self.create(draw, service);
        }
        if once_in(draw, 20) {
            return vec![Action::RemoveService { service }];
        }
        if once_in(draw, 6) {
            let Service { protocol, reached, .. } = self.services[usize::from(service)];
            return vec![Action::EditService {
                service,
                settings: settings(draw, self.theme, protocol, &reached),
            }];
        }
        let of_service = self.servers.iter().enumerate().filter(|(_, server)| server.service == service);
        let of_service: Vec<u16> = of_service.map(|(number, _)| number as u16).collect();
        let server = one_of(draw, &of_service);
        match (self.present.server(server), draw.below(4)) {
            (false, _) => vec![Action::Add { server, weight: weight(draw) }],
            (true, 0) => vec![Action::Remove { server }],
            (true, 1) => {
                let thresholds = thresholds(draw, self.theme);
                vec![Action::EditServer { server, weight: weight(draw), thresholds }]
            }
            (true, 2) => {
                let thresholds = self.servers[usize::from(server)].thresholds;
                vec![Action::EditServer { server, weight: 0, thresholds }]
            }
            (true, _) => {
                let thresholds = self.servers[usize::from(server)].thresholds;
                vec![Action::EditServer { server, weight: weight(draw), thresholds }]
            }
        }
    }

    /// A service unchanged described, with most of its servers.
    fn create(&self, draw: &mut Rng, service: u16) -> Vec<Action> {
        let mut actions = vec![Action::AddService { service }];
        for (number, server) in self.servers.iter().enumerate() {
            if server.service == service && !once_in(draw, 4) {
                actions.push(Action::Add { server: number as u16, weight: weight(draw) });
            }
        }
        actions
    }
}

/// A sysctl. The rate of dropping is changed while nothing is dropped.
fn sysctl(draw: &mut Rng) -> Vec<Action> {
    let changing = [
        Sysctl::ConnReuseMode,
        Sysctl::ConnReuseMode,
        Sysctl::ExpireNodestConn,
        Sysctl::ExpireNodestConn,
        Sysctl::ExpireQuiescentTemplate,
        Sysctl::SloppyTcp,
        Sysctl::SloppySctp,
        Sysctl::DropEntry,
        Sysctl::DropPacket,
        Sysctl::SecureTcp,
    ];
    let sysctl = one_of(draw, &changing);
    let set = |draw: &mut Rng, sysctl| Action::Sysctl(sysctl, value(draw, sysctl));
    match sysctl {
        Sysctl::DropPacket => {
            let off = Action::Sysctl(Sysctl::DropPacket, 0);
            vec![off, set(draw, Sysctl::AmDroprate), set(draw, Sysctl::DropPacket)]
        }
        other => vec![set(draw, other)],
    }
}
