//! Logs become traces: every format, and the traps in them.

use std::fs;

use ipvslab_scenarios::log::{Clock, Faulty, Format, Options, Wanted, overview};
use ipvslab_scenarios::parse;

use crate::log_samples::{convert, exact, gzip, samples, zstd};

fn trace(log: &str, options: Options) -> String {
    convert(log.as_bytes(), options).unwrap_or_else(|error| panic!("{error}\n{log}")).0
}

fn message(log: &str, options: Options) -> String {
    let error = convert(log.as_bytes(), options).map(drop).expect_err("a faulty log");
    let help = error.help().map_or(String::new(), |help| format!("\n{help}"));
    format!("{error}{help}")
}

/// A request at this second of a minute, with what comes after its line.
fn line(second: u32, rest: &str) -> String {
    format!(
        "192.0.2.1 - - [10/Mar/2024:10:00:{second:02} +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"{rest}\n"
    )
}

#[test]
fn every_sample_is_recognised_and_read_as_checked_by_hand() {
    for sample in samples() {
        for packed in [sample.log.clone(), gzip(&sample.log), zstd(&sample.log)] {
            let (trace, reader) =
                convert(&packed, sample.exact()).unwrap_or_else(|error| panic!("{}: {error}", sample.name));
            assert_eq!(trace, sample.trace, "{}", sample.name);
            assert_eq!(reader.format(), sample.format, "{}", sample.name);
        }
    }
}

#[test]
fn saying_the_format_changes_nothing_and_a_wrong_one_names_the_right_one() {
    for sample in samples() {
        let said = |format| Options { format: Some(format), ..exact() };
        let (trace, _) = convert(&sample.log, said(sample.format)).expect("its own format");
        assert_eq!(trace, sample.trace, "{}", sample.name);
        let wrong = if sample.format == Format::Zeek { Format::Elb } else { Format::Zeek };
        let error = convert(&sample.log, said(wrong)).map(drop).expect_err("the wrong format");
        let help = error.help().expect("a proposal");
        assert!(help.contains(&format!("--from {}", sample.format)), "{}: {error}: {help}", sample.name);
    }
}

/// A scenario's reader takes every trace, once a format's addresses are of one IP version.
#[test]
fn scenarios_read_what_is_written() {
    for sample in samples() {
        let options = Options { clients: Wanted::V4, ..sample.options() };
        let (trace, reader) = convert(&sample.log, options).expect("a sample");
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("web.csv.gz"), gzip(trace.as_bytes())).expect("a file");
        let columns = reader.columns();
        let mut scenario = "title = \"t\"\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\"]\n[[servers]]\n\
                            name = \"web\"\nslots = 4\n[arrivals.trace]\nfile = \"web.csv.gz\"\ntime = \"arrival_s\"\n\
                            time_format = \"unix_s\"\n"
            .to_owned();
        scenario += "[work.trace]\nconstant = \"1ms\"\nmissing = \"zero\"\n";
        if columns.response_bytes && columns.duration {
            scenario += "per = { response_bytes = \"1us\", duration_s = \"1s\" }\n";
        } else {
            scenario = scenario.replace("[work.trace]\nconstant = \"1ms\"\nmissing = \"zero\"\n", "");
            scenario += "[work.constant]\ntime = \"1ms\"\n";
        }
        scenario += "[clients.trace]\ncolumn = \"client\"\n";
        if columns.client_port {
            scenario += "port_column = \"client_port\"\n";
        }
        let loaded = parse(&scenario, "web.toml", directory.path())
            .unwrap_or_else(|problems| panic!("{}: {problems}\n{trace}", sample.name));
        let arrivals = loaded.scenario.arrivals(0).expect("a trace").count();
        assert_eq!(arrivals, trace.lines().count() - 1, "{}", sample.name);
    }
}

#[test]
fn a_trace_of_a_trace_is_the_same_trace() {
    for sample in samples() {
        let once = convert(&sample.log, sample.options()).expect("a sample").0;
        assert_eq!(trace(&once, Options::default()), once, "{}", sample.name);
    }
}

#[test]
fn whole_seconds_are_spread_within_themselves_the_same_way_every_time() {
    let log: String = (0..30).map(|row| line(row / 10, "")).collect();
    let spread = trace(&log, Options::default());
    let times: Vec<f64> = spread
        .lines()
        .skip(1)
        .map(|row| row.split(',').next().and_then(|time| time.parse().ok()).expect("a time"))
        .collect();
    assert!(times.is_sorted() && times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    // Times count from the first arrival, which is somewhere in the first second.
    assert!(times[9] < 1.0 && times[10] > 0.0 && times[29] < 3.0, "{times:?}");
    assert_eq!(spread, trace(&log, Options::default()));
    let kept = trace(&log, Options { clock: Clock::Keep, ..Options::default() });
    assert!(kept.contains("\n2,192.0.2.1"), "{kept}");
}

#[test]
fn mixed_time_zones_are_put_in_order_by_their_offsets() {
    let log = "a - - [10/Mar/2024:12:00:01 +0200] \"GET /1 HTTP/1.1\" 200 1\n\
               b - - [10/Mar/2024:02:00:00 -0800] \"GET /0 HTTP/1.1\" 200 1\n";
    assert_eq!(trace(log, exact()), "arrival_s,client,object,response_bytes\n0,b,/0,1\n1,a,/1,1\n");
}

#[test]
fn lines_beyond_the_window_are_refused_with_line_and_option_or_left_out() {
    let log: String = [59, 10, 5].map(|second| line(second, "")).concat();
    let narrow = Options { window: 45_000_000_000, ..exact() };
    assert_eq!(
        message(&log, narrow.clone()),
        "web.log:2: arrived 49 s before line 1, but the window for sorting entries is 45 s\n\
         --window 54 is enough for the whole log; --skip-bad skips late entries"
    );
    assert_eq!(trace(&log, exact()).lines().count(), 4);
    let (short, reader) = convert(log.as_bytes(), Options { faulty: Faulty::LeaveOut, ..narrow })
        .expect("late ones are left out");
    assert_eq!((short.lines().count(), reader.left().late, reader.left().bad), (2, 2, 0));
}

#[test]
fn bad_lines_are_refused_or_counted() {
    let log =
        [line(1, ""), "rubbish\n".into(), line(2, ""), "192.0.2.1 - - [x]\n".into(), line(3, "")].concat();
    assert_eq!(
        message(&log, exact()),
        "web.log:2:1: %h: found \"rubbish\", expected \" \" after it\n\
         --skip-bad skips such lines and counts them"
    );
    let (trace, reader) =
        convert(log.as_bytes(), Options { faulty: Faulty::LeaveOut, ..exact() }).expect("the rest");
    assert_eq!((trace.lines().count(), reader.left().bad), (4, 2));
    assert!(reader.left().faults[1].starts_with("web.log:4:16: %t: found"), "{:?}", reader.left().faults);
}

#[test]
fn apache_and_nginx_are_told_apart_by_what_only_one_of_them_writes() {
    let format = |rest| convert(line(1, rest).as_bytes(), exact()).expect("a line").1.format();
    assert_eq!(
        (format(" 0.002"), format(" \"3.40\""), format(""), format(" 450 5500")),
        (Format::Nginx, Format::Nginx, Format::Apache, Format::Apache)
    );
    let said = Options { format: Some(Format::Apache), ..exact() };
    let (_, reader) = convert(line(1, " 0.002").as_bytes(), said).expect("a line");
    assert_eq!(reader.about().better, Some(Format::Nginx));
}

#[test]
fn one_ip_version_can_be_taken() {
    let apache = &samples()[0];
    let rows = |clients| {
        convert(&apache.log, Options { clients, ..apache.exact() }).expect("a sample").0.lines().count() - 1
    };
    // A name is a client of either.
    assert_eq!((rows(Wanted::All), rows(Wanted::V4), rows(Wanted::V6)), (5, 4, 2));
    let only =
        convert(&samples()[4].log, Options { clients: Wanted::V6, ..exact() }).map(drop).expect_err("none");
    assert!(only.is_nothing_left(), "{only}");
}

#[test]
fn crlf_bom_blank_lines_and_no_end_of_the_last_line_just_work() {
    let log = format!("\u{feff}{}\r\n\n  \n{}", line(1, "").trim_end(), line(2, "").trim_end());
    assert_eq!(trace(&log, exact()).lines().count(), 3);
}

#[test]
fn what_is_no_utf8_is_replaced_and_control_characters_are_escaped() {
    let log = [&b"a - - [10/Mar/2024:12:00:01 +0200] \"GET /caf\xe9\x1b[31m HTTP/1.1\" 200 1\n"[..]].concat();
    let (trace, _) = convert(&log, exact()).expect("a line");
    assert!(trace.ends_with("0,a,/caf\u{fffd}%1B[31m,1\n"), "{trace:?}");
}

#[test]
fn the_documentations_table_is_made_of_the_readers() {
    const BEGIN: &str = "<!-- formats: made of the readers; BLESS=1 renews it -->\n";
    const END: &str = "<!-- end of formats -->";
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/traces.md");
    let text = fs::read_to_string(&page).expect("the page is in the repository");
    let (before, rest) = text.split_once(BEGIN).expect("the table is marked");
    let (table, after) = rest.split_once(END).expect("its end is marked");
    if std::env::var_os("BLESS").is_some() {
        fs::write(page, format!("{before}{BEGIN}{}{END}{after}", overview())).expect("the page is writable");
        return;
    }
    assert_eq!(table, overview(), "BLESS=1 renews the table");
}
