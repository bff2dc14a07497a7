//! The lines of a listing, from any of its sources.

use std::net::SocketAddr;
use std::ops::Range;

use ipvslab_sim::{Protocol, Reached, ServiceKey};

use super::proc;
use super::section::Section;
use crate::table::Word;
use crate::table::names::HostNames;
use crate::table::refusal::Refusal;
use crate::table::word::{endpoint, lines, number};

/// A line that is no heading.
pub(in crate::table) enum Row<'a> {
    /// A service, and what follows its address.
    Service(Result<ServiceRow<'a>, Refusal>),
    /// A server of the service above.
    Server(Result<ServerRow<'a>, Refusal>),
    /// An entry of the connection table.
    Connection(Vec<Word<'a>>),
    /// A line of numbers.
    Numbers(Vec<Word<'a>>),
    /// The three timeouts.
    Timeouts(Vec<Word<'a>>),
    /// Anything else, by its first word.
    Other(Word<'a>),
}

/// `TCP  10.0.0.1:80 wlc`, and what follows.
pub(in crate::table) struct ServiceRow<'a> {
    pub(in crate::table) key: ServiceKey,
    pub(in crate::table) rest: Vec<Word<'a>>,
    pub(in crate::table) span: Range<usize>,
}

/// `  -> 10.1.0.1:80 Masq 1 0 0`.
pub(in crate::table) struct ServerRow<'a> {
    pub(in crate::table) endpoint: SocketAddr,
    pub(in crate::table) columns: Vec<Word<'a>>,
    pub(in crate::table) span: Range<usize>,
}

impl ServerRow<'_> {
    /// What to say where columns are missing.
    pub(in crate::table) fn too_short(&self, expected: usize) -> Refusal {
        let message = format!("found {} columns after the server, expected {expected}", self.columns.len());
        Refusal::new(message).at(&self.span)
    }
}

/// Whether a line is one of a listing, without any heading.
pub(super) fn is_row(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["TCP" | "UDP" | "SCTP", address, ..] => address.contains(':'),
        ["FWM", mark, _, ..] => mark.bytes().all(|byte| byte.is_ascii_hexdigit()),
        ["->", address, _, ..] => address.contains(':'),
        _ => false,
    }
}

/// The rows of a text, each with its section.
pub(in crate::table) struct Rows<'a> {
    lines: Vec<Vec<Word<'a>>>,
    at: usize,
    text: &'a str,
    section: Section,
    /// The protocol of the service above.
    protocol: Protocol,
    names: &'a HostNames,
}

impl<'a> Rows<'a> {
    pub(in crate::table) fn new(text: &'a str, names: &'a HostNames) -> Self {
        let lines = lines(text).collect();
        Self { lines, at: 0, text, section: Section::Unknown, protocol: Protocol::Tcp, names }
    }

    /// The section of a row that came without a heading.
    fn guessed(words: &[Word<'_>]) -> Section {
        let is_proc = words.get(1).is_some_and(|word| proc::is_address(word.text));
        match words.first().map(|word| word.text) {
            Some("TCP" | "UDP" | "SCTP") if is_proc => Section::Proc,
            Some("TCP" | "UDP" | "SCTP" | "FWM") => Section::List,
            _ => Section::Unknown,
        }
    }

    fn row(&mut self, words: Vec<Word<'a>>) -> Row<'a> {
        let is_entry = matches!(self.section, Section::Connections | Section::ProcConnections);
        let first = &words[0];
        match first.text {
            "Timeout" => Row::Timeouts(words.into_iter().skip(4).collect()),
            "TCP" | "UDP" | "SCTP" | "FWM" if !is_entry => {
                let service = self.service(&words);
                if let Ok(service) = &service {
                    self.protocol = service.key.protocol;
                }
                Row::Service(service)
            }
            "->" if !is_entry => Row::Server(self.server(&words)),
            _ if is_entry => Row::Connection(words),
            _ if matches!(
                self.section,
                Section::ProcStats | Section::ProcStatsPerCpu | Section::Exporter
            ) =>
            {
                Row::Numbers(words)
            }
            _ => Row::Other(first.clone()),
        }
    }

    fn service(&self, words: &[Word<'a>]) -> Result<ServiceRow<'a>, Refusal> {
        let [protocol, address, rest @ ..] = words else {
            return Err(Refusal::new("the service's address is missing").at(&words[0].span));
        };
        let is_proc = self.section == Section::Proc;
        let (key, rest) = if protocol.text == "FWM" {
            let mark = if is_proc {
                proc::mark(address)?
            } else {
                number(address, "a firewall mark", 1..=u32::MAX)?
            };
            let ipv6 = rest.first().is_some_and(|word| word.text == "IPv6");
            let rest = if ipv6 { &rest[1..] } else { rest };
            (ServiceKey { protocol: Protocol::Tcp, reached: Reached::Mark { mark, ipv6 } }, rest)
        } else {
            let protocol = match protocol.text {
                "UDP" => Protocol::Udp,
                "SCTP" => Protocol::Sctp,
                _ => Protocol::Tcp,
            };
            let endpoint = self.endpoint(address, protocol)?;
            (ServiceKey { protocol, reached: Reached::Address(endpoint) }, rest)
        };
        Ok(ServiceRow { key, rest: rest.to_vec(), span: address.span.clone() })
    }

    fn server(&self, words: &[Word<'a>]) -> Result<ServerRow<'a>, Refusal> {
        let [_, address, columns @ ..] = words else {
            return Err(Refusal::new("the server's address is missing").at(&words[0].span));
        };
        let endpoint = self.endpoint(address, self.protocol)?;
        Ok(ServerRow { endpoint, columns: columns.to_vec(), span: address.span.clone() })
    }

    fn endpoint(&self, word: &Word<'_>, protocol: Protocol) -> Result<SocketAddr, Refusal> {
        if matches!(self.section, Section::Proc) {
            return proc::endpoint(word);
        }
        match endpoint(word, protocol, self.names)? {
            (ip, Some(port)) => Ok(SocketAddr::new(ip, port)),
            (_, None) => {
                let refusal =
                    Refusal::new("the port is missing: ipvsadm truncates long names").at(&word.span);
                Err(refusal.help("`ipvsadm -Ln` shows addresses"))
            }
        }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = (Section, Row<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let words = std::mem::take(self.lines.get_mut(self.at)?);
            self.at += 1;
            let line = &self.text[words[0].span.start..words.last()?.span.end];
            if let Some(section) = Section::begun_by(line) {
                self.section = section;
            }
            if Section::is_heading(line) {
                continue;
            }
            if self.section == Section::Unknown {
                self.section = Self::guessed(&words);
            }
            return Some((self.section, self.row(words)));
        }
    }
}
