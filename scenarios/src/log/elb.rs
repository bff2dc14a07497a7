//! The access logs of AWS's load balancers, as its documentation lists their fields.
//!
//! - Classic: `time name client:port backend:port t1 t2 t3 status status received sent "request" …`, where `time` is when
//!   the request was *received*.
//! - Application: `type` in front, `time` is when the response was *made*, and field 22, `request_creation_time`, when the
//!   request came. Older lines lack it: then the arrival is `time` minus the durations.
//!
//! The duration is the sum of the times of request, backend and response, in seconds; -1 in one of them says that it
//! failed, and there is none.

use super::flaw::Flaw;
use super::row::{Client, Columns, LogRow};
use super::stamp::{Stamp, iso, seconds};
use super::token::{Token, Tokens, object};

/// Both have the same.
pub(crate) const COLUMNS: Columns = Columns { client_port: true, ..Columns::REQUESTS };

/// Words between the request and `request_creation_time`.
const BEFORE_CREATION: usize = 8;

/// Reads a line of a Classic Load Balancer.
pub(crate) fn classic(line: &str) -> Result<LogRow, Flaw> {
    let mut words = Tokens(line);
    let time = time(&mut words)?;
    common_part(&mut words, time)
}

/// Reads a line of an Application Load Balancer.
pub(crate) fn application(line: &str) -> Result<LogRow, Flaw> {
    let mut words = Tokens(line);
    let kind = words.bare();
    if !matches!(kind, Some("http" | "https" | "h2" | "grpcs" | "ws" | "wss")) {
        return Err(Flaw::new("type", kind, "http, https, h2, grpcs, ws or wss"));
    }
    let time = time(&mut words)?;
    let mut row = common_part(&mut words, time)?;
    let creation = words.nth(BEFORE_CREATION).and_then(Token::bare).and_then(iso);
    match creation {
        Some(Stamp { at, tick }) => (row.at, row.tick) = (at, tick),
        None => row.at = row.at.saturating_sub_unsigned(row.duration.unwrap_or(0)),
    }
    Ok(row)
}

fn time(words: &mut Tokens<'_>) -> Result<Stamp, Flaw> {
    let time = words.bare();
    time.and_then(iso).ok_or_else(|| Flaw::new("time", time, "a time such as 2018-07-02T22:23:00.186641Z"))
}

/// From the balancer's name to the request.
fn common_part(words: &mut Tokens<'_>, time: Stamp) -> Result<LogRow, Flaw> {
    words.bare().ok_or_else(|| Flaw::new("balancer", None, "a name"))?;
    // An IPv6 address may stand in brackets.
    let client = words.word();
    let (client, port) =
        client.and_then(Client::with_port).ok_or_else(|| Flaw::new("client", client, "client:port"))?;
    let mut row = LogRow::new(time.at, time.tick, client);
    row.client_port = Some(port);
    words.word().ok_or_else(|| Flaw::new("backend", None, "backend:port, or -"))?;
    let mut duration = Some(0u64);
    for _ in 0..3 {
        let part = words.bare();
        let part = match part {
            Some("-1" | "-") => None,
            part => Some(part.and_then(seconds).ok_or_else(|| Flaw::new("times", part, "seconds, or -1"))?),
        };
        duration = duration.zip(part).and_then(|(sum, part)| sum.checked_add(part));
    }
    row.duration = duration;
    for _ in 0..2 {
        let status = words.bare();
        if !status.is_some_and(|status| status == "-" || status.parse::<u16>().is_ok()) {
            return Err(Flaw::new("status", status, "a number, or -"));
        }
    }
    words.bare().ok_or_else(|| Flaw::new("received_bytes", None, "a number"))?;
    let sent = words.bare();
    let bytes = sent.and_then(|sent| sent.parse().ok());
    row.response_bytes = Some(bytes.ok_or_else(|| Flaw::new("sent_bytes", sent, "a number"))?);
    let request = words.next().and_then(Token::quoted);
    row.target = Some(object(request.ok_or_else(|| Flaw::new("request", None, "a request in quotes"))?));
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSIC: &str = r#"2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -"#;
    const APPLICATION: &str = r#"https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#;

    #[test]
    fn the_documentations_examples_are_read() {
        let row = classic(CLASSIC).expect("a line of the documentation");
        assert_eq!((row.at, row.duration), (1_431_560_383_945_958_000, Some(1_178_000)));
        assert_eq!((row.client_port, row.response_bytes), (Some(2_817), Some(29)));
        assert_eq!(row.target.as_deref(), Some("http://www.example.com:80/"));
        let row = application(APPLICATION).expect("a line of the documentation");
        assert_eq!((row.at, row.duration), (1_530_570_168_364_000_000, Some(171_000_000)));
        assert_eq!((row.response_bytes, row.tick), (Some(57), 0));
    }

    #[test]
    fn without_the_creation_time_the_response_less_the_durations_counts() {
        let old = APPLICATION.split(" 1 2018").next().expect("its first part");
        assert_eq!(application(old).expect("an old line").at, 1_530_570_180_186_641_000 - 171_000_000);
    }

    #[test]
    fn failed_requests_have_no_duration_and_tcp_no_object() {
        let failed = CLASSIC.replace("10.0.0.1:80 0.000073 0.001048 0.000057 200 200", "- -1 -1 -1 504 0");
        assert_eq!(classic(&failed).expect("a failed request").duration, None);
        let tcp = CLASSIC
            .replace("200 200 0 29", "- - 82 305")
            .replace("GET http://www.example.com:80/ HTTP/1.1", "- - - ");
        assert_eq!(classic(&tcp).expect("a TCP listener").target.as_deref(), Some("-"));
    }
}
