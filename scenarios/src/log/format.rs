//! The formats that are read, and what each is called.

use std::fmt;

use super::format_string::Dialect;

/// What a log is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// Packets: pcap or pcapng.
    Pcap,
    /// What `ipvslab trace convert` writes.
    Trace,
    /// Zeek's conn.log with tabs.
    Zeek,
    /// Zeek's conn.log as JSON.
    ZeekJson,
    /// Envoy's access log as JSON, as Istio writes it too.
    Envoy,
    /// Caddy's access log.
    Caddy,
    /// Traefik's access log as JSON.
    TraefikJson,
    /// JSON whose keys are nginx's variables.
    NginxJson,
    /// Istio's default access log, which is text.
    Istio,
    /// Envoy's default access log, which is text and does not say who asked.
    EnvoyText,
    /// The access log of AWS's Application Load Balancer.
    Alb,
    /// The access log of AWS's Network Load Balancer.
    Nlb,
    /// The access log of AWS's Classic Load Balancer.
    Elb,
    /// The W3C's extended log file format: IIS, CloudFront.
    W3c,
    /// HAProxy's `option httplog` and `option httpslog`.
    HaproxyHttp,
    /// HAProxy's `option tcplog`.
    HaproxyTcp,
    /// HAProxy's `option httplog clf`.
    HaproxyClf,
    /// Squid's native access log.
    Squid,
    /// Traefik's access log in its common format.
    Traefik,
    /// The ingress controller for Kubernetes that is made of nginx.
    IngressNginx,
    /// Apache's `ssl_request_log`.
    SslRequest,
    /// Apache's `common`.
    Common,
    /// Apache's `combined`.
    Combined,
    /// Apache's `combinedio`: bytes in and out behind `combined`.
    CombinedIo,
    /// Apache's `vhost_combined`: a virtual host before `combined`.
    VhostCombined,
    /// What nginx's package writes: `combined`, and X-Forwarded-For behind it.
    NginxMain,
    /// Apache's common or combined, with more around it.
    Apache,
    /// nginx's combined, with more around it.
    Nginx,
    /// Tomcat's common or combined, with more around it.
    Tomcat,
    /// By a format string.
    Given,
    /// By a mapping of its fields.
    Mapped,
}

/// What a format's reader is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// A parser of its own.
    Own,
    /// A format string.
    String(Dialect, &'static str),
    /// A mapping of JSON's fields.
    Json(&'static str),
    /// What is around a common or combined log is found out by its lines.
    Family(Dialect),
    /// What a flag says.
    Said,
}

impl Format {
    /// Those with a name, the most telling first.
    pub const ALL: [Self; 29] = [
        Self::Pcap,
        Self::Trace,
        Self::Zeek,
        Self::ZeekJson,
        Self::Envoy,
        Self::Caddy,
        Self::TraefikJson,
        Self::NginxJson,
        Self::Istio,
        Self::EnvoyText,
        Self::Nlb,
        Self::Alb,
        Self::Elb,
        Self::W3c,
        Self::HaproxyHttp,
        Self::HaproxyTcp,
        Self::HaproxyClf,
        Self::Squid,
        Self::Traefik,
        Self::IngressNginx,
        Self::SslRequest,
        Self::Common,
        Self::Combined,
        Self::CombinedIo,
        Self::VhostCombined,
        Self::NginxMain,
        Self::Apache,
        Self::Nginx,
        Self::Tomcat,
    ];

    /// What `--from` calls it.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// The format that `--from` calls so.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            // As AWS calls it today.
            "clb" => Some(Self::Elb),
            _ => Self::ALL.into_iter().find(|format| format.name() == name),
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        self.facts().1
    }

    /// Whose format strings describe logs of this kind, if anyone's do.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::HaproxyHttp | Self::HaproxyTcp | Self::HaproxyClf => Some(Dialect::Haproxy),
            Self::Envoy | Self::EnvoyText | Self::Istio => Some(Dialect::Envoy),
            Self::NginxJson => Some(Dialect::Nginx),
            _ => match self.reader() {
                Reader::String(dialect, _) | Reader::Family(dialect) if dialect != Dialect::Braces => {
                    Some(dialect)
                }
                _ => None,
            },
        }
    }

    /// Its format string, if it has one.
    pub fn string(self) -> Option<(&'static str, Dialect)> {
        match self.reader() {
            Reader::String(dialect, text) => Some((text, dialect)),
            _ => None,
        }
    }

    pub(crate) fn reader(self) -> Reader {
        self.facts().2
    }

    /// Whether a log of which nothing is said may be found to be one. The others are what Apache, nginx and Tomcat write too.
    pub(crate) fn is_found_by_its_lines(self) -> bool {
        !matches!(
            self,
            Self::Pcap
                | Self::Trace
                | Self::Common
                | Self::Combined
                | Self::CombinedIo
                | Self::VhostCombined
                | Self::NginxMain
                | Self::Apache
                | Self::Nginx
                | Self::Tomcat
                | Self::Given
                | Self::Mapped
        )
    }

    /// Name, words and reader.
    fn facts(self) -> (&'static str, &'static str, Reader) {
        use Dialect::{Apache, Braces, Envoy, Haproxy, Nginx, Tomcat};
        use Reader::{Family, Json, Own, Said, String};
        match self {
            Self::Pcap => ("pcap", "a packet capture", Own),
            Self::Trace => ("trace", "a trace of ipvslab", Own),
            Self::Zeek => ("zeek", "a conn.log of Zeek", Own),
            Self::ZeekJson => ("zeek-json", "a conn.log of Zeek in JSON", Own),
            Self::Envoy => (
                "envoy",
                "an access log of Envoy in JSON",
                Json(
                    "time=start_time:iso8601:start,client=downstream_direct_remote_address|downstream_remote_address,\
                     client_port=downstream_direct_remote_address|downstream_remote_address,forwarded=x_forwarded_for,\
                     host=authority|:authority,object=path|:path,bytes=bytes_sent,duration=duration:ms",
                ),
            ),
            Self::Caddy => (
                "caddy",
                "an access log of Caddy",
                Json(
                    "time=ts:any:end,client=request.remote_ip|request.remote_addr,client_port=request.remote_port|request.remote_addr,\
                     forwarded=request.client_ip,host=request.host,object=request.uri,bytes=size,duration=duration:s",
                ),
            ),
            // Traefik puts X-Forwarded-For, where it is there, into ClientHost.
            Self::TraefikJson => (
                "traefik-json",
                "an access log of Traefik in JSON",
                Json(
                    "time=StartUTC|StartLocal:iso8601:start,client=ClientAddr,client_port=ClientAddr,forwarded=ClientHost,\
                     host=RequestHost|RequestAddr,object=RequestPath,bytes=DownstreamContentSize,duration=Duration:ns",
                ),
            ),
            Self::NginxJson => (
                "nginx-json",
                "a log of nginx in JSON",
                Json(
                    "time=msec|time_iso8601|time_local|@timestamp|timestamp|time:any:end,client=realip_remote_addr|remote_addr,\
                     client_port=realip_remote_port|remote_port,forwarded=http_x_forwarded_for|x_forwarded_for,\
                     host=host|http_host|server_name,object=request|request_uri|uri,bytes=body_bytes_sent|bytes_sent,\
                     duration=request_time:s",
                ),
            ),
            Self::Istio => (
                "istio",
                "an access log of Istio",
                String(
                    Envoy,
                    r#"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%"#,
                ),
            ),
            Self::EnvoyText => (
                "envoy-text",
                "an access log of Envoy",
                String(
                    Envoy,
                    r#"[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%""#,
                ),
            ),
            Self::Alb => ("alb", "an access log of an AWS Application Load Balancer", Own),
            Self::Nlb => ("nlb", "an access log of an AWS Network Load Balancer", Own),
            Self::Elb => ("elb", "an access log of an AWS Classic Load Balancer", Own),
            Self::W3c => ("w3c", "a log in the W3C's extended format", Own),
            Self::HaproxyHttp => ("haproxy-http", "an HTTP log of HAProxy", Own),
            Self::HaproxyTcp => ("haproxy-tcp", "a TCP log of HAProxy", Own),
            Self::HaproxyClf => (
                "haproxy-clf",
                "an HTTP log of HAProxy in the common format",
                String(
                    Haproxy,
                    r#"%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"#,
                ),
            ),
            Self::Squid => (
                "squid",
                "an access log of Squid",
                String(
                    Braces,
                    "{time:unix_s:end} { }{duration:ms} {client} {_}/{_} {bytes} {_} {object} {_} {_}/{_} {_}",
                ),
            ),
            Self::Traefik => (
                "traefik",
                "an access log of Traefik",
                String(
                    Braces,
                    r#"{client} {_} {_} [{time:clf:start}] "{object}" {_} {bytes} {"_"} {"_"} {_} {"_"} {"_"} {duration:ms}ms"#,
                ),
            ),
            Self::IngressNginx => (
                "ingress-nginx",
                "a log of ingress-nginx",
                String(
                    Nginx,
                    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id"#,
                ),
            ),
            Self::SslRequest => (
                "ssl_request",
                "Apache's log of TLS requests",
                String(Apache, r#"%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x "%r" %b"#),
            ),
            Self::Common => ("common", "Apache's common log", String(Apache, r#"%h %l %u %t "%r" %>s %b"#)),
            Self::Combined => (
                "combined",
                "Apache's combined log",
                String(Apache, r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#),
            ),
            Self::CombinedIo => (
                "combinedio",
                "Apache's combinedio log",
                String(Apache, r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %I %O"#),
            ),
            Self::VhostCombined => (
                "vhost_combined",
                "Apache's vhost_combined log",
                String(Apache, r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#),
            ),
            Self::NginxMain => (
                "nginx-main",
                "the main log of nginx's packages",
                String(
                    Nginx,
                    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#,
                ),
            ),
            Self::Apache => ("apache", "a common or combined log of Apache", Family(Apache)),
            Self::Nginx => ("nginx", "a combined log of nginx", Family(Nginx)),
            Self::Tomcat => ("tomcat", "a common or combined log of Tomcat", Family(Tomcat)),
            Self::Given => ("log-format", "a log of the given format", Said),
            Self::Mapped => ("map", "a log with the given fields", Said),
        }
    }
}

/// What every common or combined log of a server has.
pub(crate) fn base(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Nginx => r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent"#,
        _ => r#"%h %l %u %t "%r" %>s %b"#,
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::format_string::{FormatString, Says, looks_like};
    use super::super::mapping::Mapping;
    use super::super::said::Who;
    use super::*;

    #[test]
    fn every_name_is_found_and_every_reader_compiles() {
        for format in Format::ALL {
            assert_eq!(Format::named(format.name()), Some(format));
            match format.reader() {
                Reader::String(dialect, text) => {
                    let says = Says { dialect: Some(dialect), who: Who::Forwarded, ..Says::default() };
                    FormatString::parse(text, says).unwrap_or_else(|error| panic!("{format}: {error}"));
                    // Of what it looks like it is, too.
                    assert_eq!(looks_like(text), Some(dialect), "{format}");
                }
                Reader::Json(text) => {
                    drop(text.parse::<Mapping>().unwrap_or_else(|error| panic!("{format}: {error}")))
                }
                Reader::Own | Reader::Family(_) | Reader::Said => {}
            }
        }
    }
}
