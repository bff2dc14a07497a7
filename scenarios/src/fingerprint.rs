//! What tells two streams of arrivals apart: hashes over all of them, in order, before any decision.

use std::net::IpAddr;

use ipvslab_sim::Arrival;

/// Two chained hashes of the arrivals of a replication. Of closed loops and retries they have the first requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fingerprint {
    /// Of times and classes.
    pub times: u64,
    /// Of addresses, ports, destination, work and sizes too.
    pub arrivals: u64,
}

impl Fingerprint {
    /// Adds the next arrival.
    pub fn add(&mut self, arrival: &Arrival) {
        self.times = chain(self.times, arrival.at.as_nanos());
        self.times = chain(self.times, u64::from(arrival.class));
        let sizes = u64::from(arrival.sizes.request) << 32 | u64::from(arrival.sizes.response);
        let flow = &arrival.flow;
        let [client, destination] = [flow.client, flow.destination].map(bits);
        let words = [self.times, arrival.work.as_nanos(), u64::from(flow.client_port), sizes];
        let words = words.into_iter().chain(client).chain(destination);
        self.arrivals = words.fold(self.arrivals, chain);
    }
}

/// An address in two words.
fn bits(address: IpAddr) -> [u64; 2] {
    match address {
        IpAddr::V4(address) => [4, u64::from(address.to_bits())],
        IpAddr::V6(address) => [(address.to_bits() >> 64) as u64, address.to_bits() as u64],
    }
}

/// One step: the golden ratio as a multiplier, and the upper half folded into the lower.
fn chain(hash: u64, value: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipvslab_schedulers::{Flow, Span, Time};

    fn of(arrivals: &[(u64, u64)]) -> Fingerprint {
        let mut print = Fingerprint::default();
        for &(at, work) in arrivals {
            let flow = Flow {
                client: [10, 0, 0, 1].into(),
                client_port: 40_000,
                destination: [192, 0, 2, 1].into(),
                destination_port: 80,
                protocol: Flow::TCP,
            };
            print.add(&Arrival::new(Time::from_nanos(at), Span::from_nanos(work), flow));
        }
        print
    }

    #[test]
    fn other_work_keeps_the_times_and_another_order_keeps_nothing() {
        let (one, other_work) = (of(&[(1, 5), (2, 6)]), of(&[(1, 5), (2, 7)]));
        assert_eq!(one, of(&[(1, 5), (2, 6)]));
        assert!(one.times == other_work.times && one.arrivals != other_work.arrivals);
        let swapped = of(&[(1, 6), (2, 5)]);
        assert!(one.times == swapped.times && one.arrivals != swapped.arrivals);
        assert_ne!(of(&[(1, 5)]).times, of(&[(1, 5), (2, 6)]).times);
        assert_ne!(of(&[(0, 0)]), of(&[]));
    }

    #[test]
    fn hash_is_fixed() {
        assert_eq!(
            of(&[(1, 5), (2, 6)]),
            Fingerprint { times: 13_865_966_408_282_834_576, arrivals: 7_152_247_438_402_851_699 }
        );
    }
}
