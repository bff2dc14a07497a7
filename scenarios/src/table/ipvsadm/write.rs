//! Writing a table for `ipvsadm -R`.

use std::fmt::{self, Write as _};

use ipvslab_sim::{Persistence, Protocol, Reached, ServiceKey, ipv4_mask};

use crate::table::{Checksum, Encapsulation, Method, Server, Service, Table};

/// What is done with connection thresholds, which `ipvsadm -S` forgets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thresholds {
    /// `-x` and `-y` are written; `ipvsadm -R` takes them.
    Write,
    /// As `ipvsadm -S` does.
    LeaveOut,
}

/// The lines that make this table: timeouts, then every service with its servers behind it, in the order of the table.
///
/// Apart from the order, which `ipvsadm -S` sorts, and apart from the thresholds and `flag-3` of sh and mh, these are
/// the lines that it saves.
pub fn write(table: &Table, thresholds: Thresholds) -> String {
    let mut text = String::new();
    if let Some(set) = table.timeouts {
        line(&mut text, format_args!("--set {} {} {}", set.tcp_s, set.tcp_fin_s, set.udp_s));
    }
    for service in &table.services {
        let key = Named(service.key);
        line(&mut text, format_args!("-A {key}{}", Settings(service)));
        for server in &service.servers {
            line(&mut text, format_args!("-a {key} {}", Line(server, thresholds)));
        }
    }
    text
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory");
}

/// A virtual service as ipvsadm's options name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named(pub ServiceKey);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.reached, self.0.protocol) {
            (Reached::Address(address), Protocol::Tcp) => write!(f, "-t {address}"),
            (Reached::Address(address), Protocol::Udp) => write!(f, "-u {address}"),
            (Reached::Address(address), Protocol::Sctp) => write!(f, "--sctp-service {address}"),
            (Reached::Mark { ipv6: false, mark }, _) => write!(f, "-f {mark}"),
            (Reached::Mark { ipv6: true, mark }, _) => write!(f, "-f {mark} -6"),
        }
    }
}

struct Settings<'a>(&'a Service);

impl fmt::Display for Settings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let service = self.0;
        write!(f, " -s {}", service.scheduler)?;
        if let Some(Persistence { timeout, prefix }) = service.persistence {
            write!(f, " -p {}", timeout.as_nanos() / 1_000_000_000)?;
            match service.is_ipv6() {
                true if prefix != 128 => write!(f, " -M {prefix}")?,
                false if prefix != 32 => write!(f, " -M {}", ipv4_mask(prefix))?,
                _ => {}
            }
        }
        if service.one_packet {
            f.write_str(" -o")?;
        }
        if let Some(engine) = &service.engine {
            write!(f, " --pe {engine}")?;
        }
        for (number, name) in service.flags.names(service.scheduler).enumerate() {
            write!(f, "{}{name}", if number == 0 { " -b " } else { "," })?;
        }
        Ok(())
    }
}

struct Line<'a>(&'a Server, Thresholds);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(server, written) = self;
        let method = match server.method {
            Method::Masquerade => "-m",
            Method::DirectRoute => "-g",
            Method::Tunnel(_) => "-i",
        };
        write!(f, "-r {} {method} -w {}", server.endpoint, server.weight)?;
        if let Method::Tunnel(encapsulation) = server.method {
            match encapsulation {
                Encapsulation::Ipip => f.write_str(" --tun-type ipip")?,
                Encapsulation::Gue { port, checksum } => {
                    write!(f, " --tun-type gue --tun-port {port} {}", option(checksum))?;
                }
                Encapsulation::Gre(checksum) => write!(f, " --tun-type gre {}", option(checksum))?,
            }
        }
        let (upper, lower) = (server.thresholds.upper(), server.thresholds.lower());
        if *written == Thresholds::Write && upper > 0 {
            write!(f, " -x {upper}")?;
            if lower > 0 {
                write!(f, " -y {lower}")?;
            }
        }
        Ok(())
    }
}

fn option(checksum: Checksum) -> &'static str {
    match checksum {
        Checksum::None => "--tun-nocsum",
        Checksum::Own => "--tun-csum",
        Checksum::Remote => "--tun-remcsum",
    }
}
