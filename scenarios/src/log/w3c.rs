//! The W3C's extended log file format (working draft WD-logfile-960323), whose `#Fields:` line names the columns: Microsoft's
//! IIS, with blanks, and Amazon CloudFront, with tabs.
//!
//! Date and time are those of the end, in UTC. `time-taken` is in seconds by the draft and in CloudFront's logs, in milliseconds
//! in those of IIS.

use std::borrow::Cow;

use super::clock_text::ClockText;
use super::flaw::Flaw;
use super::line::Line;
use super::meaning::{Instant, Meaning, Unit};
use super::row::Columns;
use super::said::{Said, Who};

/// A log, as its first lines describe it.
#[derive(Clone, Debug)]
pub(crate) struct W3c {
    who: Who,
    /// The unit of `time-taken`, if it was said.
    unit: Option<Unit>,
    is_iis: bool,
    /// The date of a `#Date:` line, for logs that have no such column.
    date: Option<String>,
    /// What the columns mean; none before the `#Fields:` line.
    fields: Vec<Column>,
}

/// A column that is named.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    meaning: Option<Meaning>,
}

impl W3c {
    pub(crate) fn new(who: Who, unit: Option<Unit>) -> Self {
        Self { who, unit, is_iis: false, date: None, fields: Vec::new() }
    }

    /// What the columns say, once they are named.
    pub(crate) fn columns(&self) -> Columns {
        super::program::columns(|is_it| {
            self.fields.iter().filter_map(|column| column.meaning.as_ref()).any(is_it)
        })
    }

    /// Whether a column is X-Forwarded-For.
    pub(crate) fn says_forwarded(&self) -> bool {
        self.fields.iter().any(|column| column.meaning == Some(Meaning::Forwarded))
    }

    /// Reads a line.
    pub(crate) fn parse(&mut self, line: &str) -> Result<Line, Flaw> {
        if let Some(directive) = line.strip_prefix('#') {
            return self.directive(directive).map(|()| Line::Comment);
        }
        let mut said = Said::default();
        self.run(line, |name, meaning, text| {
            said.put(meaning, text.clone()).map_err(|expected| match &text {
                Cow::Borrowed(text) => Flaw::found(name, line, text, expected),
                Cow::Owned(text) => Flaw::new(name.to_owned(), &**text, expected),
            })
        })?;
        said.row(self.who, Instant::End).map(Line::Row)
    }

    /// Calls `take` with what each column is called, what it means, and its text.
    pub(crate) fn run<'a>(
        &self,
        line: &'a str,
        mut take: impl FnMut(&str, &Meaning, Cow<'a, str>) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        if self.fields.is_empty() {
            return Err(Flaw::new("line", line, "a #Fields: line that names the columns before it"));
        }
        let separator = if line.contains('\t') { '\t' } else { ' ' };
        let (mut date, mut clock) = (self.date.as_deref(), None);
        let mut columns = self.fields.iter();
        for text in line.split(separator) {
            let Some(Column { name, meaning }) = columns.next() else {
                return Err(Flaw::found("line", line, text, "no more fields than #Fields: names"));
            };
            match (name.as_str(), meaning) {
                ("date", _) => date = Some(text),
                ("time", _) => clock = Some(text),
                (_, Some(meaning)) => take(name, meaning, Cow::Borrowed(text))?,
                _ => {}
            }
        }
        if let (Some(date), Some(clock)) = (date, clock) {
            take("date time", &Meaning::Time(ClockText::Iso), Cow::Owned(format!("{date}T{clock}")))?;
        }
        Ok(())
    }

    fn directive(&mut self, directive: &str) -> Result<(), Flaw> {
        let named =
            directive.split_once(':').filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let (name, rest) = named.ok_or_else(|| {
            Flaw::new("line", Some(directive), "a name and a colon after #, such as #Fields:")
        })?;
        let rest = rest.trim();
        match name.to_ascii_lowercase().as_str() {
            "software" => self.is_iis = rest.contains("Microsoft"),
            "date" => self.date = rest.split(' ').next().filter(|date| !date.is_empty()).map(str::to_owned),
            "fields" => self.named(rest)?,
            _ => {}
        }
        Ok(())
    }

    fn named(&mut self, names: &str) -> Result<(), Flaw> {
        let names: Vec<&str> = names.split_ascii_whitespace().collect();
        let has = |name: &str| names.iter().any(|found| found.eq_ignore_ascii_case(name));
        let unit = match self.unit {
            Some(unit) => Some(unit),
            None if has("x-edge-location") => Some(Unit::Seconds),
            None if self.is_iis || has("s-sitename") || has("sc-win32-status") => Some(Unit::Millis),
            None => None,
        };
        if has("time-taken") && unit.is_none() {
            let expected = "its unit too: --duration-unit ms (IIS) or --duration-unit s (the W3C's draft)";
            return Err(Flaw::new("#Fields", "time-taken", expected));
        }
        for (column, is_there) in [("time", has("time")), ("c-ip", has("c-ip"))] {
            if !is_there {
                return Err(Flaw::new("#Fields", &*names.join(" "), format!("{column} among them")));
            }
        }
        // What was asked by name goes before the name of the server.
        let hosts = ["x-host-header", "cs-host", "cs(host)"];
        let host = hosts.into_iter().find(|name| has(name));
        let forwarded = ["x-forwarded-for", "cs(x-forwarded-for)"].into_iter().find(|name| has(name));
        let column = |name: &&str| {
            let lower = name.to_ascii_lowercase();
            let meaning = match lower.as_str() {
                "c-ip" => Some(Meaning::Client),
                "c-port" => Some(Meaning::ClientPort),
                "cs-uri-stem" => Some(Meaning::Object),
                "cs-uri" if !has("cs-uri-stem") => Some(Meaning::Object),
                "cs-uri-query" => Some(Meaning::Query),
                "sc-bytes" => Some(Meaning::Bytes),
                "time-taken" => unit.map(Meaning::Duration),
                lower if Some(lower) == host => Some(Meaning::Host),
                lower if Some(lower) == forwarded => Some(Meaning::Forwarded),
                _ => None,
            };
            Column { name: lower, meaning }
        };
        self.fields = names.iter().map(column).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str], unit: Option<Unit>) -> Result<Vec<String>, Flaw> {
        let mut log = W3c::new(Who::Peer, unit);
        let mut rows = Vec::new();
        for line in lines {
            if let Line::Row(row) = log.parse(line)? {
                rows.push(row.shown());
            }
        }
        Ok(rows)
    }

    const FIELDS: &str = "#Fields: date time c-ip cs-uri-stem cs-uri-query sc-status sc-bytes time-taken";
    const LINE: &str = "2024-05-01 12:00:00 192.0.2.7 /a b=c 200 5000 250";

    #[test]
    fn iis_and_cloudfront_are_read_in_their_units() {
        let row = r#"1714564799750 192.0.2.7 Some("/a?b=c") Some(5000) Some(250000000)"#.to_owned();
        let software = "#Software: Microsoft Internet Information Services 10.0";
        assert_eq!(rows(&[software, "#Version: 1.0", FIELDS, LINE], None), Ok(vec![row.clone()]));
        assert_eq!(rows(&[FIELDS, LINE], Some(Unit::Millis)), Ok(vec![row.clone()]));
        let cloudfront = "#Fields: date time x-edge-location sc-bytes c-ip cs(Host) cs-uri-stem cs-uri-query x-host-header time-taken";
        let line =
            "2024-05-01\t12:00:00\tFRA2\t5000\t192.0.2.7\td1.cloudfront.net\t/a\tb=c\twww.example.org\t0.250";
        assert_eq!(rows(&[cloudfront, line], None), Ok(vec![row.replace("/a", "www.example.org/a")]));
    }

    #[test]
    fn the_date_may_stand_above() {
        let fields = "#Fields: time c-ip cs-uri-stem";
        let read =
            rows(&["#Date: 2024-05-01 12:00:00", fields, "12:00:01 192.0.2.7 /a"], None).expect("a row");
        assert!(read[0].starts_with("1714564801000 "), "{read:?}");
        let flaw = rows(&[fields, "12:00:01 192.0.2.7 /a"], None).expect_err("no date");
        assert_eq!(flaw.part, "time");
    }

    #[test]
    fn what_is_not_known_is_asked_for() {
        let flaw = rows(&[FIELDS, LINE], None).expect_err("no unit");
        assert!(flaw.to_string().contains("--duration-unit ms"), "{flaw}");
        let flaw = rows(&["#Fields: date time cs-uri-stem"], None).expect_err("no client");
        assert_eq!((&*flaw.part, &*flaw.expected), ("#Fields", "c-ip among them"));
        assert_eq!(rows(&[LINE], None).expect_err("no fields").part, "line");
        assert_eq!(rows(&["#path\tconn"], None).expect_err("another log's").part, "line");
        let flaw = rows(&["#Fields: date time c-ip", LINE], None).expect_err("too many");
        assert_eq!(flaw.column, Some(31));
    }
}
