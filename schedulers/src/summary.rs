//! What each scheduler does, in a few sentences for `ipvslab explain`.

use crate::kind::SchedulerKind;

impl SchedulerKind {
    /// What it does, what it ignores, and a trap with numbers: plain text, one paragraph.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Rr => {
                "Gives connections to the open servers in turn, from the server added last to the one added first. \
                 It ignores connection counts and how large a weight is: a server of weight 100 gets no more than one \
                 of weight 1, and only weight 0 keeps a server out. A server added while the rotation is under way \
                 waits until it wraps."
            }
            Self::Wrr => {
                "Serves each server in proportion to its weight, in rounds: the bar falls from the highest weight \
                 to 1, and every pass down the list serves the servers whose weight reaches it. It ignores connection \
                 counts. Heavy servers are served in bursts: weights 5, 1, 1 give A A A A C B A. Any edit, even one \
                 that changes nothing, sends the walk back to the head of the list, and servers added one by one \
                 play their first round as if all weights were equal."
            }
            Self::Lc => {
                "Picks the open server with the least overhead, 256 for each active connection plus 1 for each \
                 inactive one (or, from the kernels of August 2026 on, plus 1 for each connection). It ignores how \
                 large a weight is. Ties go to the server added last. 256 connections in TIME_WAIT, or 256 UDP flows, \
                 count like one active connection."
            }
            Self::Wlc => {
                "Picks the server with the least overhead divided by weight, where overhead is 256 for each active \
                 connection plus 1 for each inactive one (or, from the kernels of August 2026 on, plus 1 for each \
                 connection). Ties go to the server added last. In an idle pool every overhead is 0 and weights do not \
                 count: the server added last gets the first connection, even with weight 1 beside 100."
            }
            Self::Lblc => {
                "Keeps each destination address on the server that served it last, and otherwise chooses as wlc does. \
                 It moves an address only when its server has more active connections than its weight while another \
                 has fewer than half of its own: with weights of 100, 150 connections on one server and 50 on each \
                 other move nothing. It ignores the connection threshold of a server it remembers. An ordinary service \
                 has one destination address, its VIP, so everybody goes to one server until that one is busy: meant \
                 for fwmark services in front of caches."
            }
            Self::Lblcr => {
                "Keeps a set of servers for each destination address and picks the least loaded of the set, by \
                 overhead and weight. When that one has more active connections than its weight while some server has \
                 fewer than half of its own, wlc's choice joins the set. A set that has not changed for 24 hours \
                 loses its most loaded member at the next connection, and only then: an address without requests \
                 keeps its whole set until the entry expires. Meant for fwmark services in front of caches."
            }
            Self::Dh => {
                "Hashes the destination address into 256 buckets, dealt out to the servers in turn. It ignores the \
                 client, weights and connection counts. An ordinary service has one destination address, its VIP, so \
                 all clients go to one server; and if that server is quiesced or overloaded all are refused, though \
                 others are free. There is no fallback. Meant for fwmark services in front of caches."
            }
            Self::Sh => {
                "Hashes the client's address into 256 buckets, of which each server takes as many in a row as its \
                 weight, round the list until all are dealt. It ignores connection counts. Weights beyond 256 in sum \
                 starve the end of the list: 200 and 100 get 200 and 56 buckets. Removing the last of 4 equal servers \
                 moves 190 of 256 buckets, 126 of them needlessly. Clients of a quiesced or overloaded server are \
                 refused unless sh-fallback is set."
            }
            Self::Sed => {
                "Picks the server with the least (active connections + 1) / weight. It ignores inactive connections. \
                 Ties go to the server added last. A light server waits until the heavy ones fill up: of weights 1 \
                 and 3, the first two connections go to the heavy one. UDP flows are never active, so under UDP all \
                 go to the heaviest server."
            }
            Self::Nq => {
                "Picks the first server in the list that has no active connection; if all have some, the one with the \
                 least (active connections + 1) / weight. It ignores inactive connections. An idle server of weight 1 \
                 that was added last goes before an idle one of weight 100. UDP flows are never active, so under UDP \
                 the first open server gets everything."
            }
            Self::Fo => {
                "Gives every connection to the open server of the highest weight. It ignores connection counts. \
                 Servers of equal weight do not share: all goes to the one added last. The next server serves only \
                 while the heaviest is quiesced, overloaded or removed."
            }
            Self::Ovf => {
                "Fills the server of the highest weight, then the next. Weight is the capacity in active connections, \
                 and the test is active > weight: a server of weight 5 gets a sixth. It ignores inactive connections, \
                 so under UDP the first server never overflows. When every server is full, connections are refused."
            }
            Self::Mh => {
                "Hashes the client's address into a table of 4093 slots that each server fills along a permutation of \
                 its own, so that few clients move when the list changes: removing one of 10 servers changes 11.2 % of \
                 the slots, 1.2 % needlessly. It ignores connection counts. Quiescing a server does not change the \
                 table: its clients are refused unless mh-fallback is set. A server added with weight 0 owns no slot \
                 until it is edited."
            }
            Self::Twos => {
                "Draws two servers at random in proportion to their weights and takes the one with less overhead by \
                 weight (overhead as for wlc). Both draws may hit the same server, and the first open server in the \
                 list is drawn a little too often: of two servers of weight 1 it is drawn twice as often as the other. \
                 Its products are 32 bits wide: a server with 10,000 active connections compared with one of weight \
                 1000 overflows and wins. In kernels since 5.13."
            }
            Self::Random => {
                "Not a scheduler of IPVS: any open server, all equally likely regardless of weights and counts. The rules \
                 that other data planes have instead, such as iptables-random and cilium-random, differ from it by their random \
                 numbers, and in that they know no thresholds."
            }
            Self::Jsq => {
                "Not a scheduler of IPVS: the server with the fewest requests in service or waiting relative to its weight, seen at this instant. No connection that has ended and none that is idle counts. Ties go to the \
                 server added last. Several directors all see the same."
            }
            Self::Plane(rule) => rule.summary(),
            Self::LeastWork => {
                "Not a scheduler of IPVS: the server where the new request would be done first, knowing the work of all \
                 requests and the speed of all servers. No director has that knowledge. It shows how much a better scheduler could still gain."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_summary_is_a_paragraph_of_two_to_five_sentences() {
        for kind in SchedulerKind::every() {
            let summary = kind.summary();
            let sentences = summary.matches(". ").count() + 1;
            assert!(summary.ends_with('.') && !summary.contains("  ") && !summary.contains('\n'), "{kind}");
            assert!((2..=5).contains(&sentences), "{kind}: {sentences} sentences");
        }
    }
}
