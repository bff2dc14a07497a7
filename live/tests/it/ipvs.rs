//! Services and destinations.

use std::net::SocketAddr;

use ipvslab_live::Namespace;
use ipvslab_live::ipvs::{
    Destination, Family, Forwarding, Ipvs, IpvsError, Service, ServiceFlags, ServiceKey, TimeoutChange,
};
use ipvslab_live::route::Route;

use crate::namespace;

fn ipvs(namespace: &Namespace) -> Option<Ipvs> {
    match Ipvs::open(namespace) {
        Err(IpvsError::ModuleAbsent) => {
            eprintln!("skipped: this kernel has no IPVS");
            None
        }
        opened => Some(opened.expect("root can open it")),
    }
}

/// Without an address the kernel takes no IPv4 destination.
fn set_loopback_up(namespace: &Namespace) {
    let mut route = Route::open(namespace).expect("rtnetlink");
    let loopback = route.link("lo").expect("every namespace has one");
    route.set_up(loopback.index).expect("it can be up");
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

#[test]
fn the_latest_destination_is_the_first() {
    let Some(namespace) = namespace() else { return };
    let Some(mut ipvs) = ipvs(&namespace) else { return };
    set_loopback_up(&namespace);
    // Without scheduler, so that no other module is needed.
    let key = ServiceKey::tcp(address("10.0.0.1:80"));
    ipvs.add_service(&Service::new(key, "none")).expect("a new service");
    for server in ["10.1.0.1:80", "10.1.0.2:80", "10.1.0.3:80"] {
        let destination = Destination::new(address(server), Forwarding::Masquerade);
        ipvs.add_destination(&key, &destination).expect("a new destination");
    }
    let found = ipvs.destinations(&key).expect("the service is there");
    let found: Vec<_> = found.iter().map(|state| state.destination.address.to_string()).collect();
    assert_eq!(found, ["10.1.0.3:80", "10.1.0.2:80", "10.1.0.1:80"]);
}

#[test]
fn what_is_refused_is_named() {
    let Some(namespace) = namespace() else { return };
    let Some(mut ipvs) = ipvs(&namespace) else { return };
    set_loopback_up(&namespace);
    let service = Service::new(ServiceKey::Mark { family: Family::Inet, mark: 7 }, "none");
    let destination = Destination::new(address("10.1.0.1:80"), Forwarding::DirectRoute);
    let missing = ipvs.add_destination(&service.key, &destination);
    assert!(matches!(missing, Err(IpvsError::ServiceMissing { .. })), "{missing:?}");
    let unknown = ipvs.add_service(&Service::new(service.key, "nosuch"));
    assert!(matches!(unknown, Err(IpvsError::UnknownScheduler { .. })), "{unknown:?}");
    ipvs.add_service(&service).expect("a new service");
    let twice = ipvs.add_service(&service);
    assert!(matches!(twice, Err(IpvsError::ServiceExists { .. })), "{twice:?}");
    let missing = ipvs.delete_destination(&service.key, destination.address);
    assert!(matches!(missing, Err(IpvsError::DestinationMissing { .. })), "{missing:?}");
    ipvs.add_destination(&service.key, &destination).expect("a new destination");
    let twice = ipvs.add_destination(&service.key, &destination);
    assert!(matches!(twice, Err(IpvsError::DestinationExists { .. })), "{twice:?}");
}

#[test]
fn services_and_timeouts_are_of_their_namespace() {
    let Some(namespace) = namespace() else { return };
    let Some(mut ours) = ipvs(&namespace) else { return };
    let other = crate::namespace().expect("as the first");
    let mut other = ipvs(&other).expect("as the first");
    let key = ServiceKey::udp(address("[fd00::1]:53"));
    ours.add_service(&Service::new(key, "none")).expect("a new service");
    ours.set_timeouts(&TimeoutChange { udp_s: Some(7), ..TimeoutChange::default() }).expect("in range");
    let state = ours.service(&key).expect("it is there");
    assert!(state.service.flags.flags.contains(ServiceFlags::HASHED));
    assert_eq!(ours.timeouts().expect("readable").udp_s, 7);
    assert_eq!(other.services().expect("readable"), []);
    assert_eq!(other.timeouts().expect("readable").udp_s, 300);
    ours.flush().expect("services can be removed");
    assert_eq!(ours.services().expect("readable"), []);
}

#[test]
fn the_accounting_probe_leaves_nothing() {
    let Some(namespace) = namespace() else { return };
    let Some(mut ipvs) = ipvs(&namespace) else { return };
    let found = ipvs.accounting_generation_probe().expect("every kernel counts");
    assert_eq!(ipvs.accounting_generation_probe().expect("as before"), found);
    assert_eq!(ipvs.services().expect("readable"), []);
}
