//! Whether one client has a great part of a trace, counted in little memory (Misra & Gries 1982).

use std::collections::HashMap;
use std::net::IpAddr;

/// Counts of the clients that come most often.
#[derive(Debug, Default)]
pub(super) struct Busiest {
    counts: HashMap<IpAddr, u64>,
}

impl Busiest {
    /// As many clients are counted at once: a count is too low by less than this part of the rows.
    const COUNTED: usize = 256;

    pub(super) fn see(&mut self, client: IpAddr) {
        if self.counts.len() < Self::COUNTED || self.counts.contains_key(&client) {
            *self.counts.entry(client).or_default() += 1;
            return;
        }
        self.counts.retain(|_, count| {
            *count -= 1;
            *count > 0
        });
    }

    /// The client that came most often, and at least how often.
    pub(super) fn found(&self) -> Option<(IpAddr, u64)> {
        self.counts
            .iter()
            .map(|(&client, &count)| (client, count))
            .max_by_key(|&(client, count)| (count, client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_with_a_tenth_of_the_rows_is_found_among_many() {
        let mut busiest = Busiest::default();
        let crowd = IpAddr::from([192, 0, 2, 1]);
        for row in 0..100_000u32 {
            busiest.see(if row % 10 == 0 { crowd } else { IpAddr::from((row + 1).to_be_bytes()) });
        }
        let (client, count) = busiest.found().expect("one");
        assert_eq!(client, crowd);
        assert!((9_600..=10_000).contains(&count), "{count}");
    }
}
