//! nginx's `log_format` (ngx_http_log_module, ngx_stream_log_module). Times are those of the end: nginx logs a request when
//! it is over. Lists of several upstream servers have commas and colons. Variables that are not known are passed over, since
//! anyone can make some.

use super::super::clock_text::ClockText;
use super::super::meaning::{Instant, Meaning, Unit};
use super::super::shape::Shape;
use super::piece::{Fault, Piece, Style, Variable, column, put_text};

/// Takes a format string apart.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        put_text(&mut pieces, &rest[..at]);
        rest = &rest[at..];
        let (name, after) = name(&rest[1..]);
        if name.is_empty() {
            return Err(Fault::new(column(text, rest), "$", "the name of a variable after it"));
        }
        pieces.push(Piece::Variable(variable(name, column(text, rest))));
        rest = after;
    }
    put_text(&mut pieces, rest);
    Ok(pieces)
}

/// A name, perhaps in braces, and what is behind it.
fn name(text: &str) -> (&str, &str) {
    if let Some((name, after)) = text.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
        return (name, after);
    }
    text.split_at(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len()))
}

/// What a variable stands for.
fn variable(name: &str, column: usize) -> Variable {
    let value = Variable::passed(format!("${name}"), column);
    let end = |format, rank| (Meaning::Time(format), rank, Instant::End);
    let time = match name {
        "time_local" => Some(end(ClockText::Common, 1)),
        "time_iso8601" => Some(end(ClockText::Iso, 2)),
        "msec" => Some(end(ClockText::Since1970(9), 3)),
        _ => None,
    };
    if let Some((meaning, rank, instant)) = time {
        return value.time(meaning, rank, instant);
    }
    let (meaning, rank) = match name {
        // The realip module puts the address of X-Forwarded-For into $remote_addr.
        "realip_remote_addr" => (Meaning::Client, 2),
        "remote_addr" | "the_real_ip" => (Meaning::Client, 1),
        "realip_remote_port" => (Meaning::ClientPort, 2),
        "remote_port" => (Meaning::ClientPort, 1),
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => (Meaning::Forwarded, 2),
        "http_x_real_ip" | "http_cf_connecting_ip" | "http_true_client_ip" | "proxy_protocol_addr" => {
            (Meaning::Forwarded, 1)
        }
        "host" | "http_host" => (Meaning::Host, 2),
        "server_name" | "ssl_server_name" => (Meaning::Host, 1),
        "request" => (Meaning::Request, 3),
        "request_uri" => (Meaning::Object, 2),
        "uri" | "document_uri" => (Meaning::Object, 1),
        "args" | "query_string" => (Meaning::Query, 1),
        "body_bytes_sent" => (Meaning::Bytes, 1),
        "bytes_sent" => (Meaning::AllBytes, 1),
        "request_time" | "session_time" => (Meaning::Duration(Unit::Seconds), 1),
        _ => return passed(name, value),
    };
    let style = match name {
        "request_uri" | "uri" | "document_uri" | "args" | "query_string" => Style::Path,
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => Style::List,
        _ => Style::Plain,
    };
    value.meaning(meaning, rank).style(style)
}

/// A variable that is passed over, with what is known of its looks.
fn passed(name: &str, value: Variable) -> Variable {
    match name {
        "status" => value.shape(Shape::Status),
        "is_args" => value.style(Style::Path),
        "request_length" | "connection" | "connection_requests" | "pid" | "server_port" => {
            value.shape(Shape::Number)
        }
        // A word of which nothing is known may be a list.
        _ if name.starts_with("upstream_") || name == "other" => value.style(Style::List),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::said::Who;
    use super::super::{FormatString, Says};

    fn read(format: &str, line: &str) -> String {
        let format = FormatString::parse(format, Says::default()).unwrap_or_else(|error| panic!("{error}"));
        let row = format.program.parse(line, Who::Peer).unwrap_or_else(|flaw| panic!("{flaw}"));
        row.shown()
    }

    #[test]
    fn formats_of_all_kinds_are_read() {
        let row = r#"1714564799750 192.0.2.7 Some("/a") Some(5000) Some(250000000)"#;
        for (format, line) in [
            (
                r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $upstream_response_time $request_time"#,
                r#"192.0.2.7 - jane doe [01/May/2024:12:00:00 +0000] "GET /a HTTP/1.1" 200 5000 "-" "\x22curl" 0.010, 0.020 : 0.001 0.250"#,
            ),
            (
                r#"{"time":"$time_iso8601","ip":"$remote_addr","uri":"$request_uri","bytes":$bytes_sent,"body":$body_bytes_sent,"rt":$request_time,"agent":"$http_user_agent"}"#,
                r#"{"time":"2024-05-01T12:00:00+00:00","ip":"192.0.2.7","uri":"/a","bytes":5300,"body":5000,"rt":0.250,"agent":"say \"hi\""}"#,
            ),
            (
                "$msec|$realip_remote_addr|$remote_addr|$uri$is_args$args|$body_bytes_sent|${request_time}s",
                "1714564800.000|192.0.2.7|203.0.113.9|/a|5000|0.250s",
            ),
        ] {
            assert_eq!(read(format, line), row, "{format}");
        }
        let host = read(
            "$remote_addr [$time_local] $scheme://$host$request_uri $bytes_sent $request_time",
            "192.0.2.7 [01/May/2024:12:00:00 +0000] https://www.example.org/a?b=c 5000 0.250",
        );
        assert!(host.contains("www.example.org/a?b=c"), "{host}");
    }

    #[test]
    fn what_is_wrong_with_a_format_is_said_with_its_place() {
        for (format, said) in [
            ("$remote_addr $request", "found no time, expected a time: $time_local"),
            ("[$time_local] $request", "found no client, expected the client: $remote_addr"),
            ("[$time_local] $http_x_forwarded_for", "or --client forwarded"),
            (
                "$remote_addr$status [$time_local]",
                "character 13: found \"$status\", expected text between $remote_addr and $status",
            ),
            ("$remote_addr $ [$time_local]", "character 14: found \"$\""),
        ] {
            let error = FormatString::parse(format, Says::default()).expect_err(format).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
