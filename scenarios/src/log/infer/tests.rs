//! Combined logs with more around them.

use super::*;

const HEAD: &str = r#"192.0.2.7 - - [05/Dec/2025:12:00:00 +0100] "GET /a HTTP/1.1" 200 5000"#;
const COMBINED: &str = r#""-" "curl/8.0""#;

fn lines(rests: &[&str]) -> Vec<String> {
    rests.iter().map(|rest| format!("{HEAD} {rest}")).collect()
}

fn inferred(lines: &[String], known: Known) -> Inferred {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    infer(&lines, known).expect("a combined log")
}

fn one(lines: &[String], known: Known) -> String {
    match inferred(lines, known) {
        Inferred::One(guess) => guess.text,
        several => panic!("{several:?}"),
    }
}

fn flags(lines: &[String], known: Known) -> Vec<String> {
    match inferred(lines, known) {
        Inferred::Several { readings, .. } => readings.into_iter().map(|reading| reading.flags).collect(),
        one => panic!("{one:?}"),
    }
}

const NGINX: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#;
const APACHE: &str = r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#;

#[test]
fn a_word_that_looks_like_one_thing_only_is_that() {
    for (rests, expected) in [
        (&[r#""3.40""#, r#""-""#][..], format!("{NGINX} \"$gzip_ratio\"")),
        (&["0.250", "1.500"], format!("{NGINX} $request_time")),
        (
            &[r#""-" "3.25" 0.020 5300 300"#, r#""-" "-" 1.500 5300 310"#],
            format!("{NGINX} \"$other\" \"$gzip_ratio\" $request_time $other $other"),
        ),
        (
            &[r#""-" 198.51.100.3:8080 200 0.010 0.020"#, r#""-" 198.51.100.3:8080 200 0.010 1.500"#],
            format!("{NGINX} \"$other\" $upstream_addr $other $upstream_response_time $request_time"),
        ),
        (
            &["0.250 0.248", "2.500 1.100, 1.399", "0.000 -"],
            format!("{NGINX} $request_time $upstream_response_time"),
        ),
        (
            &[r#"rt=0.250 uct="0.001" urt="0.1, 0.2""#],
            format!("{NGINX} rt=$request_time uct=\"$other\" urt=\"$other\""),
        ),
        (&[r#""203.0.113.9, 10.0.0.1""#, r#""-""#], format!("{NGINX} \"$http_x_forwarded_for\"")),
        (&["450 5500", "460 9500"], format!("{APACHE} %O %O")),
        (&["12ms", "3ms"], format!("{APACHE} %T")),
        (&["12.5 ms", "3 ms"], format!("{APACHE} %{{ms}}T %{{other}}e")),
        (&["ms:250 x"], format!("{APACHE} ms:%{{ms}}T %{{other}}e")),
        (
            &["X-Forwarded-For=\"10.0.0.1, 10.0.0.2\""],
            format!("{APACHE} X-Forwarded-For=\"%{{X-Forwarded-For}}i\""),
        ),
        (&["0.033 0.036", "1.500 1.490"], format!("{NGINX} $request_time $upstream_response_time")),
        (&["-"], format!("{APACHE} %{{other}}e")),
        (&[""], APACHE.to_owned()),
    ] {
        let rests: Vec<String> =
            rests.iter().map(|rest| format!("{COMBINED} {rest}").trim().to_owned()).collect();
        let rests: Vec<&str> = rests.iter().map(String::as_str).collect();
        assert_eq!(one(&lines(&rests), Known::default()), expected, "{rests:?}");
    }
    let before_referer = [r#""0.020" "0.010" "-" "curl" -"#, r#""1.500" "1.490" "-" "curl" -"#];
    let text = one(&lines(&before_referer), Known::default());
    assert!(text.contains(r#"$body_bytes_sent "$request_time" "$upstream_response_time""#), "{text}");
    let common = one(&lines(&[""]), Known::default());
    assert_eq!(common, r#"%h %l %u %t "%r" %>s %b"#);
}

#[test]
fn a_number_that_may_be_several_things_is_asked_for() {
    let number = lines(&[&format!("{COMBINED} 1500")]);
    let asked = ["--duration-unit us", "--duration-unit ms", "--duration-unit s", "--duration-unit none"];
    assert_eq!(flags(&number, Known::default()), asked);
    let tie = lines(&[&format!("{COMBINED} 0.010 0.010")]);
    assert_eq!(
        flags(&tie, Known::default()),
        [
            format!("--log-format '{NGINX} $request_time $upstream_response_time'"),
            format!("--log-format '{NGINX} $upstream_response_time $request_time'"),
            "--duration-unit none".to_owned(),
        ]
    );
    let upstream = lines(&[&format!("{COMBINED} 198.51.100.3:8080 0.010")]);
    assert_eq!(flags(&upstream, Known::default()).len(), 2);
    let several = lines(&[&format!("{COMBINED} 15 16 17")]);
    assert_eq!(flags(&several, Known::default()).len(), 4);
}

#[test]
fn what_is_said_decides() {
    let number = lines(&[&format!("{COMBINED} 1500")]);
    let known = |dialect, durations| Known { dialect, durations };
    let unit = |unit| Some(Durations::Of(unit));
    for (known, end) in [
        (known(Some(Dialect::Apache), None), " %D"),
        (known(Some(Dialect::Nginx), None), " $other"),
        (known(None, unit(Unit::Millis)), " %{ms}T"),
        (known(None, Some(Durations::None)), " %O"),
    ] {
        assert!(one(&number, known).ends_with(end), "{known:?}");
    }
    assert_eq!(flags(&number, known(Some(Dialect::Tomcat), None)).len(), 4);
    assert!(one(&number, known(Some(Dialect::Tomcat), unit(Unit::Micros))).ends_with(" %{us}T"));
    let twice = lines(&[&format!("{COMBINED} 1500 3")]);
    assert!(one(&twice, known(Some(Dialect::Apache), None)).ends_with(" %O %O"), "combinedio");
    let tie = lines(&[&format!("{COMBINED} 0.010 0.010")]);
    assert!(one(&tie, known(None, Some(Durations::None))).ends_with("$upstream_response_time"));
}

#[test]
fn the_client_is_the_word_that_is_an_address() {
    let at = |fronts: &[&str]| -> Vec<String> {
        fronts.iter().map(|front| HEAD.replace("192.0.2.7 - -", front)).collect()
    };
    for (fronts, expected) in [
        (&["www.example.org 192.0.2.7 - -"][..], "%v %h %l %u %t"),
        (&["www.example.org:443 192.0.2.7 - -"], "%v:%p %h %l %u %t"),
        (&["10.0.0.1:80 192.0.2.7 - -"], "%v:%p %h %l %u %t"),
        (&["host.example.net - -"], "%h %l %u %t"),
        (&["203.0.113.9, 10.0.0.1 - -"], "%{X-Forwarded-For}i %l %u %t"),
        (&["192.0.2.7 203.0.113.9 - -", "192.0.2.8 - - -"], "%h %{X-Forwarded-For}i %l %u %t"),
        (&["203.0.113.9, 10.1.1.1 192.0.2.7 - -"], "%{X-Forwarded-For}i %h %l %u %t"),
        (&["\"203.0.113.9, 10.1.1.1\" 192.0.2.7 - -"], "\"%{X-Forwarded-For}i\" %h %l %u %t"),
        (&["192.0.2.7 - [192.0.2.7] - -"], "%h %l [%l] %l %u %t"),
    ] {
        let text = one(&at(fronts), Known::default());
        assert!(text.starts_with(expected), "{fronts:?}: {text}");
    }
    let two = flags(&at(&["192.0.2.7 203.0.113.9 - -"]), Known::default());
    assert!(
        two[0].starts_with("--log-format '%h %{X-Forwarded-For}i %l")
            && two[1].starts_with("--log-format '%{X-Forwarded-For}i %h"),
        "{two:?}"
    );
    let behind: Vec<String> =
        (0..6).map(|row| HEAD.replace("192.0.2.7 - -", &format!("203.0.113.{row} 10.0.0.1 - -"))).collect();
    assert!(
        one(&behind, Known::default()).starts_with("%{X-Forwarded-For}i %h"),
        "an address that never changes is a proxy's"
    );
}

#[test]
fn hosts_times_and_quotes_may_be_elsewhere() {
    let line = HEAD
        .replace("\"GET", "www.example.org \"GET")
        .replace("05/Dec/2025:12:00:00 +0100", "2025-12-05T12:00:00+01:00")
        .replace(" 200 ", " \"200\" ");
    assert_eq!(
        one(&[line], Known::default()),
        r#"$remote_addr - $remote_user [$time_iso8601] $host "$request" "$status" $body_bytes_sent"#
    );
}
