//! Directors that take over from others.

use alloc::vec::Vec;

use super::Engine;
use super::world::Full;
use crate::clients::request::Bound;
use crate::director::Director;
use crate::farm::visits::Job;
use crate::observer::{Failure, Observer};
use crate::request::RequestId;
use crate::setup::operations::Failover;

impl<D: Director> Engine<Full<D>> {
    /// Another director takes over. A connection that it does not know is reset at its next packet, which is now.
    pub(super) fn fail_over(&mut self, failover: Failover, seen: &mut impl Observer) {
        let mut broken: Vec<(RequestId, Bound)> = Vec::new();
        if failover == Failover::Cold {
            for server in self.farm.ids() {
                for job in self.farm.drain(server, self.now) {
                    self.meters.left(job.arrived, self.now);
                    let Job { request, connection, .. } = job;
                    broken.extend(request.map(|id| (id, Bound { connection, server })));
                }
            }
            for (_, bound) in &broken {
                self.director.cut(bound.connection, self.now);
            }
            self.around.lives.iter_mut().for_each(|life| *life += 1);
        }
        self.director.fail_over(failover, self.now);
        for (id, _) in broken {
            self.fail_after(self.around.path.client, id, Failure::Reset, seen);
        }
        self.farm.ids().for_each(|server| self.measure(server));
    }
}
