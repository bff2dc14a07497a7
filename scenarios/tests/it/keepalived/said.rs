//! What keepalived says of a configuration, and the table that it makes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use ipvslab_sim::{Protocol, Reached, ServiceKey};

/// A record.
pub(super) struct Said {
    pub(super) exit_code: i32,
    services: Vec<Service>,
    /// By the name that keepalived gives to a virtual server: its first check that a scenario has.
    checks: HashMap<String, Check>,
}

/// A virtual server as it is printed.
#[derive(Default)]
struct Service {
    places: Vec<Place>,
    is_group: bool,
    settings: HashMap<String, String>,
    servers: Vec<HashMap<String, String>>,
}

#[derive(Clone)]
enum Place {
    Address(SocketAddr),
    Mark(String, Option<bool>),
}

/// The numbers of a check.
#[derive(Clone, Default)]
pub(super) struct Check {
    /// Delay loop, warm-up, delay before a repetition, timeout.
    pub(super) times_us: [u64; 4],
    pub(super) retry: u32,
}

impl Said {
    pub(super) fn read(record: &str) -> Self {
        let (test, dump) = record.split_once("## keepalived --dump-conf\n").expect("two parts");
        let code = test.lines().find_map(|line| line.strip_prefix("exit code ")).expect("an exit code");
        let (topology, checkers) = dump.split_once("------< Health checkers >------").unwrap_or((dump, ""));
        Self {
            exit_code: code.parse().expect("a number"),
            services: services(topology),
            checks: checks(checkers),
        }
    }

    /// As ipvsadm would say it: services by the kernel's key, which keeps the settings of the first.
    pub(super) fn table(&self) -> String {
        let mut keys: Vec<String> = Vec::new();
        let mut lines: HashMap<String, (String, Vec<String>)> = HashMap::new();
        for service in &self.services {
            for place in &service.places {
                let key = service.key(place);
                let entry = lines.entry(key.clone()).or_insert_with(|| {
                    keys.push(key.clone());
                    (format!("-A {key}{}", service.options(place)), Vec::new())
                });
                for server in &service.servers {
                    let line = format!("-a {key} -r {}", server_options(server, place));
                    let endpoint = |line: &str| {
                        line.split(" -r ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned)
                    };
                    if entry.1.iter().all(|known| endpoint(known) != endpoint(&line)) {
                        entry.1.push(line);
                    }
                }
            }
        }
        let mut text = String::new();
        for key in keys {
            let (service, servers) = &lines[&key];
            for line in std::iter::once(service).chain(servers) {
                writeln!(text, "{line}").expect("memory");
            }
        }
        text
    }

    /// The first check of a service's servers, of those that a scenario has.
    pub(super) fn check_of(&self, key: ServiceKey) -> Option<&Check> {
        let protocol = match key.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Sctp => "sctp",
        };
        let name = match key.reached {
            Reached::Address(address) => format!("[{}]:{protocol}:{}", address.ip(), address.port()),
            Reached::Mark { mark, .. } => format!("FWM {mark}"),
        };
        self.checks.get(&name)
    }
}

impl Service {
    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    fn is_ipv6(&self, place: &Place) -> bool {
        match place {
            Place::Address(address) => address.is_ipv6(),
            Place::Mark(_, family) => family.unwrap_or(self.setting("Address family") == Some("inet6")),
        }
    }

    fn key(&self, place: &Place) -> String {
        match place {
            Place::Address(address) => match self.setting("protocol") {
                Some("TCP") => format!("-t {address}"),
                Some("UDP") => format!("-u {address}"),
                _ => format!("--sctp-service {address}"),
            },
            Place::Mark(mark, _) if self.is_ipv6(place) => format!("-f {mark} -6"),
            Place::Mark(mark, _) => format!("-f {mark}"),
        }
    }

    fn options(&self, place: &Place) -> String {
        let scheduler = self.setting("lvs_sched").expect("a scheduler");
        let mut options = format!(" -s {scheduler}");
        if let Some(timeout) = self.setting("persistence timeout") {
            write!(options, " -p {timeout}").expect("memory");
            // ipvswrapper.c sets the mask of a group's places to all ones.
            let granularity = self.setting("persistence granularity").filter(|_| !self.is_group);
            granularity.into_iter().for_each(|mask| write!(options, " -M {mask}").expect("memory"));
        }
        let is_on = |name: &str| self.setting(name).is_some_and(|value| value.starts_with("enabled"));
        if is_on("One packet scheduling") {
            options.push_str(" -o");
        }
        let named = match scheduler {
            "sh" => ["sh-fallback", "sh-port", "flag-3"],
            "mh" => ["mh-fallback", "mh-port", "flag-3"],
            _ => ["flag-1", "flag-2", "flag-3"],
        };
        let flags: Vec<&str> = named.into_iter().filter(|name| is_on(name)).collect();
        if !flags.is_empty() {
            write!(options, " -b {}", flags.join(",")).expect("memory");
        }
        let _ = place;
        options
    }
}

fn server_options(server: &HashMap<String, String>, place: &Place) -> String {
    let method = server["forwarding method"].as_str();
    let mut port: u16 = server["RPORT"].parse().expect("a port");
    if let Place::Address(address) = place
        && (method != "NAT" || port == 0)
    {
        port = address.port();
    } else if method != "NAT" {
        port = 0;
    }
    let ip: IpAddr = server["RIP"].parse().expect("an address");
    let endpoint = SocketAddr::new(ip, port);
    let sum = |text: &str| match text {
        "no checksum" => "--tun-nocsum",
        "checksum" => "--tun-csum",
        _ => "--tun-remcsum",
    };
    let parts: Vec<&str> = method.split(", ").collect();
    let (flag, tunnel) = match parts.as_slice() {
        ["NAT"] => ("-m", String::new()),
        ["DR"] => ("-g", String::new()),
        ["TUN", "type = IPIP"] => ("-i", " --tun-type ipip".to_owned()),
        ["TUN", "type = GRE", checksum] => ("-i", format!(" --tun-type gre {}", sum(checksum))),
        ["TUN", gue, checksum] => {
            let port = gue.strip_prefix("type = GUE").unwrap_or_default();
            ("-i", format!("{port} {}", sum(checksum)))
        }
        ["TUN", "type = GUE", port, checksum] => {
            let port = port.strip_prefix("port = ").expect("a port");
            ("-i", format!(" --tun-type gue --tun-port {port} {}", sum(checksum)))
        }
        other => panic!("{other:?}"),
    };
    let mut options = format!("{endpoint} {flag} -w {}{tunnel}", server["WEIGHT"]);
    let (lower, upper) = server["connection limit range"].split_once(" -> ").expect("a range");
    if upper != "0" {
        write!(options, " -x {upper}").expect("memory");
        if lower != "0" {
            write!(options, " -y {lower}").expect("memory");
        }
    }
    options
}

fn services(topology: &str) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    let mut groups: HashMap<String, Vec<Place>> = HashMap::new();
    let (mut group, mut in_server) = (String::new(), false);
    for line in topology.lines().map(str::trim) {
        if line.starts_with("------< Real server") {
            services.last_mut().expect("a service").servers.push(HashMap::new());
            in_server = true;
        } else if line.starts_with("------< Virtual server >") {
            services.push(Service::default());
            in_server = false;
        } else if let Some(rest) = line.strip_prefix("Virtual Server Group = ") {
            group = rest.split(',').next().unwrap_or_default().to_owned();
        } else if let Some(rest) = line.strip_prefix("VS GROUP = [") {
            let service = services.last_mut().expect("a service");
            service.is_group = true;
            service.places = groups[rest.split(']').next().unwrap_or_default()].clone();
        } else if let Some(mark) = line.strip_prefix("VS FWMARK = ") {
            services.last_mut().expect("a service").places = vec![Place::Mark(mark.to_owned(), None)];
        } else if let Some(rest) = line.strip_prefix("VS VIP = ") {
            services.last_mut().expect("a service").places = range(rest);
        } else if let Some(rest) = line.strip_prefix("VIP Range = ").or(line.strip_prefix("VIP = ")) {
            groups.entry(group.clone()).or_default().extend(range(rest));
        } else if let Some(mark) = line.strip_prefix("FWMARK = ") {
            let (mark, family) =
                mark.split_once(' ').map_or((mark, None), |(mark, family)| (mark, Some(family == "IPv6")));
            groups.entry(group.clone()).or_default().push(Place::Mark(mark.to_owned(), family));
        } else if let Some(rest) = line.strip_prefix("RIP = ") {
            let server =
                services.last_mut().and_then(|service| service.servers.last_mut()).expect("a server");
            for part in format!("RIP = {rest}").split(", ") {
                let (name, value) = part.split_once(" = ").expect("a value");
                server.insert(name.to_owned(), value.split(' ').next().unwrap_or_default().to_owned());
            }
        } else if let Some((name, value)) = line.split_once(" = ") {
            let service = services.last_mut().expect("a service");
            let settings =
                if in_server { service.servers.last_mut().expect("a server") } else { &mut service.settings };
            settings.insert(name.to_owned(), value.to_owned());
        }
    }
    services
}

/// `192.0.2.1-192.0.2.3, VPORT = 80`.
fn range(text: &str) -> Vec<Place> {
    let (addresses, port) = text.split_once(", VPORT = ").expect("a port");
    let (first, last) = addresses.split_once('-').unwrap_or((addresses, addresses));
    let number = |text: &str| match text.parse::<IpAddr>().expect("an address") {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    };
    let is_ipv4 = first.contains('.');
    let address = |number: u128| match is_ipv4 {
        true => IpAddr::V4((number as u32).into()),
        false => IpAddr::V6(number.into()),
    };
    let port = port.parse().expect("a port");
    (number(first)..=number(last))
        .map(|number| Place::Address(SocketAddr::new(address(number), port)))
        .collect()
}

fn checks(checkers: &str) -> HashMap<String, Check> {
    let mut checks = HashMap::new();
    let mut current: Option<(String, Check)> = None;
    for line in checkers.lines().map(str::trim) {
        if let Some((service, _)) = line.split_once(" -> [") {
            current = Some((service.to_owned(), Check::default()));
            continue;
        }
        let Some((name, check)) = current.as_mut() else { continue };
        let Some((key, value)) = line.split_once(" = ") else { continue };
        let us = || value.trim_end_matches(" us").parse::<u64>().expect("microseconds");
        match key {
            "Delay loop" => check.times_us[0] = us(),
            "Warmup" => check.times_us[1] = us(),
            "Delay before retry" => check.times_us[2] = us(),
            "Timeout" => check.times_us[3] = (value.parse::<f64>().expect("seconds") * 1e6 + 0.5) as u64,
            "Retries" => check.retry = value.parse().expect("a number"),
            "Keepalive method" => {
                let method = value.split(',').next().unwrap_or_default();
                if matches!(method, "TCP_CHECK" | "HTTP_GET" | "SSL_GET" | "SMTP_CHECK" | "DNS_CHECK") {
                    checks.entry(name.clone()).or_insert_with(|| check.clone());
                }
            }
            _ => {}
        }
    }
    checks
}
