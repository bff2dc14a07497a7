//! What an administrator tells the director: services, servers, and the kernel's settings.

use alloc::vec::Vec;

use ipvslab_schedulers::{
    AnyScheduler, SchedulerKind, SchedulerOptions, ServerId, ServerTable, Span, Thresholds, Time, Weight,
};

use super::service::{Home, Service};
use super::{Destination, PacketDirector, ServiceId, ServiceKey, ServiceSettings};
use crate::setup::Forwarding;
use crate::setup::{Sysctl, Sysctls, Timeouts};

impl PacketDirector {
    /// `sysctl -w net.ipv4.vs.…`
    pub fn set_sysctl(&mut self, sysctl: Sysctl, value: u32, now: Time) {
        self.sysctls.set(sysctl, value);
        if sysctl == Sysctl::DropEntry {
            self.schedule_looks(now);
        }
        for service in self.services.slots.iter_mut().flatten() {
            if let Some(scheduler) = &mut service.scheduler {
                let expiration = locality_expiration(&self.sysctls, scheduler.kind());
                scheduler.set_locality_expiration(expiration);
            }
        }
    }

    /// `ipvsadm --set`: in force from an entry's next packet on.
    pub fn set_timeouts(&mut self, timeouts: Timeouts) {
        self.timeouts = timeouts;
    }

    /// `ipvsadm -A`.
    ///
    /// # Panics
    /// If the service exists already.
    pub fn add_service(&mut self, id: ServiceId, key: ServiceKey, settings: ServiceSettings, now: Time) {
        let slots = &mut self.services.slots;
        if slots.len() <= id.index() {
            slots.resize_with(id.index() + 1, || None);
        }
        let accounting = self.profile.accounting;
        let service = slots[id.index()].get_or_insert_with(|| Service {
            key,
            settings,
            scheduler: None,
            servers: ServerTable::new(accounting),
        });
        assert!(service.scheduler.is_none(), "service {id:?} exists already");
        service.settings = settings;
        self.bind(id, now);
    }

    /// `ipvsadm -E`. Another scheduler starts from scratch; the same one keeps its state.
    ///
    /// # Panics
    /// If the service does not exist.
    pub fn edit_service(&mut self, id: ServiceId, settings: ServiceSettings, now: Time) {
        let service = self.services.get_mut(id);
        let scheduler = service.scheduler.as_mut().expect("an edited service exists");
        service.settings = settings;
        if scheduler.kind() == settings.scheduler {
            scheduler.set_flags(settings.flags);
        } else {
            self.bind(id, now);
        }
    }

    /// The scheduler begins anew with the list as it is, as on another director that was set up in the same way.
    pub(crate) fn rebind(&mut self, id: ServiceId, now: Time) {
        self.bind(id, now);
    }

    /// `ipvsadm -D`: its servers go too; its entries stay until they expire.
    ///
    /// # Panics
    /// If the service was never added.
    pub fn remove_service(&mut self, id: ServiceId, now: Time) {
        let service = self.services.get_mut(id);
        service.scheduler = None;
        let listed: Vec<ServerId> = service.servers.ids().collect();
        for server in listed {
            service.servers.remove(server);
        }
        self.schedule_purge(now);
    }

    /// `ipvsadm -a`: a server joins at the head of the list; one that was there before has the counts that it kept.
    ///
    /// # Panics
    /// If the service does not exist, or the server is in its list.
    pub fn add_server(&mut self, id: ServerId, service: ServiceId, server: &Destination) {
        let homes = &mut self.services.homes;
        if homes.len() <= id.index() {
            homes.resize(id.index() + 1, None);
        }
        let (endpoint, forwarding) = (server.endpoint, server.forwarding);
        homes[id.index()] = Some(Home { service, endpoint, forwarding });
        let service = self.services.get_mut(service);
        assert!(service.scheduler.is_some(), "a service that gets a server exists");
        let hashed = service.key.sees(endpoint);
        service.change(|servers| servers.add(id, hashed, server.weight, server.thresholds));
    }

    /// `ipvsadm -e`.
    ///
    /// # Panics
    /// If the server is not in the list of its service.
    pub fn edit_server(&mut self, id: ServerId, forwarding: Forwarding, weight: Weight, limits: Thresholds) {
        let home = self.services.homes[id.index()].as_mut().expect("an edited server was added");
        home.forwarding = forwarding;
        self.services.of_mut(id).change(|servers| servers.edit(id, weight, limits));
    }

    /// `ipvsadm -e` with a new weight, and everything else as it is.
    ///
    /// # Panics
    /// If the server is not in the list of its service.
    pub fn set_weight(&mut self, id: ServerId, weight: Weight) {
        self.services.of_mut(id).change(|servers| servers.set_weight(id, weight));
    }

    /// `ipvsadm -d`: the server leaves the list; its entries stay until they expire.
    ///
    /// # Panics
    /// If the server is not in the list of its service.
    pub fn remove_server(&mut self, id: ServerId, now: Time) {
        self.services.of_mut(id).change(|servers| servers.remove(id));
        self.schedule_purge(now);
    }

    /// Binds a service's scheduler to its list.
    fn bind(&mut self, id: ServiceId, now: Time) {
        let draws = self.draws.clone();
        let service = self.services.get_mut(id);
        let kind = service.settings.scheduler;
        let mut profile = self.profile;
        profile.locality_expiration = locality_expiration(&self.sysctls, kind);
        profile.locality_timer = self.timers.clock();
        let options = SchedulerOptions { profile, flags: service.settings.flags, draws };
        let scheduler = AnyScheduler::new(kind, options, &service.servers, now);
        service.scheduler = Some(scheduler.expect("the owner keeps mh's list shorter than its table"));
    }
}

fn locality_expiration(sysctls: &Sysctls, kind: SchedulerKind) -> Span {
    let [lblc, lblcr] = sysctls.locality_expiration();
    if kind == SchedulerKind::Lblcr { lblcr } else { lblc }
}
