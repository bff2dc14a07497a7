//! The format string of a log, read where the server has it: `nginx.conf`, `httpd.conf`, `haproxy.cfg`, Tomcat's `server.xml`.

mod found;
mod haproxy_cfg;
mod httpd_conf;
mod nginx_conf;
mod server_xml;

use std::fmt;

pub use self::found::Configured;
use crate::suggest::{did_you_mean, printable};

/// All format strings of a configuration, in its order.
pub fn configured(text: &str) -> Vec<Configured> {
    if text.contains("<Server") || text.contains("<Valve") {
        return server_xml::formats(text);
    }
    let found = nginx_conf::formats(text);
    if !found.is_empty() {
        return found;
    }
    let found = httpd_conf::formats(text);
    if !found.is_empty() { found } else { haproxy_cfg::formats(text) }
}

/// The format string of this name, or the only one.
///
/// # Errors
/// If there is none of that name, or several and no name.
pub fn configured_as(text: &str, origin: &str, name: Option<&str>) -> Result<Configured, ConfigError> {
    let all = configured(text);
    let fail = |cause| Err(ConfigError { origin: origin.to_owned(), cause, all: all.clone() });
    let mut fitting = all.iter().filter(|found| name.is_none_or(|name| found.name == name));
    match (fitting.next(), fitting.next_back()) {
        (Some(one), None) => Ok(one.clone()),
        // A later one of the same name goes before.
        (Some(_), Some(last)) if name.is_some() => Ok(last.clone()),
        (Some(one), Some(_)) if all.iter().all(|other| other.text == one.text) => Ok(one.clone()),
        (Some(_), Some(_)) => fail(Cause::Several),
        (None, _) => fail(name.map_or(Cause::None, |name| Cause::NoneOfName(name.to_owned()))),
    }
}

/// Why no format string was taken of a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    origin: String,
    cause: Cause,
    all: Vec<Configured>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Cause {
    None,
    NoneOfName(String),
    Several,
}

impl ConfigError {
    /// What to do about it.
    pub fn help(&self) -> String {
        let names: Vec<&str> = self.all.iter().map(|found| found.name.as_str()).collect();
        match &self.cause {
            Cause::None => "files that it includes are not read: name the one that has log_format (nginx), LogFormat (Apache), \
                            log-format or option httplog (HAProxy), or pattern (Tomcat)"
                .to_owned(),
            Cause::NoneOfName(name) => did_you_mean(name, names.iter().copied())
                .unwrap_or_else(|| format!("files that it includes are not read; it has {}", listed(&names))),
            Cause::Several => {
                let first = names.first().copied().unwrap_or_default();
                format!("say which: --log-format '@{}:{}'", printable(&self.origin, 200), printable(first, 60))
            }
        }
    }
}

/// Names, each once.
fn listed(names: &[&str]) -> String {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        let name = printable(name, 60);
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once.join(", ")
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", printable(&self.origin, 200))?;
        let names: Vec<&str> = self.all.iter().map(|found| found.name.as_str()).collect();
        match &self.cause {
            Cause::None => f.write_str("found no log format"),
            Cause::NoneOfName(name) => write!(f, "found no log format named {}", printable(name, 60)),
            Cause::Several => write!(f, "found several log formats: {}", listed(&names)),
        }
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    const NGINX: &str = "http {\n    log_format main '$remote_addr [$time_local] '\n                    '\"$request\"'; # the usual one\n    \
                         log_format timed escape=json \"$remote_addr [$time_local] $request_time\";\n}\n";

    #[test]
    fn formats_are_found_by_their_names() {
        let main = configured_as(NGINX, "nginx.conf", Some("main")).expect("a format");
        assert_eq!((main.line, &*main.text), (2, "$remote_addr [$time_local] \"$request\""));
        let error = configured_as(NGINX, "nginx.conf", None).expect_err("two formats");
        assert_eq!(error.to_string(), "nginx.conf: found several log formats: main, timed");
        assert_eq!(error.help(), "say which: --log-format '@nginx.conf:main'");
        let error = configured_as(NGINX, "nginx.conf", Some("mian")).expect_err("no such format");
        assert_eq!(error.help(), "did you mean `main`?");
        let error = configured_as("include x;", "nginx.conf", None).expect_err("no format");
        assert!(error.help().contains("files that it includes"), "{error}");
    }
}
