//! The rows of a trace, read: time, work, sizes, client, destination.

use std::net::{IpAddr, Ipv4Addr};

use ipvslab_schedulers::Span;

use super::clock::TimeFormat;
use super::error::{Cause, TraceError};
use super::fields::Fields;
use super::input::{Input, TraceFile};
use crate::amount::Amount;
use crate::pool::Pool;
use crate::quantity::Duration;
use crate::size::Size;
use crate::words::Missing;

/// What a row says about a connection. What is `None` is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    /// Nanoseconds since the first row, in the trace's own time.
    pub(crate) elapsed: u64,
    pub(crate) work: Option<Span>,
    /// Bytes.
    pub(crate) request: Option<u32>,
    /// Bytes.
    pub(crate) response: Option<u32>,
    pub(crate) client: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) destination: Option<IpAddr>,
}

/// Which columns a trace is read from, and what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) file: TraceFile,
    pub(crate) time: String,
    pub(crate) format: TimeFormat,
    pub(crate) work: Option<Costs>,
    pub(crate) request: Option<SizeColumn>,
    pub(crate) response: Option<SizeColumn>,
    pub(crate) client: Option<ClientColumns>,
    pub(crate) destination: Option<DestinationColumn>,
    /// At most this many rows.
    pub(crate) limit: u64,
    /// Only rows before this time, in the trace's own nanoseconds since the first row.
    pub(crate) until: u64,
}

/// Work from columns of numbers; costs are nanoseconds.
#[derive(Clone, Debug)]
pub(crate) struct Costs {
    pub(crate) constant: f64,
    pub(crate) per: Vec<(String, f64)>,
    pub(crate) missing: Missing,
}

/// A size from a column of numbers.
#[derive(Clone, Debug)]
pub(crate) struct SizeColumn {
    pub(crate) column: String,
    /// The bytes that a 1 stands for.
    pub(crate) unit: f64,
    pub(crate) missing: Missing,
}

/// The most that a number of a column may stand for, and how that is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    most: f64,
    expected: &'static str,
}

impl Limit {
    pub(crate) fn of<Q: Amount>() -> Self {
        Self { most: Q::MOST, expected: Q::WITHIN }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ClientColumns {
    pub(crate) address: String,
    pub(crate) port: Option<String>,
    /// Whose addresses stand for names.
    pub(crate) pool: Pool,
}

#[derive(Clone, Debug)]
pub(crate) struct DestinationColumn {
    pub(crate) address: String,
    /// Whose addresses stand for names.
    pub(crate) pool: Pool,
}

/// [`Costs`] by the positions of their columns.
#[derive(Debug)]
struct WorkColumns {
    constant: f64,
    per: Vec<(usize, f64)>,
    missing: Missing,
}

/// The rows of a trace, one after the other.
#[derive(Debug)]
pub(crate) struct Rows {
    fields: Fields,
    time: usize,
    format: TimeFormat,
    work: Option<WorkColumns>,
    request: Option<(usize, SizeColumn)>,
    response: Option<(usize, SizeColumn)>,
    client: Option<(usize, Option<usize>, Pool)>,
    destination: Option<(usize, Pool)>,
    left: u64,
    until: u64,
    /// Whether a row was at `until` or beyond.
    is_cut: bool,
    first: Option<i64>,
    last: i64,
}

impl Rows {
    /// Reads `input` as `layout` says.
    pub(crate) fn new(layout: &Layout, input: Input) -> Result<Self, TraceError> {
        let fields = Fields::new(&layout.file.shown, layout.file.dialect, input)?;
        let time = fields.column(&layout.time)?;
        let work = match &layout.work {
            Some(costs) => {
                let per = costs.per.iter().map(|(name, cost)| Ok((fields.column(name)?, *cost)));
                let per = per.collect::<Result<_, TraceError>>()?;
                Some(WorkColumns { constant: costs.constant, per, missing: costs.missing })
            }
            None => None,
        };
        let size = |of: &Option<SizeColumn>| {
            let place = |of: &SizeColumn| Ok((fields.column(&of.column)?, of.clone()));
            of.as_ref().map(place).transpose()
        };
        let (request, response) = (size(&layout.request)?, size(&layout.response)?);
        let client = match &layout.client {
            Some(columns) => {
                let port = columns.port.as_deref().map(|name| fields.column(name)).transpose()?;
                Some((fields.column(&columns.address)?, port, columns.pool))
            }
            None => None,
        };
        let destination = match &layout.destination {
            Some(columns) => Some((fields.column(&columns.address)?, columns.pool)),
            None => None,
        };
        Ok(Self {
            fields,
            time,
            format: layout.format,
            work,
            request,
            response,
            client,
            destination,
            left: layout.limit,
            until: layout.until,
            is_cut: false,
            first: None,
            last: 0,
        })
    }

    fn read(&mut self) -> Result<Option<Row>, TraceError> {
        if self.left == 0 || !self.fields.advance()? {
            return Ok(None);
        }
        self.left -= 1;
        let elapsed = self.elapsed()?;
        if elapsed >= self.until {
            (self.left, self.is_cut) = (0, true);
            return Ok(None);
        }
        let (client, port) = match self.client {
            Some((column, port, pool)) => {
                (Some(self.address(column, pool)?), port.map(|column| self.port(column)).transpose()?)
            }
            None => (None, None),
        };
        let destination = match self.destination {
            Some((column, pool)) => Some(self.address(column, pool)?),
            None => None,
        };
        let (request, response) = (self.size(&self.request)?, self.size(&self.response)?);
        Ok(Some(Row { elapsed, work: self.work()?, request, response, client, port, destination }))
    }

    /// How many rows the trace has, and what it spans, with what comes after the end of the run; no more rows than a few millions
    /// are looked at, and none after a faulty one.
    pub(crate) fn beyond(mut self, mut rows: u64, mut span: u64) -> (u64, u64) {
        const MOST: u64 = 5_000_000;
        if !self.is_cut {
            return (rows, span);
        }
        (rows, span) = (rows + 1, self.last.abs_diff(self.first.unwrap_or(self.last)));
        for _ in 0..MOST {
            if !self.fields.advance().unwrap_or(false) {
                break;
            }
            let Ok(elapsed) = self.elapsed() else { break };
            (rows, span) = (rows + 1, elapsed);
        }
        (rows, span)
    }

    fn elapsed(&mut self) -> Result<u64, TraceError> {
        let time = self
            .format
            .parse(self.fields.field(self.time))
            .ok_or_else(|| self.fields.bad_field(self.time, self.format.expected()))?;
        let first = *self.first.get_or_insert_with(|| {
            self.last = time;
            time
        });
        if time < self.last {
            return Err(self.fields.fault(Cause::Backwards { by_ns: self.last.abs_diff(time) }));
        }
        self.last = time;
        Ok(time.abs_diff(first))
    }

    fn work(&self) -> Result<Option<Span>, TraceError> {
        let Some(WorkColumns { constant, per, missing }) = &self.work else { return Ok(None) };
        let mut work = *constant;
        for &(column, cost) in per {
            work += amount_of(&self.fields, column, cost, *missing, Limit::of::<Duration>())?;
        }
        Ok(Some(Span::from_nanos((work + 0.5) as u64)))
    }

    fn size(&self, of: &Option<(usize, SizeColumn)>) -> Result<Option<u32>, TraceError> {
        let Some((column, SizeColumn { unit, missing, .. })) = of else { return Ok(None) };
        let bytes = amount_of(&self.fields, *column, *unit, *missing, Limit::of::<Size>())?;
        Ok(Some((bytes + 0.5) as u32))
    }

    fn address(&self, column: usize, pool: Pool) -> Result<IpAddr, TraceError> {
        let field = self.fields.field(column);
        if field.is_empty() || field.contains(&0) {
            return Err(self.fields.bad_field(column, "an address or a name"));
        }
        match literal(field) {
            Some(address) if address.is_ipv4() != pool.is_v4() => {
                let family = if pool.is_v4() { "IPv4" } else { "IPv6" };
                Err(self.fields.bad_field(column, format!("an {family} address, like the service's")))
            }
            Some(address) => Ok(address),
            None => Ok(pool.address_of(field)),
        }
    }

    fn port(&self, column: usize) -> Result<u16, TraceError> {
        let text = std::str::from_utf8(self.fields.field(column)).unwrap_or_default();
        text.parse().map_err(|_| self.fields.bad_field(column, "a port, 0..=65535"))
    }
}

/// What a number of the present row stands for, in nanoseconds or bytes: `unit` for each 1 of it.
pub(super) fn amount_of(
    fields: &Fields,
    column: usize,
    unit: f64,
    missing: Missing,
    limit: Limit,
) -> Result<f64, TraceError> {
    let field = fields.field(column);
    if matches!(field, b"" | b"-") && missing == Missing::Zero {
        return Ok(0.0);
    }
    let number = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f64>().ok());
    match number {
        Some(number) if number >= 0.0 && number * unit < limit.most => Ok(number * unit),
        Some(number) if number >= 0.0 => Err(fields.bad_field(column, limit.expected)),
        _ => Err(fields.bad_field(column, "a number of at least 0")),
    }
}

/// The address that is written in `field`, if it is one; names are sorted out before they are parsed.
fn literal(field: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(field).ok()?;
    if field[0].is_ascii_digit()
        && field.len() <= 15
        && let Ok(address) = text.parse::<Ipv4Addr>()
    {
        return Some(IpAddr::V4(address));
    }
    if field.contains(&b':') && field.len() <= 45 { text.parse().ok() } else { None }
}

impl Iterator for Rows {
    type Item = Result<Row, TraceError>;

    /// After an error there is nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        let row = self.read();
        if row.is_err() {
            self.left = 0;
        }
        row.transpose()
    }
}
