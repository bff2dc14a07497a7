//! `trace convert` and `trace inspect`.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::Place;

/// Three requests that were logged when they were over; the second one took longest.
const LOG: &str = "\
192.0.2.1 - - [10/Mar/2024:10:00:01 +0000] \"GET /a HTTP/1.1\" 200 100 \"-\" \"curl\" 0.500
192.0.2.2 - - [10/Mar/2024:10:00:04 +0000] \"GET /b HTTP/1.1\" 200 900 \"-\" \"curl\" 4.000
192.0.2.1 - - [10/Mar/2024:10:00:04 +0000] \"GET /a HTTP/1.1\" 200 100 \"-\" \"curl\" 0.250
";
const TRACE: &str = "\
arrival_s,client,object,response_bytes,duration_s
0,192.0.2.2,/b,900,4
0.5,192.0.2.1,/a,100,0.5
3.75,192.0.2.1,/a,100,0.25
";

fn with_log() -> Place {
    let place = Place::new();
    place.write("access.log", LOG);
    place
}

#[test]
fn a_log_becomes_a_trace_on_stdout_or_in_a_file() {
    let place = with_log();
    let printed = place.run(&["trace", "convert", "access.log", "--keep-ticks"]);
    assert_eq!(printed.succeeds(), TRACE);
    assert!(
        printed.stderr.contains("note: access.log: a combined log of nginx (--from nginx)"),
        "{printed:?}"
    );
    let written = place.run(&["trace", "convert", "access.log", "--keep-ticks", "--quiet", "-o", "web.csv"]);
    assert_eq!((written.succeeds(), written.stderr.as_str()), ("", ""));
    assert_eq!(fs::read_to_string(place.path("web.csv")).expect("a trace"), TRACE);
    place.run(&["trace", "convert", "access.log", "-o", "web.csv.gz"]).succeeds();
    assert!(fs::read(place.path("web.csv.gz")).expect("a trace").starts_with(&[0x1f, 0x8b]));
    assert_eq!(place.files(), ["access.log", "web.csv", "web.csv.gz"]);
}

#[test]
fn stdin_is_a_log_too() {
    let place = Place::new();
    let mut command = place.command(&["trace", "convert", "-", "--from", "nginx", "--keep-ticks"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut started = command.spawn().expect("the binary runs");
    started.stdin.take().expect("a pipe").write_all(LOG.as_bytes()).expect("it reads");
    let ended = started.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8(ended.stdout).expect("UTF-8"), TRACE);
}

/// `| head`.
#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let place = Place::new();
    place.write("access.log", &LOG.repeat(20_000));
    let mut command = place.command(&["trace", "convert", "access.log", "--quiet"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn a_converted_log_runs() {
    let place = with_log();
    place.run(&["trace", "convert", "access.log", "-o", "web.csv.gz"]).succeeds();
    place.write(
        "web.toml",
        "title = \"Web\"\n[run]\nreplications = 2\n[service]\naddress = \"10.0.0.1:80\"\nschedulers = [\"rr\", \"wlc\"]\n\
         [[servers]]\nname = \"web\"\ncount = 2\nslots = 4\n\
         [arrivals.trace]\nfile = \"web.csv.gz\"\ntime = \"arrival_s\"\ntime_format = \"unix_s\"\n\
         [work.trace]\nper = { duration_s = \"1s\" }\nmissing = \"zero\"\n[clients.trace]\ncolumn = \"client\"\n",
    );
    assert!(place.run(&["compare", "web.toml", "--quiet"]).succeeds().contains("wlc"));
}

#[test]
fn a_fault_leaves_no_file() {
    let place = with_log();
    place.write("bad.log", &LOG.replace(" 900 ", " 9OO "));
    let bad = ["trace", "convert", "bad.log", "-o", "web.csv"];
    place.run(&bad).fails(3, &["error: bad.log:2:66: $body_bytes_sent: found \"9OO\"", "help: --skip-bad"]);
    place
        .run(&["trace", "convert", "access.log", "--from", "elb", "-o", "web.csv"])
        .fails(3, &["--from nginx"]);
    place
        .run(&["trace", "convert", "access.log", "--window", "0", "-o", "web.csv"])
        .fails(3, &["access.log:2: arrived", "--window"]);
    place.write("empty.log", "");
    place
        .run(&["trace", "convert", "empty.log", "-o", "web.csv"])
        .fails(3, &["empty.log: the file is empty"]);
    place.run(&["trace", "convert", "missing.log", "-o", "web.csv"]).fails(3, &["cannot read missing.log"]);
    place.run(&["trace", "convert", ".", "-o", "web.csv"]).fails(3, &["it is a directory"]);
    place
        .run(&["trace", "convert", "access.log", "--clients", "ipv6"])
        .fails(4, &["none of its 3 lines is left"]);
    place.run(&["trace", "convert", "access.log", "--from", "nginxx"]).fails(2, &["nginx"]);
    assert_eq!(place.files(), ["access.log", "bad.log", "empty.log"]);
    let skipped = place.run(&[&bad[..], &["--skip-bad"]].concat());
    skipped.succeeds();
    assert!(
        skipped.stderr.contains("rows read: 2; skipped as unreadable: 1; skipped as too late: 0"),
        "{skipped:?}"
    );
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_asked() {
    let place = with_log();
    place.write("web.csv", "mine");
    let convert = ["trace", "convert", "access.log", "--keep-ticks", "-o", "web.csv"];
    place.run(&convert).fails(6, &["--out web.csv: it already exists", "--force"]);
    assert_eq!(fs::read_to_string(place.path("web.csv")).expect("mine"), "mine");
    place.run(&[&convert[..], &["--force"]].concat()).succeeds();
    assert_eq!(fs::read_to_string(place.path("web.csv")).expect("a trace"), TRACE);
    place
        .run(&["trace", "convert", "access.log", "-o", "nowhere/web.csv"])
        .fails(6, &["cannot write into nowhere"]);
    place
        .run(&["trace", "inspect", "access.log", "--plot", "web.csv"])
        .fails(6, &["--plot web.csv: it already exists"]);
}

#[test]
fn logs_and_traces_are_inspected_alike() {
    let place = with_log();
    place.write("web.csv", TRACE);
    let of_log = place.run(&["trace", "inspect", "access.log", "--keep-ticks", "--plot", "rate.svg"]);
    let of_trace = place.run(&["trace", "inspect", "web.csv"]);
    let rest = |text: &str| text.split_once('\n').expect("a title").1.to_owned();
    assert_eq!(rest(of_log.succeeds()), rest(of_trace.succeeds()));
    for said in ["3 rows in 3.75 s", "clients: 2 different", "192.0.2.1", "/a", "longest gaps"] {
        assert!(of_log.stdout.contains(said), "{said:?} is not in\n{}", of_log.stdout);
    }
    let plot = fs::read_to_string(place.path("rate.svg")).expect("a plot");
    assert!(plot.contains("<title>Arrivals over time – access.log</title>"), "{plot}");
    let json = place.run(&["trace", "inspect", "access.log", "--keep-ticks", "--quiet", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(json.succeeds()).expect("JSON");
    assert_eq!((&json["schema"], &json["rows"]), (&"ipvslab.trace/1".into(), &3.into()));
    // Gaps of 0.5 s and 3.25 s: mean 1.875, variance 3.78125.
    let scv = json["interarrival_scv"].as_f64().expect("a number");
    assert!((scv - 3.78125 / (1.875 * 1.875)).abs() < 1e-9, "{scv}");
    assert_eq!(json["clients"]["top"][0], serde_json::json!(["192.0.2.1", 2]));
}

#[test]
fn an_interrupted_conversion_leaves_nothing() {
    let place = Place::new();
    let mut command = place.command(&["trace", "convert", "-", "--from", "nginx", "-o", "web.csv"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary runs");
    // Held open until it has ended: the end of its input would end it otherwise.
    let input = child.stdin.take();
    let started = Instant::now();
    while place.files().is_empty() && started.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(10));
    }
    assert_eq!(place.files().len(), 1, "the staging directory is there");
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    drop(input);
    assert!(place.files().is_empty(), "{:?}", place.files());
}

/// What the server's configuration says of its log is read there.
#[test]
fn the_format_is_read_from_the_servers_configuration() {
    let place = with_log();
    place.write(
        "nginx.conf",
        "http {\n log_format main '$remote_addr';\n log_format timed '$remote_addr - $remote_user [$time_local] \"$request\" '\n\
         '$status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_time';\n}\n",
    );
    let convert =
        |format: &str| place.run(&["trace", "convert", "access.log", "--keep-ticks", "--log-format", format]);
    let read = convert("@nginx.conf:timed");
    assert_eq!(read.succeeds(), TRACE);
    assert!(read.stderr.contains("duration 0.500 s ($request_time)"), "{read:?}");
    convert("@nginx.conf")
        .fails(3, &["found several log formats: main, timed", "--log-format '@nginx.conf:main'"]);
    convert("@nginx.conf:tined").fails(3, &["did you mean `timed`?"]);
    convert("@nginx.conf:main")
        .fails(2, &["the format '$remote_addr': found no time, expected a time: $time_local"]);
    convert("@missing.conf").fails(3, &["cannot read missing.conf"]);
    convert("$remote_addr [$time_local] $status")
        .fails(3, &["access.log:1:44: the line does not match the format: $status: found"]);
    convert("nothing").fails(2, &["expected variables such as nginx's $remote_addr"]);
    place.write("plain.log", &LOG.replace(" 0.500", "").replace(" 4.000", "").replace(" 0.250", ""));
    let plain = place.run(&["trace", "convert", "plain.log", "--log-format", "combined"]);
    assert!(plain.stderr.contains("note: plain.log: format string of Apache: client 192.0.2.1"), "{plain:?}");
    convert("combined").fails(3, &["after %{User-Agent}i: found \" 0.500\", expected the end of the line"]);
}

#[test]
fn fields_of_ones_own_are_mapped() {
    let place = Place::new();
    place.write("app.jsonl", "{\"t\":\"2024-03-10T10:00:01Z\",\"ip\":\"192.0.2.1\",\"took\":500}\n");
    place.write("app.csv", "t;ip;took\n2024-03-10T10:00:01Z;192.0.2.1;500\n");
    for log in ["app.jsonl", "app.csv"] {
        let map = [
            "trace",
            "convert",
            log,
            "--keep-ticks",
            "--map",
            "time=t:iso8601:end,client=ip,duration=took:ms",
        ];
        assert_eq!(place.run(&map).succeeds(), "arrival_s,client,duration_s\n0,192.0.2.1,0.5\n", "{log}");
    }
    let inspect = ["trace", "inspect", "app.csv", "--map", "time=t:iso8601:end,client=ip"];
    assert!(place.run(&inspect).succeeds().contains("192.0.2.1"));
    place.run(&["trace", "convert", "app.jsonl", "--map", "client=ip"]).fails(2, &["--map: found no time"]);
    place.run(&["trace", "convert", "app.jsonl"]).fails(3, &["it is JSON", "t (2024-03-10T10:00:01Z)"]);
}

#[test]
fn doubtful_clients_are_told() {
    let place = Place::new();
    let line = |front: &str| {
        format!(
            "{front} - - [10/Mar/2024:10:00:01 +0000] \"GET /a HTTP/1.1\" 200 100 \"-\" \"curl\" \"203.0.113.9\"\n"
        )
    };
    place.write("proxy.log", &line("192.0.2.1").repeat(12));
    place.write("name.log", &line("host.example.net"));
    let convert = |arguments: &[&str]| place.run(&[&["trace", "convert"], arguments].concat());
    let proxy = convert(&["proxy.log"]);
    assert!(proxy.stderr.contains("all 12 rows have the client 192.0.2.1: if that is a proxy"), "{proxy:?}");
    assert!(convert(&["proxy.log", "--client", "forwarded"]).succeeds().contains("203.0.113.9"));
    let name = convert(&["name.log"]);
    assert!(name.stderr.contains("a client is host.example.net, not an address"), "{name:?}");
}

/// Each of the flags that a message lists is tried.
#[test]
fn readings_are_listed_with_the_flags_that_choose() {
    let place = Place::new();
    place.write(
        "access.log",
        "192.0.2.1 - - [10/Mar/2024:10:00:01 +0000] \"GET /a HTTP/1.1\" 200 100 \"-\" \"curl\" 1500\n",
    );
    let convert = |arguments: &[&str]| place.run(&[&["trace", "convert", "access.log"], arguments].concat());
    let listed = convert(&[]);
    listed.fails(
        3,
        &[
            "access.log:1: ambiguous: 1500, after the byte count, could be",
            "help: pass the flag of the right one",
        ],
    );
    let flags: Vec<&str> = listed
        .stderr
        .lines()
        .filter_map(|line| line.split_once(": --")?.1.split_once(' '))
        .map(|(_, unit)| unit)
        .collect();
    assert_eq!(flags, ["us", "ms", "s", "none"]);
    for (unit, end) in [("us", ",0.0015\n"), ("ms", ",1.5\n"), ("s", ",1500\n"), ("none", ",100\n")] {
        assert!(convert(&["--duration-unit", unit]).succeeds().ends_with(end), "{unit}");
    }
}
