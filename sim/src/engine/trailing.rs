//! Packets that no request waits for any more: they come to the director after the request has ended.

use ipvslab_schedulers::{Span, Time};

use super::Engine;
use super::world::Full;
use crate::agenda::{Event, Trailing, Word};
use crate::director::connection::ConnectionId;
use crate::director::{Director, Revived, Silent};
use crate::path::packets::{ConnectionVolume, sent_on};

impl<D: Director> Engine<Full<D>> {
    /// A packet that no request waits for sets out to the director.
    pub(super) fn trail(&mut self, delay: Span, connection: ConnectionId, what: Word) {
        let director = self.director.director_of(connection);
        let life = self.around.lives[director as usize];
        let trailing = Trailing { connection, life, what };
        if delay == Span::ZERO {
            self.trailing(trailing);
        } else {
            self.agenda.note(self.now + delay, Event::Trailing(trailing));
        }
    }

    /// It comes there.
    pub(super) fn trailing(&mut self, Trailing { connection, life, what }: Trailing) {
        let director = self.director.director_of(connection);
        if self.around.lives[director as usize] != life {
            return;
        }
        let (now, forwarding) = (self.now, self.service.forwarding);
        let silent = |armed: u16| Silent { id: connection, armed };
        if let Word::Close(_, sizes) | Word::Acknowledge(sizes) = what
            && self.around.path.has_lines()
            && !forwarding.sees_replies()
        {
            let service = self.service;
            let load = move || sent_on(forwarding, ConnectionVolume::of(&service, sizes).acknowledgements);
            self.around.path.pass(director, load, now);
        }
        match what {
            // What a client sends to a server that was removed is dropped.
            Word::Close(server, _) if !self.director.is_listed(server) => self.director.cut(connection, now),
            Word::Close(..) => self.director.close(connection, now),
            Word::Acknowledge(_) => {}
            Word::Leave => self.director.leave(connection, now),
            Word::LeaveSilent(armed) => self.director.leave_silent(silent(armed), now),
            Word::CloseKept(armed) => self.revive_to(silent(armed), D::close),
            Word::Reset => self.director.reset(connection, now),
            Word::Abort => self.director.abort(connection, now),
            Word::AbortKept(armed) => self.revive_to(silent(armed), D::abort),
        }
    }

    /// A packet on a connection whose timer runs does something to it, if the director passes it on.
    fn revive_to(&mut self, silent: Silent, what: fn(&mut D, ConnectionId, Time)) {
        match self.director.revive(silent, self.now) {
            Revived::Passed(connection) => what(&mut self.director, connection, self.now),
            Revived::Dropped(silent) => self.director.forget(silent),
            Revived::Gone => {}
        }
    }
}
