use std::collections::BTreeSet;

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Forwarding, Protocol, Sysctl};

use super::*;
use crate::script::present::Present;
use crate::script::{Action, Content, Reached, Settings, Side};

#[test]
fn a_seed_is_a_script() {
    assert_eq!(wild(1, 300), wild(1, 300));
    assert_ne!(wild(1, 300), wild(2, 300));
}

#[test]
fn scripts_have_so_many_packets_in_order_of_time() {
    for seed in 0..20 {
        let script = wild(seed, 500);
        let packets = script.events.iter().filter(|event| matches!(event.action, Action::Packet { .. }));
        assert_eq!(packets.count(), 500);
        assert!(script.events.is_sorted_by_key(|event| event.at_ns));
    }
}

#[test]
fn scripts_have_no_command_that_a_kernel_refuses() {
    for seed in 0..200 {
        let script = wild(seed, 500);
        let mut present = Present::at_start(&script.services, &script.servers);
        for (number, event) in script.events.iter().enumerate() {
            assert!(present.allows(&event.action), "seed {seed}, event {number}: {event:?}");
            present.take(&event.action);
        }
        for (number, server) in script.servers.iter().enumerate() {
            let twin = script.servers[..number]
                .iter()
                .any(|other| other.service == server.service && other.endpoint.ip() == server.endpoint.ip());
            assert!(!twin, "seed {seed}: two servers of a service at {}", server.endpoint.ip());
        }
    }
}

#[test]
fn part_of_a_script_has_no_command_that_a_kernel_refuses() {
    let script = wild(3, 500);
    let every_third: Vec<usize> = (0..script.events.len()).step_by(3).collect();
    let part = script.only(&script.sensible(&every_third));
    let mut present = Present::at_start(&part.services, &part.servers);
    for event in &part.events {
        assert!(present.allows(&event.action));
        present.take(&event.action);
    }
    let all: Vec<usize> = (0..script.events.len()).collect();
    assert_eq!(script.only(&script.sensible(&all)), script);
}

/// Everything that occurs in a script, in words.
fn occurrences(script: &Script, found: &mut BTreeSet<String>) {
    let mut settings = |settings: &Settings| {
        found.insert(format!("scheduler {}", settings.scheduler));
        found.insert(format!("one-packet {}", settings.one_packet));
        found.insert(format!("fallback {}", settings.fallback));
        found.insert(format!("hash port {}", settings.hash_port));
        if let Some(persistent) = settings.persistent {
            found.insert(format!("prefix {}", persistent.prefix));
        }
    };
    for service in &script.services {
        settings(&service.settings);
    }
    for event in &script.events {
        if let Action::EditService { settings: to, .. } = event.action {
            settings(&to);
        }
    }
    for service in &script.services {
        match service.reached {
            Reached::Address(at) => {
                found.insert(format!("{:?} port {}", service.protocol, at.port()));
            }
            Reached::Fwmark { ipv6, .. } => {
                found.insert(format!("mark, IPv6 {ipv6}"));
            }
        }
    }
    for server in &script.servers {
        let ipv6 = script.services[usize::from(server.service)].reached.is_ipv6();
        found.insert(format!("{:?}, IPv6 {ipv6} to IPv6 {}", server.forwarding, server.endpoint.is_ipv6()));
    }
    for event in &script.events {
        found.insert(match event.action {
            Action::Packet { from, content, .. } => format!("{from:?} {content:?}"),
            Action::Sysctl(sysctl, value) => format!("{sysctl} = {value}"),
            Action::EditServer { weight: 0, .. } => "quiesce".to_owned(),
            other => format!("{other:?}").split([' ', '(']).next().expect("a word").to_owned(),
        });
    }
    found.extend(script.sysctls.iter().map(|(sysctl, value)| format!("at first {sysctl} = {value}")));
}

#[test]
fn everything_occurs() {
    let mut found = BTreeSet::new();
    for seed in 0..200 {
        occurrences(&wild(seed, 500), &mut found);
    }
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let kinds = SchedulerKind::ALL.into_iter().filter(|&kind| kind != SchedulerKind::Twos);
    wanted.extend(kinds.map(|kind| format!("scheduler {kind}")));
    for flag in ["one-packet", "fallback", "hash port", "mark, IPv6"] {
        wanted.extend([true, false].map(|set| format!("{flag} {set}")));
    }
    wanted.extend([8, 16, 24, 30, 32, 64, 112, 128].map(|prefix| format!("prefix {prefix}")));
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
        wanted.extend([0, 53, 80, 443, 8080].map(|port| format!("{protocol:?} port {port}")));
    }
    wanted.insert("Tcp port 21".to_owned());
    for method in [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel] {
        wanted.extend([true, false].map(|ipv6| format!("{method:?}, IPv6 {ipv6} to IPv6 {ipv6}")));
    }
    wanted.extend([true, false].map(|ipv6| format!("Tunnel, IPv6 {ipv6} to IPv6 {}", !ipv6)));
    let contents = [Content::Syn, Content::SynAck, Content::Ack, Content::Fin, Content::Rst, Content::Bare];
    let contents = contents.into_iter().chain([Content::Datagram]);
    let contents = contents.chain(lives::CHUNKS.map(Content::Sctp));
    for content in contents {
        wanted.extend([Side::Client, Side::Server].map(|side| format!("{side:?} {content:?}")));
    }
    for (sysctl, values) in [
        (Sysctl::ConnReuseMode, &[0, 1, 2, 3][..]),
        (Sysctl::ExpireNodestConn, &[0, 1]),
        (Sysctl::ExpireQuiescentTemplate, &[0, 1]),
        (Sysctl::SloppyTcp, &[0, 1]),
        (Sysctl::SloppySctp, &[0, 1]),
        (Sysctl::DropEntry, &[0, 1, 2]),
        (Sysctl::DropPacket, &[0, 1, 2, 3]),
        (Sysctl::AmDroprate, &[2, 3, 10]),
        (Sysctl::SecureTcp, &[0, 1, 2, 3]),
    ] {
        wanted.extend(values.iter().map(|value| format!("{sysctl} = {value}")));
        wanted.extend(values.iter().map(|value| format!("at first {sysctl} = {value}")));
    }
    for sysctl in [Sysctl::LblcExpiration, Sysctl::LblcrExpiration] {
        wanted.extend([5, 60, 600].map(|value| format!("at first {sysctl} = {value}")));
    }
    let commands = ["EditServer", "quiesce", "Add", "Remove", "AddService", "EditService", "RemoveService"];
    wanted.extend(commands.into_iter().chain(["Timeouts", "Checkpoint"]).map(str::to_owned));
    let missing: Vec<&String> = wanted.difference(&found).collect();
    assert!(missing.is_empty(), "never occurs: {missing:?}");
}
