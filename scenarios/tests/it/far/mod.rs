//! Network delays together with faults, clients that react, follow-up requests, health checks and several directors: small scenarios
//! whose every instant is worked out by hand.
//!
//! In all of them the one-way delay is 20.5 ms between client and director (`c`), 3.2 ms between director and server (`s`), and,
//! where replies do not pass the director, 7.1 ms from server to client (`b`). In ms after the client's first SYN:
//!
//! | instant | masquerading | direct routing |
//! |---|---|---|
//! | the SYN is at the director, and scheduled | c = 20.5 | c = 20.5 |
//! | the SYN is at the server | c + s = 23.7 | c + s = 23.7 |
//! | the connection is open at the client (or the reset is there) | 2c + 2s = 47.4 | c + s + b = 30.8 |
//! | the server takes it: handshake and request have come | 3c + 3s = 71.1 | 2c + 2s + b = 54.5 |
//! | `w` later the answer is at the client | 4c + 4s + w = 94.8 + w | 2c + 2s + 2b + w = 61.6 + w |
//! | the client's last packet is at the director | 115.3 + w | 82.1 + w |
//!
//! A request on an open connection is at the director after c = 20.5 and at the server after c + s = 23.7; its answer is at the client
//! after 2c + 2s + w = 47.4 + w, or under direct routing c + s + b + w = 30.8 + w.

mod directors;
mod faults;
mod follow_ups;
mod giving_up;
mod health;
mod resets;
mod waiting;

use std::fs;

use ipvslab_scenarios::parse;
use ipvslab_schedulers::{ServerId, Span, Time};
use ipvslab_sim::{
    ConnectionId, Failure, Finished, FollowUps, Observer, Outcome, RandomStreams, RequestEnd, ServerLoad,
    simulate_chains,
};

/// Replies pass the director.
const MASQ: &str = "masq";
/// They do not.
const GATE: &str = "gate";

/// Clients that arrive as the rows of [`seen`] say, each with the work of its row.
const ROWS: &str = "\
[arrivals.trace]
file = \"rows.csv\"
time = \"ms\"
time_format = \"unix_ms\"
[work.trace]
per = { work = \"1ms\" }
[clients.trace]
column = \"client\"
";

/// A client: when it sends its first SYN (the first row at 0), the last byte of its address, and its work; times in ms.
type Row = (f64, u8, f64);

/// What happened, with instants in ms.
struct Seen {
    /// What observers are told, in order of time.
    told: Vec<String>,
    /// How long each connection that was served had waited, in ms, in the order in which they were served.
    waited: Vec<f64>,
    /// All servers, whenever the sample of a ms differs from the one before. What changed did so within the ms before the sample.
    samples: Vec<(u64, Vec<ServerLoad>)>,
    outcome: Outcome,
}

impl Seen {
    /// Checks that a number of a server changed at these instants only, to these values.
    fn assert_changes(&self, of: fn(&ServerLoad) -> i64, server: usize, expected: &[(f64, i64)]) {
        let mut found: Vec<(u64, i64)> = vec![(0, of(&self.samples[0].1[server]))];
        for (at, servers) in &self.samples {
            let value = of(&servers[server]);
            if found.last().is_some_and(|&(_, last)| last != value) {
                found.push((at - 1, value));
            }
        }
        let expected: Vec<(u64, i64)> = expected.iter().map(|&(at, value)| (at as u64, value)).collect();
        assert_eq!(found[1..], expected, "in whole ms; told: {:#?}", self.told);
    }

    /// The same for a server's active connections, as the director counts them.
    fn assert_active(&self, server: usize, expected: &[(f64, i64)]) {
        self.assert_changes(|load| load.active.into(), server, expected);
    }

    /// The same for the connections in service at a server.
    fn assert_in_service(&self, server: usize, expected: &[(f64, i64)]) {
        self.assert_changes(|load| load.in_service.into(), server, expected);
    }
}

/// Writes everything down.
#[derive(Default)]
struct Recorder {
    told: Vec<(Time, String)>,
    waited: Vec<f64>,
    samples: Vec<(u64, Vec<ServerLoad>)>,
}

fn ms(at: Time) -> f64 {
    at.as_nanos() as f64 / 1e6
}

impl Observer for Recorder {
    fn assigned(&mut self, now: Time, _: ConnectionId, server: ServerId) {
        self.told.push((now, format!("{} assigned {}", ms(now), server.index())));
    }

    fn finished(&mut self, done: &Finished) {
        self.waited.push(done.waiting_time().as_nanos() as f64 / 1e6);
    }

    fn ended(&mut self, request: &RequestEnd) {
        let what = request.failure.map_or("served".to_owned(), |failure: Failure| format!("{failure:?}"));
        let RequestEnd { arrived, ended, .. } = *request;
        self.told.push((ended, format!("{} {what}, sent at {}", ms(ended), ms(arrived))));
    }

    fn detected(&mut self, now: Time, server: ServerId, _: Time) {
        self.told.push((now, format!("{} detected {}", ms(now), server.index())));
    }

    fn sampled(&mut self, now: Time, servers: &[ServerLoad]) {
        let at = now.as_nanos() / 1_000_000;
        if self.samples.last().is_none_or(|(_, last)| last != servers) {
            self.samples.push((at, servers.to_vec()));
        }
    }
}

/// Runs a scenario under `rr` for this many seconds: `sections` has its servers, its workload and what disturbs it.
fn seen(forwarding: &str, seconds: u32, sections: &str, rows: &[Row]) -> Seen {
    let back = if forwarding == GATE { "back = \"7.1ms\"\n" } else { "" };
    let text = format!(
        "[run]\nduration = \"{seconds}s\"\n\
         [service]\naddress = \"10.0.0.1:80\"\nforwarding = \"{forwarding}\"\nschedulers = [\"rr\"]\ntimers = \"exact\"\n\
         [network]\nclient = \"20.5ms\"\nserver = \"3.2ms\"\n{back}{sections}"
    );
    let directory = tempfile::tempdir().expect("a directory");
    let mut csv = "ms,client,work\n".to_owned();
    for (at, client, work) in rows {
        csv.push_str(&format!("{at},10.128.0.{client},{work}\n"));
    }
    fs::write(directory.path().join("rows.csv"), csv).expect("the rows can be written");
    let loaded = parse(&text, "far.toml", directory.path());
    let scenario = loaded.unwrap_or_else(|problems| panic!("{}", problems.render(false))).scenario;
    let setup = scenario.setup().sample_every(Span::from_millis(1));
    let chains = scenario.chains(0).map(|chains| Box::new(chains) as Box<dyn FollowUps>);
    let arrivals = scenario.arrivals(0).expect("rows");
    let mut recorder = Recorder::default();
    let (rr, chances) = (scenario.schedulers[0], RandomStreams::new(1, 0));
    let outcome = simulate_chains(&setup, rr, chances, arrivals, chains, &mut recorder).expect("it ends");
    recorder.told.sort();
    let told = recorder.told.into_iter().map(|(_, line)| line).collect();
    Seen { told, waited: recorder.waited, samples: recorder.samples, outcome }
}

/// A server of this name with ten slots.
fn web(name: &str) -> String {
    format!("[[servers]]\nname = \"{name}\"\nslots = 10\n")
}

/// What [`seen`] saw of one server, `web`, and clients by rows.
fn one_server(forwarding: &str, seconds: u32, more: &str, rows: &[Row]) -> Seen {
    seen(forwarding, seconds, &(web("web") + ROWS + more), rows)
}
