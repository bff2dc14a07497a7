//! What happens in a case: packets, edits, and looks at the counters.

use std::net::SocketAddr;

use ipvslab_schedulers::{Accounting, SchedulerKind};
use ipvslab_sim::{Protocol, SctpEvent, Sysctl};

use super::Story;
use crate::conformance::case::What;
use crate::conformance::lot::Lot;
use crate::script::{Action, Content, Flow, Settings, Side};

impl Story {
    /// New connections of the client, one after the other, and where the first packet of each ends.
    pub(in crate::conformance) fn opens<const N: usize>(self, ends: [&str; N]) -> Self {
        ends.into_iter().fold(self, |story, end| {
            let name = story.unnamed();
            story.begins(&name, end)
        })
    }

    /// `count` new connections that end alike.
    pub(in crate::conformance) fn opens_many(self, count: usize, end: &str) -> Self {
        (0..count).fold(self, |story, _| story.opens([end]))
    }

    /// A new connection that ends as kernels of each generation have it.
    pub(in crate::conformance) fn opens_by(self, classic: &str, total: &str) -> Self {
        let name = self.unnamed();
        let first = self.first();
        let story = self.packet(&name, Side::Client, first).on(Accounting::Classic).expect_last(classic);
        story.on(Accounting::Total).expect_last(total).on_all()
    }

    /// Connections of `name`'s own, held open (of UDP: inactive all the same): called `name1`, `name2`, … The other servers
    /// of the service are quiesced meanwhile.
    pub(in crate::conformance) fn holds(
        mut self,
        name: &'static str,
        active: usize,
        inactive: usize,
    ) -> Self {
        let server = usize::from(self.server(name));
        let service = self.script.servers[server].service;
        let mates: Vec<usize> = (0..self.servers.len())
            .filter(|&mate| mate != server && self.script.servers[mate].service == service)
            .collect();
        let before = self.weights.clone();
        for &mate in &mates {
            self = self.weighs(mate, 0);
        }
        for number in 1..=active + inactive {
            let flow = format!("{name}{number}");
            self = self.begins(&flow, name);
            if number > active {
                // In SYN_RECV, a FIN leads to TIME_WAIT.
                self = self.sends(&flow, Content::Fin, name);
            }
        }
        for &mate in &mates {
            self = self.weighs(mate, before[mate]);
        }
        self
    }

    /// As many connections, each of a client of its own: 203.0.113.`first` and those after it.
    pub(in crate::conformance) fn visits(self, clients: std::ops::RangeInclusive<u8>, end: &str) -> Self {
        clients.fold(self, |story, client| story.client(&format!("203.0.113.{client}")).opens([end]))
    }

    /// A named flow's first packet.
    pub(in crate::conformance) fn begins(self, flow: &str, end: &str) -> Self {
        let first = self.first();
        self.sends(flow, first, end)
    }

    /// A packet of a flow's client, and where it ends. A name that is new is a new flow.
    pub(in crate::conformance) fn sends(self, flow: &str, content: Content, end: &str) -> Self {
        self.packet(flow, Side::Client, content).expect_last(end)
    }

    /// A packet of a flow's server, and where it ends.
    pub(in crate::conformance) fn replies(self, flow: &str, content: Content, end: &str) -> Self {
        self.packet(flow, Side::Server, content).expect_last(end)
    }

    /// A number of one-packet datagrams, of which a server gets a share by chance.
    pub(in crate::conformance) fn draws(mut self, count: usize, name: &str, probability: f64) -> Self {
        let (server, first) = (self.server(name), self.script.events.len());
        for _ in 0..count {
            self = self.packet("drawn", Side::Client, Content::Datagram);
        }
        self.expect_at(first, What::Share { server, of: count, probability })
    }

    /// A name for a flow that is spoken of only here.
    pub(in crate::conformance) fn unnamed(&self) -> String {
        format!("unnamed {}", self.script.flows.len())
    }

    /// What a flow begins with.
    fn first(&self) -> Content {
        match self.protocol {
            Protocol::Tcp => Content::Syn,
            Protocol::Udp => Content::Datagram,
            Protocol::Sctp => Content::Sctp(SctpEvent::Init),
        }
    }

    fn packet(mut self, flow: &str, from: Side, content: Content) -> Self {
        let flow = match self.flows.get(flow) {
            Some(&known) => known,
            None => {
                let number = self.script.flows.len() as u32;
                self.flows.insert(flow.to_owned(), number);
                self.script.flows.push(Flow {
                    protocol: self.protocol,
                    client: SocketAddr::new(self.client, self.next_port),
                    destination: self.destination,
                });
                self.next_port += 1;
                number
            }
        };
        self.event(Action::Packet { flow, from, content })
    }

    /// `ipvsadm -e -w`.
    pub(in crate::conformance) fn weight(self, name: &str, weight: u32) -> Self {
        let server = self.server(name);
        self.weighs(server.into(), weight)
    }

    fn weighs(mut self, server: usize, weight: u32) -> Self {
        self.weights[server] = weight;
        let thresholds = self.limits[server];
        self.event(Action::EditServer { server: server as u16, weight, thresholds })
    }

    /// `ipvsadm -e -x -y`.
    pub(in crate::conformance) fn limits(mut self, name: &str, thresholds: [u32; 2]) -> Self {
        let server = self.server(name);
        self.limits[usize::from(server)] = thresholds;
        let weight = self.weights[usize::from(server)];
        self.event(Action::EditServer { server, weight, thresholds })
    }

    /// `ipvsadm -a`.
    pub(in crate::conformance) fn add(mut self, name: &'static str, weight: u32) -> Self {
        let server = self.known(name);
        self.weights[usize::from(server)] = weight;
        self.limits[usize::from(server)] = self.script.servers[usize::from(server)].thresholds;
        self.event(Action::Add { server, weight })
    }

    /// `ipvsadm -d`.
    pub(in crate::conformance) fn delete(self, name: &str) -> Self {
        let server = self.server(name);
        self.event(Action::Remove { server })
    }

    /// `ipvsadm -D`, of the service.
    pub(in crate::conformance) fn delete_service(self) -> Self {
        let service = self.service as u16;
        self.event(Action::RemoveService { service })
    }

    /// `ipvsadm -A`, of the service unchanged described.
    pub(in crate::conformance) fn add_service(self) -> Self {
        let service = self.service as u16;
        self.event(Action::AddService { service })
    }

    /// `ipvsadm -E -s`.
    pub(in crate::conformance) fn becomes(self, scheduler: SchedulerKind) -> Self {
        self.edited(|settings| settings.scheduler = scheduler)
    }

    /// `ipvsadm -E`.
    pub(in crate::conformance) fn edited(mut self, edit: impl FnOnce(&mut Settings)) -> Self {
        edit(&mut self.settings[self.service]);
        let (service, settings) = (self.service as u16, self.settings[self.service]);
        self.event(Action::EditService { service, settings })
    }

    /// `sysctl -w`.
    pub(in crate::conformance) fn sysctl(self, sysctl: Sysctl, value: u32) -> Self {
        self.event(Action::Sysctl(sysctl, value))
    }

    /// `ipvsadm --set`.
    pub(in crate::conformance) fn timeouts(self, timeouts_s: [u32; 3]) -> Self {
        self.event(Action::Timeouts(timeouts_s))
    }

    /// Nothing happens for a while.
    pub(in crate::conformance) fn wait(mut self, seconds: u64) -> Self {
        self.now_ns += seconds * 1_000_000_000;
        self
    }

    /// How many active and inactive connections a server has.
    pub(in crate::conformance) fn counts(self, name: &str, active: u32, inactive: u32) -> Self {
        let server = self.server(name);
        self.look(What::Connections { server, active, inactive })
    }

    /// How many templates a server has.
    pub(in crate::conformance) fn templates(self, name: &str, count: u32) -> Self {
        let server = self.server(name);
        self.look(What::Templates { server, count })
    }

    /// How many connections of a server `drop_entry` has left.
    pub(in crate::conformance) fn left(self, name: &str, lot: Lot) -> Self {
        let server = self.server(name);
        self.look(What::ConnectionsLeft { server, lot })
    }

    /// How many templates of a server `drop_entry` has left.
    pub(in crate::conformance) fn templates_left(self, name: &str, lot: Lot) -> Self {
        let server = self.server(name);
        self.look(What::TemplatesLeft { server, lot })
    }

    /// The list, head first.
    pub(in crate::conformance) fn list<const N: usize>(self, names: [&str; N]) -> Self {
        let servers = names.iter().map(|name| self.server(name)).collect();
        self.look(What::List(servers))
    }

    fn look(self, what: What) -> Self {
        let event = self.script.events.len();
        self.event(Action::Checkpoint).expect_at(event, what)
    }
}
