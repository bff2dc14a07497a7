//! The formats and what is read of each, as a table of Markdown: docs/traces.md has it, and a test keeps it in step.

use super::format::{Format, Reader, base};
use super::format_string::{FormatString, Says};
use super::mapping::Mapping;
use super::meaning::{Instant, Meaning};
use super::said::Who;

/// What is read of a format: arrival, client, object or destination, bytes, duration.
type Cells = [String; 5];

/// The table, a row a format.
pub fn overview() -> String {
    let mut table =
        "| `--from` | log | arrival | client | object | bytes | duration |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for format in Format::ALL {
        let words = format.words().trim_start_matches("a ").trim_start_matches("an ");
        let cells = cells(format).map(|cell| if cell.is_empty() { "–".to_owned() } else { cell });
        table.push_str(&format!("| `{format}` | {words} | {} |\n", cells.join(" | ")));
    }
    table
}

fn cells(format: Format) -> Cells {
    match format.reader() {
        Reader::String(dialect, text) => {
            let says = Says { dialect: Some(dialect), who: Who::Forwarded, ..Says::default() };
            let format = FormatString::parse(text, says).expect("the formats with names are sound");
            of_program(&format)
        }
        Reader::Json(text) => {
            let mapping: Mapping = text.parse().expect("the mappings with names are sound");
            let meant: Vec<(String, Meaning)> = mapping
                .fields
                .iter()
                .map(|field| (field.names.join("`, `"), field.meaning.clone()))
                .collect();
            of_meanings(&meant, mapping.instant)
        }
        Reader::Family(dialect) => {
            let says = Says { dialect: Some(dialect), ..Says::default() };
            let format = FormatString::parse(base(dialect), says).expect("a sound format");
            let [arrival, client, object, bytes, _] = of_program(&format);
            let arrival = arrival.replace(", the end", " minus the duration");
            [arrival, client, object, bytes, "[as its lines say](#what-is-taken-for-what)".to_owned()]
        }
        Reader::Own | Reader::Said => own(format).map(str::to_owned),
    }
}

fn of_program(format: &FormatString) -> Cells {
    let meant = format.program.meant();
    let meant: Vec<(String, Meaning)> =
        meant.map(|(name, meaning)| (name.to_owned(), meaning.clone())).collect();
    of_meanings(&meant, format.program.instant)
}

/// The names of the values by what they mean.
fn of_meanings(meant: &[(String, Meaning)], instant: Instant) -> Cells {
    let named = |is_it: fn(&Meaning) -> bool| {
        let names = meant.iter().filter(|(_, meaning)| is_it(meaning)).map(|(name, _)| format!("`{name}`"));
        names.collect::<Vec<_>>().join(", ")
    };
    let time = named(|meaning| matches!(meaning, Meaning::Time(_)));
    let unit = meant
        .iter()
        .find_map(|(_, meaning)| if let Meaning::Duration(unit) = meaning { Some(*unit) } else { None });
    let duration = named(|meaning| matches!(meaning, Meaning::Duration(_)));
    let has_bytes = meant.iter().any(|(_, meaning)| *meaning == Meaning::Bytes);
    let arrival = match (instant, unit) {
        (Instant::Start, _) => time,
        (Instant::End, Some(_)) => format!("{time} minus the duration"),
        (Instant::End, None) => format!("{time}, the end"),
    };
    [
        arrival,
        named(|meaning| matches!(meaning, Meaning::Client | Meaning::ClientAndPort)),
        named(|meaning| {
            matches!(
                meaning,
                Meaning::Host | Meaning::Object | Meaning::Request | Meaning::Query | Meaning::Destination
            )
        }),
        if has_bytes {
            named(|meaning| *meaning == Meaning::Bytes)
        } else {
            named(|meaning| *meaning == Meaning::AllBytes)
        },
        unit.map_or(duration.clone(), |unit| format!("{duration}, {}", unit.name())),
    ]
}

/// What parsers of their own read.
fn own(format: Format) -> [&'static str; 5] {
    match format {
        Format::Pcap => {
            ["the first SYN, or the first UDP packet", "source", "destination address and port", "", ""]
        }
        Format::Trace => ["`arrival_s`", "`client`", "unchanged", "unchanged", "unchanged"],
        Format::Zeek | Format::ZeekJson => {
            ["`ts`", "`id.orig_h`", "`id.resp_h`, `id.resp_p`", "`resp_bytes`", "`duration`, s"]
        }
        Format::Alb => [
            "`request_creation_time`; in old logs `time` minus the duration",
            "`client:port`",
            "`request`",
            "`sent_bytes`",
            "the three processing times together, s",
        ],
        Format::Elb => [
            "`timestamp`",
            "`client:port`",
            "`request`",
            "`sent_bytes`",
            "the three processing times together, s",
        ],
        Format::Nlb => [
            "`time` minus the duration",
            "`client:port`",
            "`domain_name`, a destination",
            "`sent_bytes`",
            "`connection_time`, ms",
        ],
        Format::W3c => [
            "`date`, `time` minus the duration",
            "`c-ip`",
            "`x-host-header`, `cs-host` or `cs(Host)`, `cs-uri-stem`, `cs-uri-query`",
            "`sc-bytes`",
            "`time-taken`, ms of IIS, s of CloudFront",
        ],
        Format::HaproxyHttp => [
            "the date in brackets",
            "the word before it",
            "the request",
            "`bytes_read`",
            "`Ta`, in old logs `Tt`, ms",
        ],
        Format::HaproxyTcp => [
            "the date in brackets",
            "the word before it",
            "the frontend, a destination",
            "`bytes_read`",
            "`Tt`, ms",
        ],
        _ => [""; 5],
    }
}
