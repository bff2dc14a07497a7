//! The packets of a connection in the order that they should have, and packets that nobody expects.

use ipvslab_schedulers::Rng;
use ipvslab_sim::{Protocol, SctpEvent};

use super::chance::{once_in, one_of};
use crate::script::Content::{self, Ack, Bare, Datagram, Fin, Rst, Sctp, Syn, SynAck};
use crate::script::Side;

type Step = (Side, Content);

const fn client(content: Content) -> Step {
    (Side::Client, content)
}

const fn server(content: Content) -> Step {
    (Side::Server, content)
}

const TCP: [&[Step]; 7] = [
    // The client closes first, or the server does.
    &[client(Syn), server(SynAck), client(Ack), client(Fin), server(Ack), server(Fin), client(Ack)],
    &[client(Syn), server(SynAck), client(Ack), server(Fin), client(Ack), client(Fin), server(Ack)],
    // With data, and as a director sees it that servers answer past.
    &[client(Syn), server(SynAck), client(Ack), client(Ack), server(Ack), client(Ack), client(Rst)],
    &[client(Syn), client(Ack), client(Ack), client(Fin), client(Ack)],
    // Refused, given up, never answered.
    &[client(Syn), server(Rst)],
    &[client(Syn), client(Syn), client(Rst)],
    &[client(Syn), server(SynAck), client(Ack)],
];

const SCTP: [&[Step]; 4] = [
    &[
        client(Sctp(SctpEvent::Init)),
        server(Sctp(SctpEvent::InitAck)),
        client(Sctp(SctpEvent::CookieEcho)),
        server(Sctp(SctpEvent::CookieAck)),
        client(Sctp(SctpEvent::Data)),
        client(Sctp(SctpEvent::Shutdown)),
        server(Sctp(SctpEvent::ShutdownAck)),
        client(Sctp(SctpEvent::ShutdownComplete)),
    ],
    &[
        client(Sctp(SctpEvent::Init)),
        server(Sctp(SctpEvent::InitAck)),
        client(Sctp(SctpEvent::CookieEcho)),
        server(Sctp(SctpEvent::CookieAck)),
        server(Sctp(SctpEvent::Shutdown)),
        client(Sctp(SctpEvent::ShutdownAck)),
        server(Sctp(SctpEvent::ShutdownComplete)),
    ],
    &[client(Sctp(SctpEvent::Init)), client(Sctp(SctpEvent::CookieEcho)), client(Sctp(SctpEvent::Data))],
    &[client(Sctp(SctpEvent::Init)), client(Sctp(SctpEvent::Abort))],
];

const UDP: [&[Step]; 2] = [&[client(Datagram), server(Datagram)], &[client(Datagram)]];

pub(super) const CHUNKS: [SctpEvent; 10] = [
    SctpEvent::Data,
    SctpEvent::Init,
    SctpEvent::InitAck,
    SctpEvent::CookieEcho,
    SctpEvent::CookieAck,
    SctpEvent::Shutdown,
    SctpEvent::ShutdownAck,
    SctpEvent::ShutdownComplete,
    SctpEvent::Error,
    SctpEvent::Abort,
];

/// How far a flow has come in which life.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    steps: &'static [Step],
    next: usize,
}

impl Life {
    pub(super) fn draw(draw: &mut Rng, protocol: Protocol) -> Self {
        let steps = match protocol {
            Protocol::Tcp => one_of(draw, &TCP),
            Protocol::Udp => one_of(draw, &UDP),
            Protocol::Sctp => one_of(draw, &SCTP),
        };
        Self { steps, next: 0 }
    }

    /// The next packet, as it should be or as nobody expects; a new life after the end of this one.
    pub(super) fn step(&mut self, draw: &mut Rng, protocol: Protocol) -> Step {
        if once_in(draw, 5) {
            let side = if once_in(draw, 3) { Side::Server } else { Side::Client };
            return (side, any(draw, protocol));
        }
        if self.next == self.steps.len() {
            *self = Self::draw(draw, protocol);
        }
        self.next += 1;
        self.steps[self.next - 1]
    }
}

fn any(draw: &mut Rng, protocol: Protocol) -> Content {
    match protocol {
        Protocol::Tcp => one_of(draw, &[Syn, Syn, SynAck, Ack, Fin, Rst, Bare]),
        Protocol::Udp => Datagram,
        Protocol::Sctp => Sctp(one_of(draw, &CHUNKS)),
    }
}
