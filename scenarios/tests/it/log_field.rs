//! Logs as servers in the field write them, shortened: what is to be read of each was worked out by hand from the format that
//! the server was given, not by this program.

use ipvslab_scenarios::log::{Format, FormatString, Given, Options, Says};

use crate::log_samples::{convert, exact};

/// A log, flags, its trace, and what is said of it.
struct Case {
    name: &'static str,
    log: &'static str,
    options: Options,
    trace: &'static str,
    /// Parts of the note of what was taken for what.
    said: &'static [&'static str],
}

macro_rules! case {
    ($name:literal, $options:expr, $said:expr, $trace:literal) => {
        Case {
            name: $name,
            log: include_str!(concat!("logs/field/", $name)),
            options: $options,
            trace: $trace,
            said: $said,
        }
    };
}

fn string(text: &str) -> Options {
    let format = FormatString::parse(text, Says::default()).unwrap_or_else(|error| panic!("{error}"));
    Options { given: Some(Given::String(Box::new(format))), ..exact() }
}

fn said(format: Format) -> Options {
    Options { format: Some(format), ..exact() }
}

fn cases() -> Vec<Case> {
    vec![
        // $gzip_ratio behind the agent is no time.
        case!(
            "nginx-gzip-ratio.log",
            exact(),
            &["client 192.0.2.7", "end 05/Dec/2025:12:00:00 +0100", "not read: 3.40"],
            "arrival_s,client,object,response_bytes\n0,192.0.2.7,/a,5000\n10,192.0.2.8,/b,5000\n"
        ),
        // "$http_x_forwarded_for" "$gzip_ratio" $request_time $bytes_sent $request_length
        case!(
            "nginx-gzip-time-length.log",
            exact(),
            &["duration 0.020 s ($request_time)", "not read: 3.25, 5300, 300"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.02\n8.52,192.0.2.8,/b,5000,1.5\n"
        ),
        case!(
            "nginx-gzip-time-length.log",
            string(
                r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for" "$gzip_ratio" $request_time $bytes_sent $request_length"#
            ),
            &["duration 0.020 s ($request_time)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.02\n8.52,192.0.2.8,/b,5000,1.5\n"
        ),
        // The same with the status in quotes.
        case!(
            "nginx-quoted-status.log",
            exact(),
            &["duration 0.020 s ($request_time)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.02\n8.52,192.0.2.8,/b,5000,1.5\n"
        ),
        // %I and %O are bytes.
        case!(
            "apache-combinedio.log",
            exact(),
            &["start 05/Dec/2025:12:00:00 +0100", "bytes 5000", "not read: 450, 5500"],
            "arrival_s,client,object,response_bytes\n0,192.0.2.7,/a,5000\n10,192.0.2.8,/b,5000\n"
        ),
        // %v in front.
        case!(
            "vhost-without-port.log",
            exact(),
            &["host www.example.org, client 192.0.2.7"],
            "arrival_s,client,object,response_bytes\n0,192.0.2.7,www.example.org/a,5000\n10,192.0.2.8,www.example.org/b,5000\n"
        ),
        case!(
            "syslog-prefix.log",
            exact(),
            &["client 192.0.2.7", "duration 0.250 s"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.25\n9.8,192.0.2.8,/b,5000,0.45\n"
        ),
        // The request ends at its quote.
        case!(
            "haproxy-httpslog.log",
            exact(),
            &["object /a"],
            "arrival_s,client,client_port,object,response_bytes,duration_s\n0,192.0.2.10,40000,/a,5120,0.25\n1,192.0.2.10,40001,/a,5120,0.25\n"
        ),
        case!(
            "haproxy-lines-of-no-request.log",
            exact(),
            &["client 192.0.2.10"],
            "arrival_s,client,client_port,object,response_bytes,duration_s\n0,192.0.2.10,40000,/a,5120,0.25\n"
        ),
        // %D of a log that was said to be Apache's.
        case!(
            "apache-common-duration.log",
            said(Format::Apache),
            &["duration 3012345 us (%D)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,3.012345\n10,192.0.2.8,/b,0,0.012345\n"
        ),
        // Of two times the request's is at least as long in every line.
        case!(
            "nginx-upstream-time-first.log",
            exact(),
            &["duration 0.020 s ($request_time)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.02\n8.52,192.0.2.8,/b,5000,1.5\n"
        ),
        case!(
            "nginx-time-before-referer.log",
            exact(),
            &["duration 0.020 s ($request_time)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.7,/a,5000,0.02\n8.52,192.0.2.8,/b,5000,1.5\n"
        ),
        case!(
            "envoy-text.log",
            exact(),
            &["client 192.0.2.23:37652", "duration 3 ms (%DURATION%)"],
            "arrival_s,client,client_port,object,response_bytes,duration_s\n0,192.0.2.23,37652,httpbin:8000/status/418,135,0.003\n"
        ),
        case!(
            "nginx-json.log",
            exact(),
            &["end 2024-05-01T12:00:00+00:00", "duration 0.250 s (request_time)"],
            "arrival_s,client,object,response_bytes,duration_s\n\
             0,192.0.2.10,www.example.org/a,5120,0.25\n0.75,192.0.2.11,www.example.org/b,512,1.5\n"
        ),
        case!(
            "nginx-json.log",
            Options {
                given: Some(Given::Map(Box::new(
                    "time=@timestamp:iso8601:end,client=remote_addr,object=request,bytes=body_bytes_sent,duration=request_time:s"
                        .parse()
                        .expect("a mapping")
                ))),
                ..exact()
            },
            &["object \"GET /a HTTP/1.1\""],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.10,/a,5120,0.25\n0.75,192.0.2.11,/b,512,1.5\n"
        ),
        // IIS: time-taken is in ms, and the time that of the end.
        case!(
            "w3c-fields.log",
            exact(),
            &["duration 250 ms (time-taken)"],
            "arrival_s,client,object,response_bytes,duration_s\n0,192.0.2.10,/a,5120,0.25\n0.75,192.0.2.11,/b,512,1.5\n"
        ),
        case!(
            "caddy-json.log",
            exact(),
            &["client 192.0.2.10", "end 1716723772.6014807", "duration 0.250 s"],
            "arrival_s,client,client_port,object,response_bytes,duration_s\n0,192.0.2.10,38574,www.example.org/a,5120,0.25\n"
        ),
    ]
}

#[test]
fn logs_are_read_as_their_servers_meant_them() {
    for Case { name, log, options, trace, said } in cases() {
        let (found, reader) = convert(log.as_bytes(), options)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}", error.help().unwrap_or_default()));
        assert_eq!(found, trace, "{name}: {:?}", reader.about());
        let reading = reader.about().reading.as_deref().unwrap_or_default();
        for said in said {
            assert!(reading.contains(said), "{name}: {said:?} is not in {reading}");
        }
    }
}

#[test]
fn lines_of_no_request_are_counted_apart_and_are_no_faults() {
    let log = include_str!("logs/field/haproxy-lines-of-no-request.log");
    let (_, reader) = convert(log.as_bytes(), exact()).expect("a log");
    assert_eq!((reader.left().no_requests, reader.left().bad), (3, 0));
}

#[test]
fn a_number_of_no_name_is_asked_for() {
    let log = include_str!("logs/field/apache-common-duration.log");
    let error = convert(log.as_bytes(), exact()).map(drop).expect_err("several readings");
    let text = error.to_string();
    for said in [
        "web.log:1: ambiguous: 3012345, after the byte count, could be",
        "--duration-unit us",
        "--duration-unit none",
    ] {
        assert!(text.contains(said), "{said:?} is not in {text}");
    }
}

/// The window that the message names is enough.
#[test]
fn the_window_that_is_named_is_enough_for_the_whole_log() {
    let log = include_str!("logs/field/window-hint.jsonl");
    let error = convert(log.as_bytes(), exact()).map(drop).expect_err("out of order");
    let help = error.help().expect("a window");
    let window = help.strip_prefix("--window ").and_then(|rest| rest.split_once(' ')).expect("a window").0;
    assert_eq!(window, "150", "{help}");
    let window = window.parse::<u64>().expect("seconds") * 1_000_000_000;
    let (trace, _) = convert(log.as_bytes(), Options { window, ..exact() }).expect("in order");
    assert_eq!(trace.lines().count(), 5);
}
