//! Client policy: timeouts, retransmissions and retries.

use ipvslab_schedulers::Span;

/// Client policy: timeouts, retransmissions and retries.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ClientPolicy {
    /// How often a SYN is sent again before the client gives up; Linux' `tcp_syn_retries`.
    pub syn_retries: u32,
    /// How long a client waits for one connection to open; `None` for as long as it sends SYNs.
    pub connect_timeout: Option<Span>,
    /// How long a client waits for its request in all, from its first attempt on; `None` forever.
    pub deadline: Option<Span>,
    /// What the server does with a connection whose client has gone.
    pub abandoned: Abandoned,
    /// Whether and how failed attempts are tried again.
    pub retries: Option<Retries>,
}

impl Default for ClientPolicy {
    /// Linux' TCP under a program that waits forever and does not try again.
    fn default() -> Self {
        Self {
            syn_retries: 6,
            connect_timeout: None,
            deadline: None,
            abandoned: Abandoned::WorkedOn,
            retries: None,
        }
    }
}

/// TCP keepalive of a client on a connection without a request (`SO_KEEPALIVE`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeepAlive {
    /// How long nothing has to pass before the first (`TCP_KEEPIDLE`).
    pub idle: Span,
    /// From one to the next (`TCP_KEEPINTVL`).
    pub interval: Span,
}

/// What becomes of a connection at the server when its client has gone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Abandoned {
    /// The server does not notice and works on, for no client.
    #[default]
    WorkedOn,
    /// The server notices at once and drops it.
    Cancelled,
}

/// How failed attempts are tried again: each on a new connection, from a new port.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Retries {
    /// How many attempts may follow the first.
    pub most: u32,
    /// How long a client waits before the first retry.
    pub backoff: Span,
    /// Factor by which each further wait is longer (exponential backoff).
    pub factor: f64,
    /// By up to which part of itself a wait is shortened at random: 0 to 1.
    pub jitter: f64,
    /// How many retries all clients together may make; `None` for unlimited.
    pub budget: Option<Budget>,
}

impl Retries {
    /// The wait before the retry after `attempts` attempts, `draw` being uniform in [0, 1).
    pub(crate) fn wait(&self, attempts: u32, draw: f64) -> Span {
        let exponent = f64::from(attempts.saturating_sub(1));
        let whole = self.backoff.as_secs_f64() * libm::pow(self.factor, exponent);
        Span::from_secs_f64(whole * (1.0 - self.jitter * draw))
    }
}

/// A token bucket that retries are paid from, as in Finagle's `RetryBudget`: every request pays in `share`, every
/// retry takes 1. It begins full.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Budget {
    /// Retries for each request, in the long run.
    pub share: f64,
    /// The most retries that can be saved up.
    pub burst: f64,
}

/// After how long the SYN that was sent as number `sent` (from 0) is sent again, or given up: 1, 2, 4 … s, at most 120 s
/// (Linux' TCP_TIMEOUT_INIT, doubled up to TCP_RTO_MAX).
pub(crate) fn syn_wait(sent: u32) -> Span {
    Span::from_secs(if sent >= 7 { 120 } else { 1 << sent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_retransmissions_give_up_after_127_s() {
        let waits = (0..=6).map(syn_wait).fold(Span::ZERO, |sum, wait| sum + wait);
        assert_eq!(waits, Span::from_secs(127));
        assert_eq!(syn_wait(7), Span::from_secs(120));
    }

    #[test]
    fn waits_grow_by_the_factor_and_jitter_shortens_them() {
        let retries =
            Retries { most: 5, backoff: Span::from_millis(100), factor: 2.0, jitter: 0.5, budget: None };
        let millis = |attempts, draw| retries.wait(attempts, draw).as_nanos() / 1_000_000;
        assert_eq!([millis(1, 0.0), millis(2, 0.0), millis(4, 0.0), millis(2, 0.5)], [100, 200, 800, 150]);
    }
}
