//! The model's side: a director that takes a script's events at the jiffies at which the kernel took them.

use ipvslab_schedulers::{KernelProfile, PowerOfTwo, SchedulerKind, ServerId, ServerTable, Time};

use super::law::LawTest;
use super::{Checkpoint, Divergence, Mode};
use crate::log::{Counters, Log, Outcome};
use crate::model::{Model, describe, named, only_in};
use crate::script::{Action, Script};

/// Which server the model binds a connection to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Follows {
    /// The one that it chose.
    Itself,
    /// The one that the kernel chose.
    Kernel,
}

/// What a world came to.
pub(super) struct Answered {
    pub(super) mode: Mode,
    pub(super) segments: u64,
    pub(super) decisions: u64,
    pub(super) law: Option<LawTest>,
    /// By server: connections that the model chose it for.
    pub(super) assigned: Vec<u64>,
    /// By server: connections that the kernel chose it for.
    pub(super) of_kernel: Vec<u64>,
    pub(super) checkpoints: Vec<Checkpoint>,
    /// Packets that went where a template said.
    pub(super) by_template: u64,
    /// By event: what came of a packet; `None` for other events and packets that were not played.
    pub(super) outcomes: Vec<Option<Outcome>>,
}

/// A model director in the middle of a script.
pub(super) struct World<'a> {
    script: &'a Script,
    log: &'a Log,
    follows: Follows,
    model: Model<'a>,
    answered: Answered,
}

impl<'a> World<'a> {
    pub(super) fn new(script: &'a Script, log: &'a Log, profile: KernelProfile, follows: Follows) -> Self {
        let by_law = script.scheduler() == SchedulerKind::Twos;
        Self {
            script,
            log,
            follows,
            model: Model::new(script, profile, log.clock()),
            answered: Answered {
                mode: Mode::default(),
                segments: 0,
                decisions: 0,
                law: by_law.then(|| LawTest::new(script.servers.len())),
                assigned: vec![0; script.servers.len()],
                of_kernel: vec![0; script.servers.len()],
                checkpoints: Vec::new(),
                by_template: 0,
                outcomes: vec![None; script.events.len()],
            },
        }
    }

    /// Takes the whole script.
    pub(super) fn run(mut self) -> Answered {
        for (number, (event, now)) in self.script.events.iter().zip(self.log.times()).enumerate() {
            match event.action {
                Action::Packet { .. } => self.packet(number, event.action, now),
                Action::Checkpoint => self.checkpoint(number, now),
                edit => {
                    self.model.take(edit, now, &mut |_, chosen| chosen);
                }
            }
        }
        self.answered.by_template = self.model.by_template();
        self.answered
    }

    fn packet(&mut self, event: usize, packet: Action, now: Time) {
        let kernel = self.log.outcomes[event];
        // Nobody sent this packet to the kernel.
        if kernel == Outcome::Skipped {
            return self.model.expire(now);
        }
        let (script, follows) = (self.script, self.follows);
        let Answered { law, assigned, of_kernel, .. } = &mut self.answered;
        let mut chosen_by = None;
        let model = self.model.take(packet, now, &mut |table, chosen| {
            let kernels = host(kernel)
                .and_then(|host| table.ids().find(|server| script.host(server.index() as u16) == host));
            // What the model's twos draws is of no consequence: the kernel's choices are checked against the law.
            let chosen = if let Some(law) = law.as_mut() {
                law.take(&odds(table), kernels.map(ServerId::index));
                kernels
            } else {
                chosen
            };
            chosen_by = Some((chosen, kernels));
            for (counts, server) in [(&mut *assigned, chosen), (&mut *of_kernel, kernels)] {
                if let Some(server) = server {
                    counts[server.index()] += 1;
                }
            }
            match follows {
                Follows::Itself => chosen,
                Follows::Kernel => kernels,
            }
        });
        self.answered.outcomes[event] = Some(model);
        let Some((chosen, kernels)) = chosen_by else {
            self.answered.segments += 1;
            return self.hold(event, now, model, kernel);
        };
        if chosen == kernels {
            self.hold(event, now, model, kernel);
        } else {
            self.answered.mode.decisions_differ += 1;
            let server = |server: Option<ServerId>| {
                server.map_or_else(|| "no server".to_owned(), |server| format!("server {}", server.index()))
            };
            self.differs(event, now, server(chosen), server(kernels));
        }
        self.answered.decisions += 1;
    }

    /// What became of a packet on both sides, apart from the server that the scheduler chose.
    fn hold(&mut self, event: usize, now: Time, model: Outcome, kernel: Outcome) {
        if model != kernel {
            self.answered.mode.segments_differ += 1;
            self.differs(event, now, named(model), named(kernel));
        }
    }

    fn checkpoint(&mut self, event: usize, now: Time) {
        self.model.expire(now);
        let mut model = self.model.counters();
        let look = &self.log.checkpoints[self.answered.checkpoints.len()];
        let kernel = look.servers.clone();
        if look.lasted > 0 && model != kernel {
            // Timers fired while the kernel listed its servers: each was seen before or after its own.
            self.model.expire(self.log.end_of(look, event));
            if are_between(&kernel, &self.model.counters(), &model) {
                model.clone_from(&kernel);
            }
        }
        if model != kernel {
            self.answered.mode.checkpoints_differ += 1;
            let (of_model, of_kernel) = (only_in(&model, &kernel), only_in(&kernel, &model));
            self.differs(event, now, of_model, of_kernel);
        }
        self.answered.checkpoints.push(Checkpoint { at_s: now.as_secs_f64(), model, kernel });
    }

    /// Notes the first difference. A decision or a packet that is passed on as it should changes the list by one
    /// connection at most, so the list is shown as it is after it.
    fn differs(&mut self, event: usize, now: Time, model: String, kernel: String) {
        if self.answered.mode.first.is_none() {
            self.answered.mode.first = Some(Divergence {
                event,
                decision: self.answered.decisions,
                at_s: now.as_secs_f64(),
                action: describe(self.script, event),
                model,
                kernel,
                servers: self.model.list(),
            });
        }
    }
}

/// With which probability `twos` chooses which server.
fn odds(table: &ServerTable) -> Vec<(usize, f64)> {
    PowerOfTwo::law(table).into_iter().map(|(at, probability)| (table.id(at).index(), probability)).collect()
}

fn host(outcome: Outcome) -> Option<u16> {
    match outcome {
        Outcome::Server { host, .. } => Some(host),
        _ => None,
    }
}

/// Whether the same servers are listed in the same order, with counts from those of `fewest` to those of `most`.
fn are_between(seen: &[Counters], fewest: &[Counters], most: &[Counters]) -> bool {
    let count = |of: &Counters| [of.active, of.inactive, of.persistent];
    seen.len() == fewest.len()
        && seen.len() == most.len()
        && seen.iter().zip(fewest.iter().zip(most)).all(|(seen, (fewest, most))| {
            let is_same = |other: &Counters| (other.server, other.weight) == (seen.server, seen.weight);
            let counts = count(fewest).into_iter().zip(count(seen)).zip(count(most));
            is_same(fewest)
                && is_same(most)
                && counts.into_iter().all(|((fewest, seen), most)| fewest <= seen && seen <= most)
        })
}
