//! SCTP as the director sees it: states, chunks, and the tables that lead from one to the next (kernel spec,
//! section 2.4).
//!
//! The director looks at a packet's first chunk only, and at the second behind a COOKIE-ECHO or COOKIE-ACK, where an
//! ABORT counts.

use ipvslab_schedulers::{Activity, Span};

use crate::director::tcp::Transitions;

/// State of an entry, in the kernel's numbering.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SctpState {
    /// Before the first packet has been looked at.
    None,
    /// The client sent INIT.
    Init1,
    /// The client sent INIT again.
    Init,
    /// COOKIE-ECHO is on its way.
    CookieSent,
    /// COOKIE-ACK is due.
    CookieReplied,
    /// INIT-ACK was seen.
    CookieWait,
    /// INIT-ACKs crossed.
    Cookie,
    /// COOKIE-ECHO was seen.
    CookieEchoed,
    /// Data flows.
    Established,
    /// The server wants to close.
    ShutdownSent,
    /// The client wants to close.
    ShutdownReceived,
    /// The last acknowledgement but one.
    ShutdownAckSent,
    /// Aborted before it was established.
    Rejected,
    /// Over.
    Closed,
}

impl SctpState {
    /// Whether IPVS counts an association in this state as active: established ones only.
    pub const fn activity(self) -> Activity {
        match self {
            Self::Established => Activity::Active,
            _ => Activity::Inactive,
        }
    }

    /// How long an entry lasts in this state after its last packet; nobody can set it.
    pub const fn timeout(self) -> Span {
        match self {
            Self::None => Span::from_secs(2),
            Self::Init1 | Self::Rejected => Span::from_secs(4),
            Self::Established => Span::from_secs(900),
            _ => Span::from_secs(61),
        }
    }

    /// The state that a packet leads to.
    pub fn after(self, event: SctpEvent, table: Transitions) -> Self {
        let table = match table {
            Transitions::Input => &INPUT,
            Transitions::Output => &OUTPUT,
            Transitions::InputOnly => &INPUT_ONLY,
        };
        table[self as usize][event as usize]
    }
}

/// What a packet's chunks mean to the director.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[repr(u8)]
pub enum SctpEvent {
    /// DATA, SACK, HEARTBEAT and whatever has no event of its own.
    Data,
    /// INIT.
    Init,
    /// INIT-ACK.
    InitAck,
    /// COOKIE-ECHO.
    CookieEcho,
    /// COOKIE-ACK.
    CookieAck,
    /// SHUTDOWN.
    Shutdown,
    /// SHUTDOWN-ACK.
    ShutdownAck,
    /// SHUTDOWN-COMPLETE.
    ShutdownComplete,
    /// ERROR.
    Error,
    /// ABORT.
    Abort,
}

impl SctpEvent {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Data,
        Self::Init,
        Self::InitAck,
        Self::CookieEcho,
        Self::CookieAck,
        Self::Shutdown,
        Self::ShutdownAck,
        Self::ShutdownComplete,
        Self::Error,
        Self::Abort,
    ];

    /// The type of a chunk that means it (RFC 9260, section 3.2).
    pub const fn chunk_type(self) -> u8 {
        match self {
            Self::Data => 0,
            Self::Init => 1,
            Self::InitAck => 2,
            Self::Abort => 6,
            Self::Shutdown => 7,
            Self::ShutdownAck => 8,
            Self::Error => 9,
            Self::CookieEcho => 10,
            Self::CookieAck => 11,
            Self::ShutdownComplete => 14,
        }
    }
}

/// From each state (a row, by number) after each event (a column, by number).
type Table = [[SctpState; 10]; 14];

const I1: SctpState = SctpState::Init1;
const IN: SctpState = SctpState::Init;
const CS: SctpState = SctpState::CookieSent;
const CR: SctpState = SctpState::CookieReplied;
const CW: SctpState = SctpState::CookieWait;
const CO: SctpState = SctpState::Cookie;
const CE: SctpState = SctpState::CookieEchoed;
const ES: SctpState = SctpState::Established;
const SS: SctpState = SctpState::ShutdownSent;
const SR: SctpState = SctpState::ShutdownReceived;
const SA: SctpState = SctpState::ShutdownAckSent;
const RJ: SctpState = SctpState::Rejected;
const CL: SctpState = SctpState::Closed;

#[rustfmt::skip]
static INPUT: Table = [
    // d   i  i_a c_e c_a  s  s_a s_c err ab
    [ES, I1, CW, CR, ES, SR, CL, CL, CL, CL], // None
    [I1, IN, CW, IN, I1, I1, IN, CL, I1, CL], // Init1
    [IN, IN, CW, IN, IN, IN, IN, CL, IN, CL], // Init
    [CS, CS, CS, CR, CS, CS, CS, CS, CS, CL], // CookieSent
    [CR, CR, CR, CR, CR, CR, CR, CR, CR, CL], // CookieReplied
    [CW, CW, CO, CW, CW, CW, CW, CW, CW, RJ], // CookieWait
    [CO, CO, CO, CO, CO, CO, CO, CO, CO, CL], // Cookie
    [CE, CE, CE, CE, ES, CE, CE, CE, CL, CL], // CookieEchoed
    [ES, ES, ES, ES, ES, SR, ES, ES, ES, CL], // Established
    [SS, SS, SS, SS, SS, SS, CL, SS, SS, CL], // ShutdownSent
    [SR, SR, SR, SR, SR, SR, SR, SR, SR, CL], // ShutdownReceived
    [SA, SA, SA, SA, SA, SA, CL, CL, SA, CL], // ShutdownAckSent
    [RJ, IN, RJ, RJ, RJ, RJ, RJ, RJ, RJ, CL], // Rejected
    [CL, IN, CL, CL, CL, CL, CL, CL, CL, CL], // Closed
];

#[rustfmt::skip]
static OUTPUT: Table = [
    // d   i  i_a c_e c_a  s  s_a s_c err ab
    [ES, CW, CS, CE, ES, SS, SA, CL, CL, CL], // None
    [I1, CW, CS, CE, ES, SS, SA, I1, CL, RJ], // Init1
    [IN, CW, CS, CE, ES, SS, SA, IN, CL, CL], // Init
    [CS, CW, CS, CE, ES, SS, SA, CS, CL, CL], // CookieSent
    [CR, CW, CR, CE, ES, SS, SA, CR, CL, CL], // CookieReplied
    [CW, CW, CW, CE, ES, SS, CW, CW, CW, CL], // CookieWait
    [CO, CW, CO, CE, ES, SS, CO, CO, CO, CL], // Cookie
    [CE, CW, CE, CE, ES, SS, CE, CE, CE, CL], // CookieEchoed
    [ES, ES, ES, ES, ES, SS, ES, ES, ES, CL], // Established
    [SS, CW, SS, SS, SS, SS, SA, SS, SS, CL], // ShutdownSent
    [SR, CW, SR, SR, SR, SR, SA, SR, SR, CL], // ShutdownReceived
    [SA, CW, SA, SA, SA, SA, SA, SA, SA, CL], // ShutdownAckSent
    [RJ, CW, RJ, RJ, RJ, RJ, RJ, RJ, RJ, CL], // Rejected
    [CL, CW, CL, CL, CL, CL, CL, CL, CL, CL], // Closed
];

#[rustfmt::skip]
static INPUT_ONLY: Table = [
    // d   i  i_a c_e c_a  s  s_a s_c err ab
    [ES, I1, CE, ES, ES, SR, CL, CL, CL, CL], // None
    [I1, IN, CE, ES, I1, I1, IN, CL, I1, CL], // Init1
    [IN, IN, CE, ES, IN, IN, IN, CL, IN, CL], // Init
    [CS, IN, CE, ES, ES, CS, CS, CL, CS, CL], // CookieSent
    [CR, IN, CE, ES, ES, CR, CR, CL, CR, CL], // CookieReplied
    [ES, IN, CE, ES, CW, CW, CW, CW, CW, RJ], // CookieWait
    [CO, CO, CO, CO, ES, CO, CO, CO, CO, CL], // Cookie
    [CE, CE, CE, CE, ES, CE, CE, CE, CE, CL], // CookieEchoed
    [ES, ES, ES, ES, ES, SR, CL, ES, ES, CL], // Established
    [SS, SS, SS, SS, SS, SS, CL, SS, SS, CL], // ShutdownSent
    [SR, SR, SR, SR, SR, SR, SR, CL, SR, CL], // ShutdownReceived
    [SA, SA, SA, SA, SA, SA, CL, CL, SA, CL], // ShutdownAckSent
    [RJ, IN, RJ, RJ, RJ, RJ, RJ, RJ, RJ, CL], // Rejected
    [CL, IN, CL, CL, CL, CL, CL, CL, CL, CL], // Closed
];
