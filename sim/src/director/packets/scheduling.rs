//! A client's packet that belongs to no entry: its service, the decision, and the entry that is made.

use core::net::SocketAddr;

use ipvslab_schedulers::{Flow, Scheduler, ServerId, Span, Time};

use super::director::{After, PacketDirector, Steer};
use super::entry::{Entry, State};
use super::name::Name;
use super::packet::{Choice, Packet, Payload, Verdict};
use super::persistence;
use super::service::ServiceId;
use super::service::{FTP, FTP_DATA, Service};
use crate::director::connection::ConnectionId;
use crate::director::packets::sctp::SctpState;
use crate::director::tcp::TcpState;
use crate::setup::Protocol;

/// A decision on a new connection.
struct Scheduled {
    server: ServerId,
    by: Choice,
    /// The template that it is made through.
    template: Option<ConnectionId>,
    /// The port of the service's name.
    named: u16,
    /// Whether its entry is for this packet only.
    one_packet: bool,
}

impl PacketDirector {
    /// A client's packet without an entry: a decision, if it may make one.
    pub(super) fn unknown(
        &mut self,
        packet: &Packet,
        now: Time,
        after: After,
        steer: Steer<'_>,
    ) -> (Verdict, Option<ConnectionId>) {
        match self.schedule(packet, now, steer) {
            Ok(scheduled) => {
                let id = self.connect(&scheduled, packet, now, after);
                let Scheduled { server, by, .. } = scheduled;
                let destination = self.entries.destination(id, packet.destination);
                if scheduled.one_packet {
                    self.end(id);
                }
                let entry = (!scheduled.one_packet).then_some(id);
                (Verdict::Forwarded { server, destination, by }, entry)
            }
            Err(verdict) => {
                if verdict == Verdict::Local {
                    self.reset_locally(packet, now);
                }
                (verdict, None)
            }
        }
    }

    /// Who gets a new connection; or what becomes of its packet if nobody does.
    fn schedule(&mut self, packet: &Packet, now: Time, steer: Steer<'_>) -> Result<Scheduled, Verdict> {
        if !packet.payload.may_open(&self.sysctls) {
            return Err(Verdict::Local);
        }
        let id = self.services.lookup(packet).ok_or(Verdict::Local)?;
        if self.defence.drops_packet(&self.sysctls) {
            return Err(Verdict::Dropped);
        }
        if packet.source.port() == FTP_DATA {
            return Err(Verdict::Local);
        }
        let Service { key, settings, .. } = *self.services.get(id);
        let chosen = match settings.persistence {
            Some(persistence) => {
                let name = persistence::name(&key, persistence, packet);
                self.through_template(id, name, persistence.timeout, packet, now, steer)
            }
            // Only persistence makes a service of other ports than its own.
            None if !key.is_mark() && key.port() != packet.destination.port() => None,
            None => self.decide(id, packet, now, steer).map(|server| (server, Choice::Scheduler, None)),
        };
        let Some((server, by, template)) = chosen else {
            let passive = key.port() == FTP && packet.destination.port() != FTP;
            return Err(if passive { Verdict::Local } else { Verdict::Unreachable });
        };
        let one_packet = settings.one_packet && packet.payload == Payload::Udp;
        Ok(Scheduled { server, by, template, named: key.port(), one_packet })
    }

    /// The server of the client's template, or that of a new one.
    fn through_template(
        &mut self,
        service: ServiceId,
        name: Name,
        timeout: Span,
        packet: &Packet,
        now: Time,
        steer: Steer<'_>,
    ) -> Option<(ServerId, Choice, Option<ConnectionId>)> {
        let old = self.entries.named(&name);
        if let Some(template) = old {
            if let Some(server) = self.leads_to(template) {
                return Some((server, Choice::Template, old));
            }
            self.entries.hide(template);
        }
        let server = self.decide(service, packet, now, steer)?;
        let mut template = Entry::new(name, server, State::Template { assured: false });
        (template.timeout, template.armed_at) = (timeout, now);
        let template = self.entries.insert(template);
        self.services.of_mut(server).servers.bind_template(server);
        self.load_changed(server);
        Some((server, Choice::Scheduler, Some(template)))
    }

    /// The server of a template; `None` if that is gone, or quiesced with `expire_quiescent_template` on.
    fn leads_to(&self, template: ConnectionId) -> Option<ServerId> {
        let server = self.entries.entry(template).server;
        let servers = &self.services.of(server).servers;
        let weight = servers.server(servers.position(server)?).weight();
        (weight != 0 || self.sysctls.expire_quiescent_template == 0).then_some(server)
    }

    fn decide(&mut self, id: ServiceId, packet: &Packet, now: Time, steer: Steer<'_>) -> Option<ServerId> {
        let flow = Flow {
            client: packet.source.ip(),
            client_port: packet.source.port(),
            destination: packet.destination.ip(),
            destination_port: packet.destination.port(),
            protocol: packet.payload.protocol().number(),
        };
        let Service { scheduler, servers, .. } = self.services.get_mut(id);
        let scheduler = scheduler.as_mut().expect("a service that was looked up exists");
        let chosen = scheduler.schedule(&flow, servers, now).map(|at| servers.id(at));
        steer(servers, chosen)
    }

    /// Makes an entry, with its first packet. One that is for this packet only is still to be ended.
    fn connect(&mut self, scheduled: &Scheduled, packet: &Packet, now: Time, after: After) -> ConnectionId {
        let &Scheduled { server, template, named, one_packet, .. } = scheduled;
        let home = self.services.home(server);
        let protocol = packet.payload.protocol();
        let state = match protocol {
            Protocol::Tcp => State::Tcp(TcpState::None),
            Protocol::Udp => State::Udp,
            Protocol::Sctp => State::Sctp(SctpState::None),
        };
        let name = Name::of_connection(protocol, packet.source, packet.destination);
        let mut entry = Entry::new(name, server, state);
        (entry.control, entry.armed_at) = (template, now);
        if home.forwarding.sees_replies() {
            let asked = packet.destination.port();
            let own = home.endpoint.port() != 0 && (template.is_none() || asked == named);
            let port = if own { home.endpoint.port() } else { asked };
            entry.target = self.entries.rewritten(SocketAddr::new(home.endpoint.ip(), port));
        } else {
            // Without rewriting the server answers in the service's name, if its answers pass here at all.
            entry.no_output = true;
        }
        let id = if one_packet { self.entries.insert_hidden(entry) } else { self.entries.insert(entry) };
        self.services.of_mut(server).servers.bind(server);
        if let Some(template) = template {
            let template_entry = self.entries.entry_mut(template);
            template_entry.controls += 1;
            // What is gone at once has its packet counted there.
            template_entry.packets = template_entry.packets.saturating_add(one_packet.into());
            self.arm(template, now);
        }
        if !one_packet && !self.proceed(id, packet.from, packet.payload, now, after) {
            self.load_changed(server);
        }
        id
    }
}
