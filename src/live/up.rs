//! `ipvslab live up` and `ipvslab live show`: a lab to look around in.
//!
//! The lab lives in unnamed namespaces of the process that `up` is, and ends with it. `show` finds it by an abstract
//! socket, which leaves no file behind.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

use ipvslab_live::socket::{Situation, Standing};
use ipvslab_live::{Answer, Host, Order, listing};
use ipvslab_scenarios::Scenario;
use ipvslab_schedulers::SchedulerKind;

use super::machine;
use crate::args::live::Up;
use crate::exit::{Exit, Failure};
use crate::print::{print, talk};
use crate::scenario_file::{Warnings, load};

/// What the abstract sockets of labs are called, before the number of the process.
const SOCKET: &str = "ipvslab-lab-";

/// Keeps a lab up until it is interrupted; with `--vm`, shows one around and ends.
pub(crate) fn up(args: &Up) -> Result<(), Failure> {
    let scenario = load(&args.scenario, &args.said.settings, Warnings::Tell)?;
    let scheduler = args.scheduler.unwrap_or(scenario.schedulers[0]);
    let situation = situation(&scenario, scheduler)?;
    if args.vm {
        let (_, answers) = machine::ask_one(args.kernel.as_deref(), &Order::Tour(Box::new(situation)))?;
        return match answers.into_iter().next() {
            Some(Answer::Toured(text)) => {
                print(format_args!("{text}"));
                Ok(())
            }
            Some(Answer::NoScheduler) => Err(unusable(format!("this kernel does not have {scheduler}"))),
            Some(Answer::Failed(message)) => Err(unusable(message)),
            _ => Err(unusable("the machine did not answer".to_owned())),
        };
    }
    let mut lab = Standing::new(&situation).map_err(|error| unusable(error.to_string()))?;
    let process = std::process::id();
    print(format_args!("{}", lab.setup(|host| enter(process, host))));
    let name = format!("{SOCKET}{process}");
    let address = SocketAddr::from_abstract_name(&name).map_err(|error| unusable(error.to_string()))?;
    let door = UnixListener::bind_addr(&address).map_err(|error| unusable(error.to_string()))?;
    print(format_args!("\nup: `ipvslab live show` lists it; Ctrl-C removes it completely\n"));
    for visitor in door.incoming().flatten() {
        let text = match lab.state() {
            Ok(state) => listing(&state),
            Err(error) => format!("error: {error}\n"),
        };
        let mut visitor = visitor;
        let _ = visitor.write_all(text.as_bytes());
        let _ = visitor.shutdown(Shutdown::Both);
    }
    Ok(())
}

/// Lists the services of every lab that is up.
pub(crate) fn show() -> Result<(), Failure> {
    let sockets = std::fs::read_to_string("/proc/net/unix").map_err(|error| unusable(error.to_string()))?;
    let mut names: Vec<&str> =
        sockets.lines().filter_map(|line| line.split_once('@')).map(|(_, name)| name.trim()).collect();
    names.retain(|name| name.starts_with(SOCKET));
    names.sort_unstable();
    names.dedup();
    let mut shown = 0;
    for name in names {
        let answer = SocketAddr::from_abstract_name(name).and_then(|address| {
            let mut text = String::new();
            UnixStream::connect_addr(&address)?.read_to_string(&mut text)?;
            Ok(text)
        });
        match answer {
            Ok(text) => {
                print(format_args!("lab of process {}\n{text}\n", &name[SOCKET.len()..]));
                shown += 1;
            }
            Err(error) => talk(format_args!("warning: {name} does not answer: {error}")),
        }
    }
    if shown == 0 {
        let message = "error: no lab is up; `ipvslab live up SCENARIO` starts one";
        return Err(Failure::new(Exit::NothingSelected, message));
    }
    Ok(())
}

fn enter(process: u32, host: &Host) -> String {
    let descriptor = host.namespace().as_fd().as_raw_fd();
    format!("; to enter: nsenter --net=/proc/{process}/fd/{descriptor}")
}

/// A scenario's farm, without its connections.
fn situation(scenario: &Scenario, scheduler: SchedulerKind) -> Result<Situation, Failure> {
    Situation::of(scenario, scheduler, 0)
        .map_err(|error| Failure::new(Exit::InvalidInput, format!("error: {}: {error}", scenario.name)))
}

fn unusable(message: String) -> Failure {
    Failure::new(Exit::LiveUnusable, format!("error: {message}"))
}
