//! Client ports, from Linux's ephemeral range 32768..=60999.

use ipvslab_schedulers::Rng;

const FIRST: u16 = 32_768;
const COUNT: u16 = 28_232;

/// All ephemeral ports in a random order, over and over: a client has the same port again no earlier than 28,232
/// connections later, so that no two open connections have the same client and port.
#[derive(Debug)]
pub(crate) struct Ports {
    order: Vec<u16>,
    next: usize,
}

impl Ports {
    pub(crate) fn shuffled(mut draws: Rng) -> Self {
        let mut order: Vec<u16> = (FIRST..FIRST + COUNT).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, draws.below(at as u32 + 1) as usize);
        }
        Self { order, next: 0 }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u16 {
        if self.next == self.order.len() {
            self.next = 0;
        }
        let port = self.order[self.next];
        self.next += 1;
        port
    }
}

/// One of them, each as likely.
pub(crate) fn any_port(draws: &mut Rng) -> u16 {
    FIRST + draws.below(u32::from(COUNT)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_comes_once_before_any_comes_twice() {
        let mut ports = Ports::shuffled(Rng::stream(1, 0, "ports"));
        let first: Vec<u16> = (0..COUNT).map(|_| ports.next()).collect();
        let mut sorted = first.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(FIRST..=60_999));
        assert_ne!(sorted, first, "in a random order");
        assert_eq!(ports.next(), first[0]);
    }
}
