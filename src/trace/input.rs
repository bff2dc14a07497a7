//! Opening a log, and what is said about it on stderr.

use std::fs::{self, File};
use std::io::{Read, stdin};

use ipvslab_scenarios::log::{
    About, Client, Clock, Faulty, Format, Given, LogError, LogReader, LogRow, Options, Wanted, Who,
};

use super::format;
use crate::args::trace::{Family, Source};
use crate::exit::{Exit, Failure};
use crate::print::talk;

/// A log that is being read, with what is worth saying about it at the end.
pub(crate) struct Input {
    pub(crate) reader: LogReader,
    pub(crate) origin: String,
    who: Who,
    rows: u64,
    v4: u64,
    v6: u64,
    /// The client of all rows so far, if it is one.
    only: Option<Client>,
    /// A client that is no address.
    name: Option<Client>,
}

/// From this many rows, it is no accident that all are of one client.
const MANY: u64 = 10;

impl Input {
    /// Opens the file, and says what it is.
    pub(crate) fn open(source: &Source) -> Result<Self, Failure> {
        let is_stdin = source.file.as_os_str() == "-";
        let origin = if is_stdin { "stdin".to_owned() } else { source.file.display().to_string() };
        let unreadable = |why: String| {
            let origin = origin.escape_debug();
            Failure::new(Exit::InvalidInput, format!("error: cannot read {origin}: {why}"))
        };
        let file: Box<dyn Read + Send> = if is_stdin {
            Box::new(stdin())
        } else {
            let metadata = fs::metadata(&source.file).map_err(|error| unreadable(error.to_string()))?;
            if metadata.is_dir() {
                return Err(unreadable("it is a directory".to_owned()));
            }
            Box::new(File::open(&source.file).map_err(|error| unreadable(error.to_string()))?)
        };
        let options = Options {
            format: source.from,
            durations: format::durations(source),
            who: source.who(),
            // The end of a pipe may never come.
            reads_on: !is_stdin,
            faulty: if source.skip_bad { Faulty::LeaveOut } else { Faulty::Refuse },
            window: u64::from(source.window) * 1_000_000_000,
            clock: if source.keep_ticks { Clock::Keep } else { Clock::Spread },
            clients: match source.clients {
                None => Wanted::All,
                Some(Family::Ipv4) => Wanted::V4,
                Some(Family::Ipv6) => Wanted::V6,
            },
            given: format::given(source)?,
        };
        let said = match &options.given {
            Some(Given::String(format)) => Said::String(format.dialect().words()),
            Some(Given::Map(_)) => Said::Map,
            None if options.format.is_some() => Said::Format,
            None => Said::Nothing,
        };
        let reader = LogReader::open(file, &origin, options).map_err(|error| failure(&error))?;
        let input = Self { reader, origin, who: source.who(), rows: 0, v4: 0, v6: 0, only: None, name: None };
        if !source.quiet {
            input.introduce(said);
        }
        Ok(input)
    }

    /// What the log is, what was taken for what, and what it lacks.
    fn introduce(&self, said: Said) {
        let About { format, reading, better, prefix, lacks_arrivals, is_of_either, .. } = self.reader.about();
        let what = match said {
            Said::Nothing => format!("{} (--from {format})", format.words()),
            Said::Format => format.words().to_owned(),
            Said::String(server) => format!("format string of {server}"),
            Said::Map => "mapped by --map".to_owned(),
        };
        let taken = reading.as_ref().map_or(String::new(), |reading| format!(": {reading}"));
        talk(format_args!("note: {}: {what}{taken}", self.origin.escape_debug()));
        if let Some(prefix) = prefix {
            talk(format_args!("note: skipped at the start of lines: {prefix}"));
        }
        if let Some(better) = better {
            talk(format_args!("warning: this looks more like {} (--from {better})", better.words()));
        }
        if *lacks_arrivals {
            let who = if *format == Format::Nginx {
                "nginx logs the end of a request, and without $request_time"
            } else {
                "the log has the end of each request, and without its duration"
            };
            talk(format_args!("warning: {who} the arrival is unknown: times are those of the ends"));
        }
        if *is_of_either && said == Said::Nothing {
            talk(format_args!(
                "note: without durations it may also be nginx's; then times are those of the ends"
            ));
        }
    }

    /// The next row.
    pub(crate) fn advance(&mut self) -> Result<Option<LogRow>, Failure> {
        let row = self.reader.next().transpose().map_err(|error| failure(&error))?;
        if let Some(LogRow { client: Client::Address(address), .. }) = &row {
            *if address.is_ipv4() { &mut self.v4 } else { &mut self.v6 } += 1;
        }
        if let Some(LogRow { client, .. }) = &row {
            self.see(client);
        }
        Ok(row)
    }

    fn see(&mut self, client: &Client) {
        if self.rows == 0 {
            self.only = Some(client.clone());
        } else if self.only.as_ref().is_some_and(|only| only != client) {
            self.only = None;
        }
        if self.name.is_none() && matches!(client, Client::Name(_)) {
            self.name = Some(client.clone());
        }
        self.rows += 1;
    }

    /// Clients that are none: a proxy's address, a word of something else.
    fn doubt_clients(&self) {
        let About { format, says_forwarded, .. } = self.reader.about();
        if *format == Format::Trace {
            return;
        }
        let shown = |client: &Client| client.to_string().escape_debug().to_string();
        if let Some(only) = self.only.as_ref().filter(|_| self.rows >= MANY) {
            let help = match (says_forwarded, self.who) {
                (true, Who::Peer) => "--client forwarded uses X-Forwarded-For",
                _ => "--log-format shows where the client is",
            };
            talk(format_args!(
                "warning: all {} rows have the client {}: if that is a proxy or not a client, {help}",
                self.rows,
                shown(only)
            ));
        }
        if let Some(name) = &self.name {
            talk(format_args!(
                "warning: a client is {}, not an address: scenarios give each name an address of its own; if it is not the client, use --log-format to say which field is",
                shown(name)
            ));
        }
    }

    /// After the last row: what was done to the rows, and what was left out.
    pub(crate) fn conclude(&self) {
        let left = self.reader.left();
        for fault in &left.faults {
            talk(format_args!("warning: left out: {fault}"));
        }
        if left.bad + left.late > 0 {
            talk(format_args!(
                "warning: rows read: {}; skipped as unreadable: {}; skipped as too late: {}",
                self.rows, left.bad, left.late
            ));
        }
        if left.no_requests > 0 {
            talk(format_args!("note: skipped, not requests: {}", left.no_requests));
        }
        if left.foreign > 0 {
            talk(format_args!("note: skipped, neither TCP nor UDP: {}", left.foreign));
        }
        if left.unwanted > 0 {
            talk(format_args!("note: skipped by --clients: {}", left.unwanted));
        }
        self.doubt_clients();
        if self.v4 > 0 && self.v6 > 0 {
            talk(format_args!(
                "warning: clients are of both IP versions (rows: {} IPv4, {} IPv6), but a service has one: --clients ipv4 keeps one",
                self.v4, self.v6
            ));
        }
        if self.reader.spread_rows() > 0 {
            talk(format_args!(
                "note: times are whole seconds, and rows ({}) are spread over them; --keep-ticks leaves that to `spread` in the scenario",
                self.reader.spread_rows()
            ));
        }
    }
}

/// How much of a log's format was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    Nothing,
    Format,
    /// As this server writes it.
    String(&'static str),
    Map,
}

/// The message with its help.
fn failure(error: &LogError) -> Failure {
    let exit = if error.is_nothing_left() { Exit::NothingSelected } else { Exit::InvalidInput };
    let help = error.help().map_or(String::new(), |help| format!("\nhelp: {help}"));
    Failure::new(exit, format!("error: {error}{help}"))
}
