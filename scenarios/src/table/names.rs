//! Names of hosts and services, which ipvsadm shows where it is not asked for numbers.

use std::collections::HashMap;
use std::net::IpAddr;

use ipvslab_sim::Protocol;

use crate::problem::{Problem, ProblemKind, Problems};
use crate::suggest::printable;

/// The services that Debian's netbase 6.4 names in `/etc/services`: a name and a port with its protocol a line.
const SERVICES: &str = include_str!("services.txt");

/// What names stand for. Services are known by Debian's names, hosts by those that were given.
#[derive(Clone, Debug)]
pub struct HostNames {
    hosts: HashMap<String, Vec<IpAddr>>,
    services: HashMap<(String, Protocol), u16>,
}

impl Default for HostNames {
    fn default() -> Self {
        Self { hosts: HashMap::new(), services: services(SERVICES) }
    }
}

impl HostNames {
    /// Adds hosts, from lines as of `/etc/hosts`: an address, then its names.
    ///
    /// # Errors
    /// Lines that begin with no address.
    pub fn add_hosts(&mut self, text: &str, origin: &str) -> Result<(), Problems> {
        let mut problems = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            if let Some(first) = words.next() {
                match first.split('%').next().unwrap_or(first).parse() {
                    Ok(address) => words
                        .for_each(|name| self.hosts.entry(name.to_lowercase()).or_default().push(address)),
                    Err(_) => {
                        let at = start + line.find(first).unwrap_or(0);
                        let message = format!("found `{}`, expected an address", printable(first, 60));
                        let help = "lines as in /etc/hosts: `10.1.0.1 web1.example.org web1`";
                        problems.push(Problem::error("", message).at(&(at..at + first.len())).help(help));
                    }
                }
            }
            start += line.len() + 1;
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems::new(ProblemKind::Invalid, origin, text, problems))
        }
    }

    /// Adds services, from lines as of `/etc/services`; others are passed over, as getservbyname(3) does.
    pub fn add_services(&mut self, text: &str) {
        self.services.extend(services(text));
    }

    /// The address of a host, of the IP version that is asked for.
    pub(super) fn host(&self, name: &str, ipv6: bool) -> Option<IpAddr> {
        self.hosts.get(&name.to_lowercase())?.iter().copied().find(|address| address.is_ipv6() == ipv6)
    }

    /// The port of a service.
    pub(super) fn port(&self, name: &str, protocol: Protocol) -> Option<u16> {
        self.services.get(&(name.to_owned(), protocol)).copied()
    }
}

/// The services of a file; a name stands for what it says first.
fn services(text: &str) -> HashMap<(String, Protocol), u16> {
    let mut services = HashMap::new();
    for line in text.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let (Some(name), Some((port, protocol))) =
            (words.next(), words.next().and_then(|word| word.split_once('/')))
        else {
            continue;
        };
        let protocol = match protocol {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            "sctp" => Protocol::Sctp,
            _ => continue,
        };
        let Ok(port) = port.parse() else { continue };
        for name in std::iter::once(name).chain(words) {
            services.entry((name.to_owned(), protocol)).or_insert(port);
        }
    }
    services
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_services_are_those_of_the_files() {
        let mut names = HostNames::default();
        names
            .add_hosts("# ours\n10.1.0.1 Web1.example.org web1\nfe80::1%eth0 web1\n\n", "hosts")
            .expect("sound");
        assert_eq!(names.host("WEB1", false), Some([10, 1, 0, 1].into()));
        assert_eq!(names.host("web1.example.org", true), None);
        assert!(names.host("web1", true).is_some());
        assert_eq!(names.port("http", Protocol::Tcp), Some(80));
        assert_eq!(names.port("domain", Protocol::Udp), Some(53));
        assert_eq!(names.port("nothing", Protocol::Tcp), None);
        names.add_services("nothing 4711/tcp nix # ours\nbad\n");
        assert_eq!(names.port("nix", Protocol::Tcp), Some(4711));
        let problems = names.add_hosts("web1 10.1.0.1\n", "hosts").expect_err("the wrong way round");
        assert_eq!(problems.to_string(), "hosts:1:1: found `web1`, expected an address");
    }
}
