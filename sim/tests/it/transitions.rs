//! The TCP tables against the spec's, cell by cell.

use ipvslab_schedulers::{Activity, Span};
use ipvslab_sim::{TcpEvent, TcpFlags, TcpState, TcpTimeouts, Transitions};

const TABLE: &str = include_str!("transitions.txt");

const EVENTS: [TcpEvent; 4] = [TcpEvent::Syn, TcpEvent::Fin, TcpEvent::Ack, TcpEvent::Rst];
const TABLES: [Transitions; 3] = [Transitions::Input, Transitions::Output, Transitions::InputOnly];

fn short(state: TcpState) -> &'static str {
    ["NO", "ES", "SS", "SR", "FW", "TW", "CL", "CW", "LA", "LI", "SA"][state as usize]
}

#[test]
fn every_cell_is_the_specs() {
    let columns = TABLES.into_iter().flat_map(|table| EVENTS.map(|event| (table, event)));
    let columns: Vec<_> = columns.collect();
    let rows: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rows.len(), TcpState::COUNT);
    for (row, state) in rows.into_iter().zip(TcpState::ALL) {
        let mut words = row.split_whitespace().filter(|&word| word != "|");
        assert_eq!(words.next(), Some(short(state)));
        let expected: Vec<&str> = words.collect();
        let found: Vec<&str> =
            columns.iter().map(|&(table, event)| short(state.after(event, table))).collect();
        assert_eq!(found, expected, "from {state:?}");
    }
}

/// Edge case 82.
#[test]
fn a_packet_without_flags_closes_from_every_state() {
    for (state, table) in TcpState::ALL.into_iter().flat_map(|state| TABLES.map(|table| (state, table))) {
        assert_eq!(state.after(TcpEvent::Bare, table), TcpState::Close);
    }
}

#[test]
fn half_open_and_established_states_are_active() {
    let active: Vec<&str> =
        TcpState::ALL.into_iter().filter(|state| state.activity() == Activity::Active).map(short).collect();
    assert_eq!(active, ["ES", "SS", "SR", "SA"]);
}

#[test]
fn timeouts_are_the_kernels() {
    let timeouts = TcpState::ALL.map(|state| TcpTimeouts::default().of(state));
    let expected = [2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120].map(Span::from_secs);
    assert_eq!(timeouts, expected);
}

#[test]
fn rst_goes_before_syn_before_fin_before_ack() {
    use TcpFlags as F;
    let push = F::from_byte(0x08);
    for (flags, event) in [
        (F::SYN, TcpEvent::Syn),
        (F::SYN | F::ACK, TcpEvent::Syn),
        (F::SYN | F::FIN, TcpEvent::Syn),
        (F::FIN | F::ACK, TcpEvent::Fin),
        (F::ACK | push, TcpEvent::Ack),
        (F::RST | F::ACK, TcpEvent::Rst),
        (F::RST | F::SYN | F::FIN | F::ACK, TcpEvent::Rst),
        (push, TcpEvent::Bare),
        (F::default(), TcpEvent::Bare),
        (F::from_byte(0xc2), TcpEvent::Syn),
    ] {
        assert_eq!(flags.event(), event, "{flags:?}");
    }
}

/// Edge cases 80 and 81.
#[test]
fn a_syn_opens_with_or_without_ack_but_not_with_rst() {
    use TcpFlags as F;
    let opening = [F::SYN, F::SYN | F::ACK, F::SYN | F::FIN];
    let others = [F::ACK, F::FIN | F::ACK, F::RST | F::SYN, F::default()];
    assert!(opening.into_iter().all(F::opens));
    assert!(!others.into_iter().any(F::opens));
}
