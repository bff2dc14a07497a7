//! Any of the 14 schedulers, the baselines and the rules of other data planes, chosen at run time and dispatched without allocation.

use core::fmt;

use crate::baseline::{LeastWork, RandomChoice, ShortestQueue};
use crate::dh::DestinationHashing;
use crate::flags::HashFlags;
use crate::flow::Flow;
use crate::fo::Failover;
use crate::kind::SchedulerKind;
use crate::lblc::LocalityLeastConnection;
use crate::lblcr::ReplicatedLocality;
use crate::lc::LeastConnection;
use crate::mh::{MaglevHashing, TooManyServers};
use crate::nq::NeverQueue;
use crate::ovf::Overflow;
use crate::planes::PlaneScheduler;
use crate::profile::KernelProfile;
use crate::rr::RoundRobin;
use crate::scheduler::Scheduler;
use crate::sed::ShortestExpectedDelay;
use crate::sh::SourceHashing;
use crate::table::{ServerIndex, ServerTable, TableChange};
use crate::time::{Span, Time};
use crate::twos::{Draws, PowerOfTwo};
use crate::wlc::WeightedLeastConnection;
use crate::wrr::WeightedRoundRobin;

/// What a scheduler needs besides the list of servers.
#[derive(Clone, Debug)]
pub struct SchedulerOptions {
    /// Which kernel it is part of.
    pub profile: KernelProfile,
    /// The service's flags.
    pub flags: HashFlags,
    /// Where `twos`, `random` and the rules of other data planes get their random integers.
    pub draws: Draws,
}

/// The kernel refuses to bind the scheduler to the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SchedulerError {
    /// `mh` has fewer slots than the service has servers (`EINVAL`).
    TooManyServers(TooManyServers),
}

impl fmt::Display for SchedulerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyServers(TooManyServers { slots }) => {
                write!(f, "mh has {slots} slots and can serve no more servers than that")
            }
        }
    }
}

impl core::error::Error for SchedulerError {}

/// One of the 14 schedulers, or what they are compared with, bound to a service.
#[derive(Clone, Debug)]
pub enum AnyScheduler {
    /// `rr`
    RoundRobin(RoundRobin),
    /// `wrr`
    WeightedRoundRobin(WeightedRoundRobin),
    /// `lc`
    LeastConnection(LeastConnection),
    /// `wlc`
    WeightedLeastConnection(WeightedLeastConnection),
    /// `lblc`
    LocalityLeastConnection(LocalityLeastConnection),
    /// `lblcr`
    ReplicatedLocality(ReplicatedLocality),
    /// `dh`
    DestinationHashing(DestinationHashing),
    /// `sh`
    SourceHashing(SourceHashing),
    /// `sed`
    ShortestExpectedDelay(ShortestExpectedDelay),
    /// `nq`
    NeverQueue(NeverQueue),
    /// `fo`
    Failover(Failover),
    /// `ovf`
    Overflow(Overflow),
    /// `mh`
    MaglevHashing(MaglevHashing),
    /// `twos`
    PowerOfTwo(PowerOfTwo),
    /// The baseline `random`
    RandomChoice(RandomChoice),
    /// The baseline `jsq`
    ShortestQueue(ShortestQueue),
    /// The baseline `least-work`
    LeastWork(LeastWork),
    /// Another data plane's
    Plane(PlaneScheduler),
}

impl AnyScheduler {
    /// Binds a scheduler to a service with these servers at `now`: the kernel's init hook.
    ///
    /// # Errors
    /// If the kernel would refuse.
    pub fn new(
        kind: SchedulerKind,
        options: SchedulerOptions,
        servers: &ServerTable,
        now: Time,
    ) -> Result<Self, SchedulerError> {
        let SchedulerOptions { profile, flags, draws } = options;
        Ok(match kind {
            SchedulerKind::Rr => Self::RoundRobin(RoundRobin::default()),
            SchedulerKind::Wrr => Self::WeightedRoundRobin(WeightedRoundRobin::new(servers)),
            SchedulerKind::Lc => Self::LeastConnection(LeastConnection::default()),
            SchedulerKind::Wlc => Self::WeightedLeastConnection(WeightedLeastConnection::default()),
            SchedulerKind::Lblc => Self::LocalityLeastConnection(LocalityLeastConnection::new(&profile, now)),
            SchedulerKind::Lblcr => Self::ReplicatedLocality(ReplicatedLocality::new(&profile, now)),
            SchedulerKind::Dh => Self::DestinationHashing(DestinationHashing::new(servers)),
            SchedulerKind::Sh => {
                Self::SourceHashing(SourceHashing::new(flags, profile.sh_table_bits, servers))
            }
            SchedulerKind::Sed => Self::ShortestExpectedDelay(ShortestExpectedDelay::default()),
            SchedulerKind::Nq => Self::NeverQueue(NeverQueue::default()),
            SchedulerKind::Fo => Self::Failover(Failover),
            SchedulerKind::Ovf => Self::Overflow(Overflow),
            SchedulerKind::Mh => Self::MaglevHashing(
                MaglevHashing::new(flags, profile.mh_table_index, servers)
                    .map_err(SchedulerError::TooManyServers)?,
            ),
            SchedulerKind::Twos => Self::PowerOfTwo(PowerOfTwo::new(draws)),
            SchedulerKind::Random => Self::RandomChoice(RandomChoice::new(draws)),
            SchedulerKind::Jsq => Self::ShortestQueue(ShortestQueue),
            SchedulerKind::LeastWork => Self::LeastWork(LeastWork),
            SchedulerKind::Plane(rule) => Self::Plane(PlaneScheduler::new(rule, flags, draws)),
        })
    }

    /// Which one it is.
    pub fn kind(&self) -> SchedulerKind {
        match self {
            Self::RoundRobin(_) => SchedulerKind::Rr,
            Self::WeightedRoundRobin(_) => SchedulerKind::Wrr,
            Self::LeastConnection(_) => SchedulerKind::Lc,
            Self::WeightedLeastConnection(_) => SchedulerKind::Wlc,
            Self::LocalityLeastConnection(_) => SchedulerKind::Lblc,
            Self::ReplicatedLocality(_) => SchedulerKind::Lblcr,
            Self::DestinationHashing(_) => SchedulerKind::Dh,
            Self::SourceHashing(_) => SchedulerKind::Sh,
            Self::ShortestExpectedDelay(_) => SchedulerKind::Sed,
            Self::NeverQueue(_) => SchedulerKind::Nq,
            Self::Failover(_) => SchedulerKind::Fo,
            Self::Overflow(_) => SchedulerKind::Ovf,
            Self::MaglevHashing(_) => SchedulerKind::Mh,
            Self::PowerOfTwo(_) => SchedulerKind::Twos,
            Self::RandomChoice(_) => SchedulerKind::Random,
            Self::ShortestQueue(_) => SchedulerKind::Jsq,
            Self::LeastWork(_) => SchedulerKind::LeastWork,
            Self::Plane(scheduler) => SchedulerKind::Plane(scheduler.rule()),
        }
    }

    /// Edits the service's flags: in force from the next decision on, nothing is refilled.
    pub fn set_flags(&mut self, flags: HashFlags) {
        match self {
            Self::SourceHashing(scheduler) => scheduler.flags = flags,
            Self::MaglevHashing(scheduler) => scheduler.flags = flags,
            _ => {}
        }
    }

    /// How long `lblc` and `lblcr` remember (`lblc_expiration`, `lblcr_expiration`), from now on.
    pub fn set_locality_expiration(&mut self, expiration: Span) {
        match self {
            Self::LocalityLeastConnection(scheduler) => scheduler.set_expiration(expiration),
            Self::ReplicatedLocality(scheduler) => scheduler.set_expiration(expiration),
            _ => {}
        }
    }
}

/// The same call on whichever scheduler it is.
macro_rules! dispatch {
    ($any:expr, $scheduler:ident => $call:expr) => {
        match $any {
            AnyScheduler::RoundRobin($scheduler) => $call,
            AnyScheduler::WeightedRoundRobin($scheduler) => $call,
            AnyScheduler::LeastConnection($scheduler) => $call,
            AnyScheduler::WeightedLeastConnection($scheduler) => $call,
            AnyScheduler::LocalityLeastConnection($scheduler) => $call,
            AnyScheduler::ReplicatedLocality($scheduler) => $call,
            AnyScheduler::DestinationHashing($scheduler) => $call,
            AnyScheduler::SourceHashing($scheduler) => $call,
            AnyScheduler::ShortestExpectedDelay($scheduler) => $call,
            AnyScheduler::NeverQueue($scheduler) => $call,
            AnyScheduler::Failover($scheduler) => $call,
            AnyScheduler::Overflow($scheduler) => $call,
            AnyScheduler::MaglevHashing($scheduler) => $call,
            AnyScheduler::PowerOfTwo($scheduler) => $call,
            AnyScheduler::RandomChoice($scheduler) => $call,
            AnyScheduler::ShortestQueue($scheduler) => $call,
            AnyScheduler::LeastWork($scheduler) => $call,
            AnyScheduler::Plane($scheduler) => $call,
        }
    };
}

/// The schedulers other than wlc are behind one call, so that wlc, which studies ask most, is small enough to be a part of
/// any caller that asks it.
impl AnyScheduler {
    #[inline(never)]
    fn schedule_by_another(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        dispatch!(self, scheduler => scheduler.schedule(flow, servers, now))
    }

    #[inline(never)]
    fn load_changed_for_another(&mut self, server: ServerIndex, servers: &ServerTable) {
        dispatch!(self, scheduler => scheduler.load_changed(server, servers));
    }
}

impl Scheduler for AnyScheduler {
    #[inline(always)]
    fn schedule(&mut self, flow: &Flow, servers: &ServerTable, now: Time) -> Option<ServerIndex> {
        if let Self::WeightedLeastConnection(scheduler) = self {
            return scheduler.schedule(flow, servers, now);
        }
        self.schedule_by_another(flow, servers, now)
    }

    fn table_changed(&mut self, change: TableChange, servers: &ServerTable) {
        dispatch!(self, scheduler => scheduler.table_changed(change, servers));
    }

    #[inline(always)]
    fn load_changed(&mut self, server: ServerIndex, servers: &ServerTable) {
        if let Self::WeightedLeastConnection(scheduler) = self {
            return scheduler.load_changed(server, servers);
        }
        self.load_changed_for_another(server, servers);
    }
}
