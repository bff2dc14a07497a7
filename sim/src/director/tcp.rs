//! TCP as the director sees it: states, packets, and the tables that lead from one to the next (kernel spec,
//! sections 2.2 and 2.3).
//!
//! The director believes neither side: it follows the flags of the packets that pass, without looking at sequence
//! numbers. Which table a packet is looked up in depends on who sent it and on whether the director sees what the
//! server sends. `secure_tcp` changes a few places of the tables.

use core::ops::BitOr;

use ipvslab_schedulers::{Activity, Span};

use crate::setup::TcpTimeouts;

/// State of an entry, in the kernel's numbering.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum TcpState {
    /// Before the first packet has been looked at.
    None,
    /// The handshake is complete, as far as the director sees.
    Established,
    /// The server sent a SYN of its own.
    SynSent,
    /// The client's SYN was seen.
    SynRecv,
    /// The server has closed; under direct routing and tunnels, the client has.
    FinWait,
    /// Both sides have closed.
    TimeWait,
    /// Reset.
    Close,
    /// The client has closed.
    CloseWait,
    /// The client closed after the server; no packet leads here.
    LastAck,
    /// No packet leads here.
    Listen,
    /// Half-open under `secure_tcp`.
    SynAck,
}

impl TcpState {
    /// How many states there are.
    pub const COUNT: usize = 11;

    /// All of them, by number.
    pub const ALL: [Self; Self::COUNT] = [
        Self::None,
        Self::Established,
        Self::SynSent,
        Self::SynRecv,
        Self::FinWait,
        Self::TimeWait,
        Self::Close,
        Self::CloseWait,
        Self::LastAck,
        Self::Listen,
        Self::SynAck,
    ];

    /// Whether IPVS counts a connection in this state as active.
    #[inline]
    pub const fn activity(self) -> Activity {
        match self {
            Self::Established | Self::SynSent | Self::SynRecv | Self::SynAck => Activity::Active,
            Self::None
            | Self::FinWait
            | Self::TimeWait
            | Self::Close
            | Self::CloseWait
            | Self::LastAck
            | Self::Listen => Activity::Inactive,
        }
    }

    /// The state that a packet leads to, with `secure_tcp` off.
    #[inline]
    pub fn after(self, event: TcpEvent, table: Transitions) -> Self {
        let row = match table {
            Transitions::Input => &INPUT,
            Transitions::Output => &OUTPUT,
            Transitions::InputOnly => &INPUT_ONLY,
        }[self as usize];
        match event {
            TcpEvent::Syn => row[0],
            TcpEvent::Fin => row[1],
            TcpEvent::Ack => row[2],
            TcpEvent::Rst => row[3],
            TcpEvent::Bare => Self::Close,
        }
    }

    /// The state that a packet leads to, with `secure_tcp` on.
    pub fn after_secure(self, event: TcpEvent, table: Transitions) -> Self {
        match (table, event, self) {
            (Transitions::Input, TcpEvent::Syn | TcpEvent::Fin | TcpEvent::Ack, Self::SynAck)
            | (Transitions::Output, TcpEvent::Syn, Self::SynRecv | Self::SynAck) => Self::SynAck,
            (Transitions::Input, TcpEvent::Ack, Self::SynRecv) => Self::SynRecv,
            (Transitions::Input, TcpEvent::Rst, Self::SynAck) => Self::Close,
            (
                Transitions::InputOnly,
                TcpEvent::Syn,
                Self::None
                | Self::FinWait
                | Self::TimeWait
                | Self::Close
                | Self::CloseWait
                | Self::LastAck
                | Self::Listen
                | Self::SynAck,
            ) => Self::SynAck,
            _ => self.after(event, table),
        }
    }
}

/// Which table a packet is looked up in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transitions {
    /// From the client, of an entry whose server's packets pass the director.
    Input,
    /// From the server.
    Output,
    /// From the client, of an entry of which the director has seen no packet of the server and expects none.
    InputOnly,
}

/// What a packet's flags mean to the director.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TcpEvent {
    /// SYN, with or without ACK.
    Syn,
    /// FIN without SYN.
    Fin,
    /// ACK alone.
    Ack,
    /// RST, whatever else is set.
    Rst,
    /// None of the four: the entry is closed, whatever its state.
    Bare,
}

/// The flags of a TCP header.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TcpFlags(u8);

impl TcpFlags {
    /// The sender has no more data.
    pub const FIN: Self = Self(0x01);
    /// The sender opens.
    pub const SYN: Self = Self(0x02);
    /// The sender gives up.
    pub const RST: Self = Self(0x04);
    /// The acknowledgement number counts.
    pub const ACK: Self = Self(0x10);

    /// The header's byte of flags (its fourteenth byte).
    #[inline]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// What the director makes of them: RST goes before SYN, SYN before FIN, FIN before ACK.
    #[inline]
    pub const fn event(self) -> TcpEvent {
        if self.has(Self::RST) {
            TcpEvent::Rst
        } else if self.has(Self::SYN) {
            TcpEvent::Syn
        } else if self.has(Self::FIN) {
            TcpEvent::Fin
        } else if self.has(Self::ACK) {
            TcpEvent::Ack
        } else {
            TcpEvent::Bare
        }
    }

    /// Whether such a packet of a client makes an entry where there is none: a SYN, with or without ACK, but not with
    /// RST (kernel spec, section 2.5, with `sloppy_tcp` off).
    #[inline]
    pub const fn opens(self) -> bool {
        matches!(self.event(), TcpEvent::Syn)
    }

    pub(crate) const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

impl BitOr for TcpFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Who sent a packet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// Client to server.
    FromClient,
    /// Server to client, seen by the director.
    FromServer,
}

/// From each state (a row, in the order of [`TcpState::ALL`]) after a SYN, FIN, ACK, RST.
type Table = [[TcpState; 4]; TcpState::COUNT];

const ES: TcpState = TcpState::Established;
const SS: TcpState = TcpState::SynSent;
const SR: TcpState = TcpState::SynRecv;
const FW: TcpState = TcpState::FinWait;
const TW: TcpState = TcpState::TimeWait;
const CL: TcpState = TcpState::Close;
const CW: TcpState = TcpState::CloseWait;
const LA: TcpState = TcpState::LastAck;
const LI: TcpState = TcpState::Listen;

#[rustfmt::skip]
static INPUT: Table = [
    // SYN FIN ACK RST
    [SR, CL, ES, CL], // NONE
    [ES, CW, ES, CL], // ESTABLISHED
    [ES, SS, SS, CL], // SYN_SENT
    [SR, TW, ES, SR], // SYN_RECV
    [SR, TW, FW, CL], // FIN_WAIT
    [SR, TW, TW, CL], // TIME_WAIT
    [SR, CL, CL, CL], // CLOSE
    [SR, CW, CW, CL], // CLOSE_WAIT
    [SR, LA, CL, LA], // LAST_ACK
    [SR, LI, LI, LI], // LISTEN
    [SR, TW, ES, SR], // SYNACK
];

#[rustfmt::skip]
static OUTPUT: Table = [
    // SYN FIN ACK RST
    [SS, TW, ES, CL], // NONE
    [ES, FW, ES, CL], // ESTABLISHED
    [SS, SS, SS, SS], // SYN_SENT
    [SR, TW, ES, CL], // SYN_RECV
    [SS, FW, FW, CL], // FIN_WAIT
    [SS, TW, TW, TW], // TIME_WAIT
    [SS, CL, CL, CL], // CLOSE
    [SS, TW, CW, CL], // CLOSE_WAIT
    [SS, LA, LA, CL], // LAST_ACK
    [LI, LI, ES, CL], // LISTEN
    [SR, TW, ES, CL], // SYNACK
];

#[rustfmt::skip]
static INPUT_ONLY: Table = [
    // SYN FIN ACK RST
    [SR, CL, ES, CL], // NONE
    [ES, FW, ES, CL], // ESTABLISHED
    [ES, SS, SS, CL], // SYN_SENT
    [SR, TW, ES, SR], // SYN_RECV
    [SR, FW, FW, CL], // FIN_WAIT
    [SR, TW, TW, CL], // TIME_WAIT
    [SR, CL, CL, CL], // CLOSE
    [SR, CW, CW, CL], // CLOSE_WAIT
    [SR, LA, CL, LA], // LAST_ACK
    [SR, LI, LI, LI], // LISTEN
    [SR, TW, ES, CL], // SYNACK
];

impl TcpTimeouts {
    /// The timeout of a state.
    pub fn of(&self, state: TcpState) -> Span {
        match state {
            TcpState::None => self.none,
            TcpState::Established => self.established,
            TcpState::SynSent => self.syn_sent,
            TcpState::SynRecv => self.syn_recv,
            TcpState::FinWait => self.fin_wait,
            TcpState::TimeWait => self.time_wait,
            TcpState::Close => self.close,
            TcpState::CloseWait => self.close_wait,
            TcpState::LastAck => self.last_ack,
            TcpState::Listen => self.listen,
            TcpState::SynAck => self.syn_ack,
        }
    }
}
