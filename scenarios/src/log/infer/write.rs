//! What was found of a log, written as a format string of its server.

use super::super::clock_text::ClockText;
use super::super::format_string::Dialect;
use super::super::meaning::Unit;
use super::column::{Column, Looks};
use super::sketch::{Kind, Layout};
use super::who::Role;

/// The columns of a log.
pub(super) struct Format<'a> {
    pub(super) dialect: Dialect,
    pub(super) layout: &'a Layout,
    pub(super) head: &'a [Column<'a>],
    pub(super) between: &'a [Column<'a>],
    pub(super) tail: &'a [Column<'a>],
}

impl Format<'_> {
    /// The format string, and the unit of its durations where it does not say it.
    pub(super) fn text(&self, roles: &[Role], duration: Option<(usize, Unit)>) -> (String, Option<Unit>) {
        let is_nginx = self.dialect == Dialect::Nginx;
        let of = |nginx: &'static str, apache: &'static str| if is_nginx { nginx } else { apache };
        let mut words = Vec::new();
        for (column, role) in self.head.iter().zip(roles) {
            let is_dash = column.looks == Looks::Nothing;
            let word = match role {
                Role::Client => of("$remote_addr", "%h"),
                Role::Forwarded => of("$http_x_forwarded_for", "%{X-Forwarded-For}i"),
                Role::Host if column.values.iter().all(|value| value.contains(':')) && !is_nginx => "%v:%p",
                Role::Host => of("$host", "%v"),
                Role::User => of("$remote_user", "%u"),
                Role::Other if is_dash && is_nginx => "-",
                Role::Other => of("$other", "%l"),
            };
            words.push(enclosed(column.kind, word));
        }
        words.push(match (&self.layout.clock, is_nginx) {
            (ClockText::Iso, true) => "[$time_iso8601]".to_owned(),
            (ClockText::Iso, false) => "[%{%FT%T%z}t]".to_owned(),
            (_, true) => "[$time_local]".to_owned(),
            (_, false) => "%t".to_owned(),
        });
        for column in self.between {
            let is_host = column.values.iter().all(|value| is_host(value));
            let word = if is_host { of("$host", "%v") } else { of("$other", "%{other}e") };
            words.push(enclosed(column.kind, word));
        }
        words.push(format!("\"{}\"", of("$request", "%r")));
        words.push(enclosed(self.layout.status, of("$status", "%>s")));
        words.push(enclosed(self.layout.bytes, of("$body_bytes_sent", "%b")));
        let mut unit = None;
        for (at, column) in self.tail.iter().enumerate() {
            let word = match duration {
                Some((place, of_it)) if place == at => {
                    let (word, needs_unit) = self.duration(column, of_it);
                    unit = needs_unit.then_some(of_it);
                    word
                }
                _ => self.passed(at, column),
            };
            words.push(enclosed(column.kind, &word));
        }
        (words.join(" "), unit)
    }

    /// The variable of a duration, and whether its unit must be said besides.
    fn duration(&self, column: &Column<'_>, unit: Unit) -> (String, bool) {
        let (word, needs_unit) = match (self.dialect, unit) {
            (Dialect::Nginx, unit) => ("$request_time", unit != Unit::Seconds),
            (_, Unit::Seconds) => ("%T", false),
            (_, Unit::Millis) => ("%{ms}T", false),
            (Dialect::Tomcat, Unit::Micros) => ("%{us}T", false),
            (_, Unit::Micros) => ("%D", false),
            (_, Unit::Nanos) => ("%T", true),
        };
        (labelled(column, word), needs_unit)
    }

    /// The variable of a word that is passed over, as far as it can be named.
    fn passed(&self, at: usize, column: &Column<'_>) -> String {
        let is_first = |number: usize| at == number && column.kind == Kind::Quoted;
        let is_nginx = self.dialect == Dialect::Nginx;
        let word = match column.looks {
            Looks::Seconds { .. } if is_nginx => "$upstream_response_time",
            Looks::Ratio if is_nginx => "$gzip_ratio",
            Looks::Endpoints if is_nginx => "$upstream_addr",
            _ if (column.looks == Looks::Addresses || column.is_labelled_forwarded()) && is_nginx => {
                "$http_x_forwarded_for"
            }
            _ if column.looks == Looks::Addresses || column.is_labelled_forwarded() => "%{X-Forwarded-For}i",
            _ if is_first(0) && is_nginx => "$http_referer",
            _ if is_first(1) && is_nginx => "$http_user_agent",
            _ if is_first(0) => "%{Referer}i",
            _ if is_first(1) => "%{User-Agent}i",
            Looks::Number if !is_nginx => "%O",
            _ if is_nginx => "$other",
            _ => "%{other}e",
        };
        labelled(column, word)
    }
}

/// A variable behind its label: `rt=$request_time`, `uct="$other"`.
fn labelled(column: &Column<'_>, word: &str) -> String {
    match column.label().filter(|_| column.looks == Looks::Labelled) {
        Some(label) if column.values.iter().all(|value| value[label.len()..].starts_with('"')) => {
            format!("{label}\"{word}\"")
        }
        Some(label) => format!("{label}{word}"),
        None => word.to_owned(),
    }
}

fn enclosed(kind: Kind, word: &str) -> String {
    match kind {
        Kind::Bare => word.to_owned(),
        Kind::Quoted => format!("\"{word}\""),
        Kind::Bracketed => format!("[{word}]"),
    }
}

/// Whether it is the name of a host, perhaps with a port.
fn is_host(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_' | '[' | ']');
    value.contains('.') && value.chars().all(is_name) && value.chars().any(|c| c.is_ascii_alphabetic())
}
