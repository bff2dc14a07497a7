//! The packets of connections whose entries the sender knows: nothing is looked up, and no timer runs between two packets that
//! come sooner than it would.

use ipvslab_schedulers::Time;

use super::director::{After, PacketDirector};
use super::entries::Handle;
use super::packet::{Packet, Verdict};

impl PacketDirector {
    /// The first packet of a connection: what becomes of it, and the entry that it has then, if it has one. The entry's timer does
    /// not run. Expires what is due.
    pub(crate) fn begin(&mut self, packet: &Packet, now: Time) -> (Verdict, Option<Handle>) {
        self.expire(now, |_| {});
        let (verdict, entry) = self.sent_by_client(packet, now, After::Held, &mut |_, chosen| chosen);
        (verdict, entry.map(|id| self.entries.handle(id)))
    }

    /// Whether an entry is still there, and its client's packets still find it.
    #[inline]
    pub(crate) fn is_found(&self, entry: Handle) -> bool {
        self.entries.is_found(entry)
    }

    /// A later packet of the client, which its entry finds. If it is passed on, `after` says what that does with the timer.
    pub(crate) fn client_sends(
        &mut self,
        entry: Handle,
        packet: &Packet,
        now: Time,
        after: After,
    ) -> Verdict {
        let (verdict, passed_by) = self.known(entry.id, packet, now, after, &mut |_, chosen| chosen);
        if let Some(other) = passed_by.filter(|&id| id != entry.id) {
            // The entry has been replaced by one of its own account.
            self.arm(other, now);
        }
        verdict
    }

    /// A packet of the server's, in the same way.
    pub(crate) fn server_sends(&mut self, entry: Handle, packet: &Packet, now: Time, after: After) {
        if self.entries.is_answered(entry.id) {
            self.proceed(entry.id, packet.from, packet.payload, now, after);
        } else {
            self.sent_by_server(packet, now);
        }
    }

    /// Starts the timer of an entry, as its last packet would have done.
    pub(crate) fn release(&mut self, entry: Handle, now: Time) {
        self.arm(entry.id, now);
    }

    /// Stops the timer of an entry until its next packet.
    pub(crate) fn stop(&mut self, entry: Handle) {
        self.hold(entry.id);
    }
}
