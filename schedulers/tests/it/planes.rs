//! The rules of other data planes against their vectors: `planes/vectors.csv`, observed on kernels, published by the projects, or
//! computed by an independent reference (column `basis`).

mod hashing;
mod memory;
mod picking;
mod rows;
mod scheduling;
mod tables;

use rows::Row;

#[test]
fn every_row_is_what_the_rule_comes_to() {
    let rows = rows::all();
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let found = value(row);
            (found != row.expected)
                .then(|| format!("{} {}: {found}, expected {}", row.id, row.inputs, row.expected))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} rows:\n{}", failures.len(), rows.len(), failures.join("\n"));
}

/// What the rule of a row makes of its inputs.
fn value(row: &Row) -> serde_json::Value {
    match row.rule.as_str() {
        "jhash" => hashing::bytes(row),
        "nft-jhash" => hashing::expression(row),
        "cilium-seeds" => hashing::seeds(row),
        "cilium-flow-hash" => hashing::cilium_flow(row),
        "katran-flow-hash" => hashing::katran_flow(row),
        "nft-numgen-inc" => picking::counter(row),
        "nft-numgen-random" => picking::scaled(row),
        "nft-numgen-residues" => picking::residues(row),
        "equal-intervals" => picking::runs(row),
        "swarm-nft-random" => picking::bucket(row),
        "statistic-probability" => picking::probability(row),
        "statistic-shares" => picking::shares(row),
        "statistic-pick" => picking::cascade(row),
        "statistic-nth" => picking::nth(row),
        "cilium-random" => picking::remainder(row),
        "cilium-round-robin" => picking::turn(row),
        "cilium-least-estimate" => picking::estimate(row),
        "cilium-offset-skip" => tables::cilium_permutation(row),
        "cilium-table" | "cilium-weighted-table" => tables::cilium(row),
        "cilium-removal" => tables::cilium_removal(row),
        "katran-offset-skip" => tables::katran_permutation(row),
        "katran-table" => tables::katran(row),
        "katran-spread" => tables::katran_spread(row),
        "maglev-paper" => tables::paper(row),
        "ipvs-mh-table" => tables::ipvs(row),
        "disruption" => tables::disruption(row),
        "recent-size" => memory::recent(row),
        "iptables-walk" => memory::walk(row),
        "iptables-rule-count" => memory::rule_count(row),
        "timeout" => memory::timeout(row),
        unknown => panic!("{}: no rule {unknown}", row.id),
    }
}
