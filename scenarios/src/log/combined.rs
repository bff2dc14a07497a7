//! The access logs of Apache and nginx: `client ident user [time] "request" status bytes "referer" "agent"`, and perhaps
//! how long it took.
//!
//! Apache stamps a request when it has *received* it (mod_log_config, `%t`) and logs it when it has been answered, so lines
//! are out of order. nginx stamps it when it *logs* it (`$time_local`), at its end: the arrival is the stamp less the
//! `$request_time`, if that is there. Apache's duration is the last word after the agent, in whole microseconds (`%D`);
//! nginx's the first word with a decimal point there, in seconds, perhaps as `rt=` or `request_time=`. Further words,
//! such as `"$http_x_forwarded_for"`, say nothing of the client that opened the connection, and are passed over.

use super::parser::Flaw;
use super::row::{Client, Columns, LogRow, clean};
use super::stamp::{common, micros, seconds};
use super::token::{Token, Tokens, object};

/// Whose log it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Combined {
    Apache,
    Nginx,
}

impl Combined {
    /// If the log has durations.
    pub(crate) const COLUMNS: Columns = Columns::REQUESTS;

    pub(crate) fn parse(self, line: &str) -> Result<LogRow, Flaw> {
        let bracket = line.find('[').ok_or_else(|| Flaw::new("time", None, "[day/month/year:time zone]"))?;
        let (head, rest) = line.split_at(bracket);
        let (host, client) = who(head)?;
        let mut tokens = Tokens(rest);
        let time = match tokens.next() {
            Some(Token::Bracketed(text)) => common(text)
                .ok_or_else(|| Flaw::new("time", text, "a time such as 10/Oct/2000:13:55:36 -0700"))?,
            _ => return Err(Flaw::new("time", rest, "a time in brackets")),
        };
        let request = tokens.next().and_then(Token::quoted);
        let request = request.ok_or_else(|| Flaw::new("request", None, "a request in quotes"))?;
        let status = tokens.bare();
        if !status.is_some_and(|status| status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(Flaw::new("status", status, "three digits"));
        }
        let bytes = tokens.bare();
        let sent = match bytes {
            Some("-") => 0,
            bytes => bytes
                .and_then(|bytes| bytes.parse().ok())
                .ok_or_else(|| Flaw::new("bytes", bytes, "a number, or -"))?,
        };
        let mut row = LogRow::new(time.at, time.tick, client);
        row.target = Some(match (host, object(request)) {
            (Some(host), path) if path.starts_with('/') => clean(&format!("{host}{path}")),
            (_, path) => path,
        });
        row.response_bytes = Some(sent);
        row.duration = self.duration(tokens);
        if self == Self::Nginx {
            row.at = row.at.saturating_sub_unsigned(row.duration.unwrap_or(0));
        }
        Ok(row)
    }

    /// What stands after the bytes: referer, agent, and perhaps a duration. A quote that is cut off ends the line.
    fn duration(self, rest: Tokens<'_>) -> Option<u64> {
        let mut words = rest.skip(2).filter_map(Token::text);
        match self {
            Self::Apache => words.last().filter(|word| !word.contains('.')).and_then(micros),
            Self::Nginx => words.find_map(|word| {
                let named = word.strip_prefix("rt=").or_else(|| word.strip_prefix("request_time="));
                let number = named.or_else(|| word.contains('.').then_some(word))?;
                seconds(number.trim_matches('"'))
            }),
        }
    }
}

/// The virtual host, if the line begins with one, and the client.
fn who(head: &str) -> Result<(Option<&str>, Client), Flaw> {
    let mut words = head.split_ascii_whitespace();
    let (first, second) = (words.next(), words.next());
    let enough = || Flaw::new("client", first, "client, identity and user before the time");
    let (first, second) = (first.ok_or_else(enough)?, second.ok_or_else(enough)?);
    let client = Client::read(first).ok_or_else(|| Flaw::new("client", first, "an address or a name"))?;
    words.next().ok_or_else(enough)?;
    if matches!(client, Client::Address(_)) || words.next().is_none() {
        return Ok((None, client));
    }
    // Four words: a virtual host in front (`%v:%p`), or a user's name with a blank in it.
    match Client::with_port(first) {
        Some((Client::Name(_), _)) => {
            let client =
                Client::read(second).ok_or_else(|| Flaw::new("client", second, "an address or a name"))?;
            Ok((first.rsplit_once(':').map(|(host, _)| host), client))
        }
        _ => Ok((None, client)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"10.9.8.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326 "-" "curl""#;

    fn read(combined: Combined, line: &str) -> LogRow {
        combined.parse(line).unwrap_or_else(|flaw| panic!("{line}: {flaw:?}"))
    }

    #[test]
    fn apache_stamps_the_arrival_and_nginx_the_end() {
        let apache = read(Combined::Apache, &format!("{LINE} 2500000"));
        assert_eq!((apache.at, apache.duration), (971_211_336_000_000_000, Some(2_500_000_000)));
        let nginx = read(Combined::Nginx, &format!("{LINE} 2.500"));
        assert_eq!((nginx.at, nginx.duration), (971_211_333_500_000_000, Some(2_500_000_000)));
        assert_eq!(read(Combined::Nginx, LINE).duration, None);
    }

    #[test]
    fn forwarded_for_is_not_the_client_and_not_a_duration() {
        let row =
            read(Combined::Nginx, &format!("{LINE} \"203.0.113.9, 198.51.100.2\" rt=0.004 uct=\"0.001\""));
        assert_eq!((row.client.to_string().as_str(), row.duration), ("10.9.8.7", Some(4_000_000)));
        let row = read(Combined::Apache, &format!("{LINE} \"203.0.113.9\" 700"));
        assert_eq!((row.client.to_string().as_str(), row.duration), ("10.9.8.7", Some(700_000)));
    }

    #[test]
    fn hosts_users_and_missing_parts_are_told_apart() {
        let target = |line: &str| read(Combined::Apache, line).target.expect("a target");
        let vhost = format!("www.example.com:443 {LINE}");
        assert_eq!(&*target(&vhost), "www.example.com/a");
        assert_eq!(read(Combined::Apache, &vhost).client.to_string(), "10.9.8.7");
        let user = LINE.replace("- - [", "- jane doe [");
        assert_eq!(read(Combined::Apache, &user).client.to_string(), "10.9.8.7");
        let common = r#"in24.inetnebr.com - - [01/Aug/1995:00:00:01 -0400] "GET /x.html HTTP/1.0" 304 -"#;
        let row = read(Combined::Apache, common);
        assert_eq!((row.client.to_string().as_str(), row.response_bytes), ("in24.inetnebr.com", Some(0)));
        let cut = read(Combined::Apache, LINE.strip_suffix("rl\"").expect("an agent"));
        assert_eq!((cut.response_bytes, cut.duration), (Some(2_326), None));
        let escaped = LINE.replace("\"curl\"", r#""say \"hi\" [10/Oct/2000:13:55:36 -0700]""#);
        assert_eq!(read(Combined::Nginx, &format!("{escaped} 0.001")).duration, Some(1_000_000));
    }

    #[test]
    fn flaws_name_the_part() {
        for (line, part) in [
            ("nothing", "time"),
            ("a [x]", "client"),
            ("a - - [x]", "time"),
            ("a - - [10/Oct/2000:13:55:36 -0700] GET", "request"),
            (r#"a - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 2x0 5"#, "status"),
            (r#"a - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 -5"#, "bytes"),
        ] {
            assert_eq!(Combined::Apache.parse(line).expect_err("a flaw").part, part, "{line}");
        }
    }
}
