//! Opening a log, and what is said about it on stderr.

use std::fs::{self, File};
use std::io::{Read, stdin};

use ipvslab_scenarios::log::{Client, Clock, Faulty, Format, LogError, LogReader, LogRow, Options, Wanted};

use super::args::{Family, Source};
use crate::exit::{Exit, Failure};
use crate::print::talk;

/// A log that is being read, with what is worth saying about it at the end.
pub(crate) struct Input {
    pub(crate) reader: LogReader,
    pub(crate) origin: String,
    rows: u64,
    v4: u64,
    v6: u64,
}

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
            faulty: if source.skip_bad { Faulty::LeaveOut } else { Faulty::Refuse },
            window: u64::from(source.window) * 1_000_000_000,
            clock: if source.keep_ticks { Clock::Keep } else { Clock::Spread },
            clients: match source.clients {
                None => Wanted::All,
                Some(Family::Ipv4) => Wanted::V4,
                Some(Family::Ipv6) => Wanted::V6,
            },
        };
        let reader = LogReader::open(file, &origin, options).map_err(|error| failure(&error))?;
        let input = Self { reader, origin, rows: 0, v4: 0, v6: 0 };
        if !source.quiet {
            input.introduce(source.from);
        }
        Ok(input)
    }

    /// What the log is, and what it lacks.
    fn introduce(&self, said: Option<Format>) {
        let format = self.reader.format();
        if said.is_none() {
            talk(format_args!("note: {}: {} (--from {format})", self.origin.escape_debug(), format.words()));
        }
        if let Some(better) = self.reader.better_format() {
            talk(format_args!("warning: this looks more like {} (--from {better})", better.words()));
        }
        match format {
            Format::Nginx if !self.reader.columns().duration => talk(format_args!(
                "warning: nginx logs the end of a request, and without $request_time its arrival is not known: times are those of the ends"
            )),
            Format::Apache if !self.reader.columns().duration && said.is_none() => talk(format_args!(
                "note: without durations it may be nginx's as well; then times are those of the ends"
            )),
            _ => {}
        }
    }

    /// The next row.
    pub(crate) fn advance(&mut self) -> Result<Option<LogRow>, Failure> {
        let row = self.reader.next().transpose().map_err(|error| failure(&error))?;
        if let Some(LogRow { client: Client::Address(address), .. }) = &row {
            *if address.is_ipv4() { &mut self.v4 } else { &mut self.v6 } += 1;
        }
        self.rows += u64::from(row.is_some());
        Ok(row)
    }

    /// After the last row: what was done to the rows, and what was left out.
    pub(crate) fn conclude(&self) {
        let left = self.reader.left();
        for fault in &left.faults {
            talk(format_args!("warning: left out: {fault}"));
        }
        if left.bad + left.late > 0 {
            talk(format_args!(
                "warning: rows read: {}; left out as bad: {}; left out as too late: {}",
                self.rows, left.bad, left.late
            ));
        }
        if left.foreign > 0 {
            talk(format_args!("note: left out as not of TCP or UDP: {}", left.foreign));
        }
        if left.unwanted > 0 {
            talk(format_args!("note: left out for their clients' IP version: {}", left.unwanted));
        }
        if self.v4 > 0 && self.v6 > 0 {
            talk(format_args!(
                "warning: clients are of both IP versions (rows: {} IPv4, {} IPv6), and a service has one: --clients ipv4 takes one",
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

/// The message with its help.
fn failure(error: &LogError) -> Failure {
    let exit = if error.is_nothing_left() { Exit::NothingSelected } else { Exit::InvalidInput };
    let help = error.help().map_or(String::new(), |help| format!("\nhelp: {help}"));
    Failure::new(exit, format!("error: {error}{help}"))
}
