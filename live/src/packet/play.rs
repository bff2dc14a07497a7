//! Playing a script: every event in its turn, and what came of it.

use std::io;
use std::net::SocketAddr;

use super::frame::{GATEWAY, Kind, Sighting, craft, server_mac};
use super::lab::Lab;
use crate::ipvs::IpvsError;
use crate::lab::LabError;
use crate::log::{Log, Look, Outcome};
use crate::script::{Action, Content, Flow, Script, Side};
use crate::sysctl::SysctlError;
use crate::ticks::{self, Ticks, TicksError};

/// About how often progress is told.
const PARTS: usize = 20;

/// How often a checkpoint during which the jiffy changed is taken again.
const LOOKS_AGAIN: usize = 3;

/// Why a script could not be played to its end.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The lab could not be set up.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The kernel's clock is unknown.
    #[error(transparent)]
    Ticks(#[from] TicksError),
    /// An edit or a look at the counters failed.
    #[error(transparent)]
    Ipvs(#[from] IpvsError),
    /// A sysctl could not be set.
    #[error(transparent)]
    Sysctl(#[from] SysctlError),
    /// The device failed.
    #[error("the lab's TAP device failed: {0}")]
    Device(#[from] io::Error),
    /// A packet was neither dropped nor passed on as its forwarding method says.
    #[error("event {event}: {what}; the lab is not set up as it should be")]
    Astray {
        /// The number of the event.
        event: usize,
        /// What came out.
        what: String,
    },
}

/// Plays a script to the running kernel, in a network namespace that lives as long as this call. Tells `progress` now and
/// then how much of it is done, in per cent.
///
/// # Errors
/// If the lab cannot be set up, or the kernel does what no forwarding method explains.
pub fn play(script: &Script, mut progress: impl FnMut(usize)) -> Result<Log, PlayError> {
    let mut ticks = Ticks::now()?;
    let mut lab = Lab::new(script)?;
    let configuration = lab.configuration()?;
    let kernel = lab.kernel(ticks::hz())?;
    let first_jiffy = ticks.start();
    let mut player = Player {
        script,
        lab: &mut lab,
        arrived: vec![None; script.flows.len()],
        checkpoints: Vec::new(),
        buffer: [0; 2048],
    };
    let (mut outcomes, mut jiffies) =
        (Vec::with_capacity(script.events.len()), Vec::with_capacity(script.events.len()));
    let (mut last, mut straddled) = (first_jiffy, 0);
    let part = (script.events.len() / PARTS).max(1);
    for (number, event) in script.events.iter().enumerate() {
        if number > 0 && number.is_multiple_of(part) {
            progress(100 * number / script.events.len());
        }
        ticks.wait_until(event.at_ns);
        let mut jiffy = ticks.jiffy();
        let mut outcome = player.take(event.action).map_err(|failed| failed.at(number))?;
        if event.action == Action::Checkpoint {
            // Looking again does no harm, and from the start of a jiffy there is most room. A list that does not fit even
            // so is read while timers fire.
            for _ in 0..LOOKS_AGAIN {
                if ticks.jiffy() == jiffy {
                    break;
                }
                player.checkpoints.pop();
                ticks.wait_for_next();
                jiffy = ticks.jiffy();
                outcome = player.take(event.action).map_err(|failed| failed.at(number))?;
            }
            if let Some(look) = player.checkpoints.last_mut() {
                look.lasted = (ticks.jiffy() - jiffy) as u32;
            }
        } else {
            straddled += u64::from(ticks.jiffy() != jiffy);
        }
        outcomes.push(outcome);
        jiffies.push((jiffy - last) as u32);
        last = jiffy;
    }
    let checkpoints = player.checkpoints;
    Ok(Log { kernel, configuration, first_jiffy, jiffies, outcomes, checkpoints, straddled })
}

/// Why an event failed; its number is not known yet.
enum Failed {
    Ipvs(IpvsError),
    Sysctl(SysctlError),
    Device(io::Error),
    Astray(String),
}

impl Failed {
    fn at(self, event: usize) -> PlayError {
        match self {
            Self::Ipvs(error) => PlayError::Ipvs(error),
            Self::Sysctl(error) => PlayError::Sysctl(error),
            Self::Device(error) => PlayError::Device(error),
            Self::Astray(what) => PlayError::Astray { event, what },
        }
    }
}

impl From<IpvsError> for Failed {
    fn from(error: IpvsError) -> Self {
        Self::Ipvs(error)
    }
}

impl From<SysctlError> for Failed {
    fn from(error: SysctlError) -> Self {
        Self::Sysctl(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Device(error)
    }
}

struct Player<'a> {
    script: &'a Script,
    lab: &'a mut Lab<'a>,
    /// By flow: at which host and address its last packet that was passed on arrived, if by masquerading.
    arrived: Vec<Option<(u16, SocketAddr)>>,
    checkpoints: Vec<Look>,
    buffer: [u8; 2048],
}

impl Player<'_> {
    fn take(&mut self, action: Action) -> Result<Outcome, Failed> {
        match action {
            Action::Packet { flow, from: Side::Client, content } => return self.client_sends(flow, content),
            Action::Packet { flow, from: Side::Server, content } => return self.server_sends(flow, content),
            Action::EditServer { server, weight, thresholds } => self.lab.edit(server, weight, thresholds)?,
            Action::Add { server, weight } => self.lab.add(server, weight)?,
            Action::Remove { server } => self.lab.remove(server)?,
            Action::AddService { service } => self.lab.add_service(service)?,
            Action::EditService { service, settings } => self.lab.edit_service(service, &settings)?,
            Action::RemoveService { service } => self.lab.remove_service(service)?,
            Action::Sysctl(sysctl, value) => self.lab.set_sysctl(sysctl, value)?,
            Action::Timeouts(timeouts_s) => self.lab.set_timeouts(timeouts_s)?,
            Action::Checkpoint => {
                let servers = self.lab.counters()?;
                self.checkpoints.push(Look { servers, lasted: 0 });
            }
        }
        Ok(Outcome::Nothing)
    }

    /// Sends a client's packet, and finds out what becomes of it.
    fn client_sends(&mut self, flow: u32, content: Content) -> Result<Outcome, Failed> {
        let Flow { client, destination, .. } = self.script.flows[flow as usize];
        self.lab.tap.send(&craft(GATEWAY, client, destination, content))?;
        let mut outcome = Outcome::Nothing;
        while let Some(frame) = self.lab.tap.receive(&mut self.buffer)? {
            let Some(seen) = Sighting::read(frame) else { continue };
            match (seen.kind, seen.next_hop) {
                (Kind::Packet { .. }, Some(host)) if seen.source == client => {
                    if !self.lab.delivers(host, destination, &seen) {
                        let what = format!("a packet of {client} reached server {host} as {seen:?}");
                        return Err(Failed::Astray(what));
                    }
                    let port = seen.destination.port();
                    let ip = self.script.servers[usize::from(host)].endpoint.ip();
                    // A server that is reached without its own address answers the client directly, past the director.
                    let masqueraded = seen.tunnel_to.is_none() && seen.destination.ip() == ip;
                    self.arrived[flow as usize] = masqueraded.then_some((host, SocketAddr::new(ip, port)));
                    outcome = Outcome::Server { host, port };
                }
                (Kind::Packet { .. }, None) if seen.source == client => {
                    return Err(Failed::Astray(format!("a packet of {client} went back to the clients")));
                }
                (Kind::Packet { reset: true, .. }, None)
                    if (seen.source, seen.destination) == (destination, client) =>
                {
                    outcome = Outcome::Reset;
                }
                (Kind::Unreachable { port }, None) if seen.source == client => {
                    outcome = if port { Outcome::Refused } else { Outcome::Reset };
                }
                _ => {}
            }
        }
        Ok(outcome)
    }

    /// Sends a server's packet, and finds out whether it reaches the client in the service's name.
    fn server_sends(&mut self, flow: u32, content: Content) -> Result<Outcome, Failed> {
        let Some((host, source)) = self.arrived[flow as usize] else { return Ok(Outcome::Skipped) };
        let Flow { client, destination, .. } = self.script.flows[flow as usize];
        self.lab.tap.send(&craft(server_mac(host), source, client, content))?;
        let mut outcome = Outcome::Nothing;
        while let Some(frame) = self.lab.tap.receive(&mut self.buffer)? {
            let Some(seen) = Sighting::read(frame) else { continue };
            if seen.destination != client || seen.next_hop.is_some() {
                continue;
            }
            if seen.source == destination {
                outcome = Outcome::Answered;
            } else if seen.source == source {
                outcome = Outcome::Untouched;
            }
        }
        Ok(outcome)
    }
}
