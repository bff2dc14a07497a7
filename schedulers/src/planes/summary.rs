//! What each rule does, in a few sentences for `ipvslab explain`.

use crate::planes::rule::PlaneRule;

impl PlaneRule {
    /// What it does, what it ignores, and a trap with numbers: plain text, one paragraph.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::IptablesRandom => {
                "Not a scheduler of IPVS: kube-proxy's iptables mode. Rule i of n takes a connection with probability 1/(n - i), \
                 written with 10 decimals, so that all servers are as likely. It ignores weights, connection counts and \
                 thresholds. A new connection also walks half of all services' rules on average, which is not simulated."
            }
            Self::IptablesRandom5 => {
                "Not a scheduler of IPVS: kube-proxy's iptables mode in old releases, which wrote probabilities with 5 decimals. \
                 Among 1,000 servers one gets 0.5 % more or less than its share, among 10 servers 0.002 %. Otherwise it is \
                 iptables-random."
            }
            Self::NftRandom => {
                "Not a scheduler of IPVS: kube-proxy's nftables mode, one random number scaled to the number of servers. It ignores \
                 weights, connection counts and thresholds. Finding the service takes one look-up, however many there are."
            }
            Self::NftInc => {
                "Not a scheduler of IPVS: an nftables rule over numgen inc, which serves the servers in turn, in the order they were \
                 added. Weights are ranges, and are served in one run: 3 and 1 give A A A B. It ignores connection counts and \
                 thresholds. Replacing the rule, as every change of the list does, starts again at the first server."
            }
            Self::NftJhash => {
                "Not a scheduler of IPVS: an nftables rule over jhash of the client's address with seed 0, and of its port too with \
                 sh-port. Weights are ranges. It ignores connection counts and thresholds. There is no consistency: another server \
                 or another weight moves the clients beyond every later border, half of them when the last of many goes."
            }
            Self::SwarmRandom => {
                "Not a scheduler of IPVS: Docker Swarm's planned nftables rules, 65,536 buckets cut into runs that differ by one at \
                 most. It ignores weights, connection counts and thresholds. The pull request is open, and may change."
            }
            Self::CiliumRandom => {
                "Not a scheduler of IPVS: Cilium's default, the remainder of one random number by the number of servers. It ignores \
                 weights, connection counts and thresholds. Within a cluster the client's socket decides, once a connection."
            }
            Self::CiliumMaglev => {
                "Not a scheduler of IPVS: Cilium's Maglev table of 16,381 slots, over client, ports and protocol, the same on every \
                 node. It ignores connection counts and thresholds. Weights count only if they sum to at least twice the number of \
                 servers: 1 and 2 are ignored, 2 and 4 are not. A server of weight 0 leaves the table, where mh keeps its slots."
            }
            Self::KatranMaglev => {
                "Not a scheduler of IPVS: Katran's Maglev ring of 65,537 slots, over client and ports. It ignores connection counts \
                 and thresholds. Weights are a head start of slots: 2, 1 and 1 are next to equal, and weights that sum to more than \
                 the ring starve the last servers."
            }
            Self::LeastOf2 => {
                "Not a scheduler of IPVS: two servers drawn at random, whatever their weights, and the one with fewer active \
                 connections taken. Both draws may hit the same server, one time in n. It ignores weights, inactive connections and \
                 thresholds. It is proposed for Cilium, where each node knows its own connections only."
            }
            Self::LeastOf2Distinct => {
                "Not a scheduler of IPVS: least-of-2 with two servers that differ. The proposal for Cilium does not say which of the \
                 two it is; among many servers there is no difference to see."
            }
            Self::LeastOf4 => {
                "Not a scheduler of IPVS: four servers drawn at random, whatever their weights, and the one with the fewest active \
                 connections taken. It ignores weights, inactive connections and thresholds. It is proposed for Cilium, where each \
                 node knows its own connections only."
            }
        }
    }
}
