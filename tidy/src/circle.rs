//! Circles: what can be reached from itself (Tarjan 1972).

use std::collections::{BTreeMap, BTreeSet};

/// The sets of nodes in which each can be reached from each other one, two or more a set; the largest first.
pub fn circles<'a>(edges: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<BTreeSet<&'a str>> {
    let mut after: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        after.entry(from).or_default().insert(to);
        after.entry(to).or_default();
    }
    let mut search = Search { after: &after, seen: BTreeMap::new(), open: Vec::new(), found: Vec::new() };
    for &node in after.keys() {
        if !search.seen.contains_key(node) {
            search.visit(node);
        }
    }
    let mut found = search.found;
    found.retain(|set| set.len() > 1);
    found.sort_by_key(|set| std::cmp::Reverse(set.len()));
    found
}

struct Search<'a, 'e> {
    after: &'e BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// When a node was first seen.
    seen: BTreeMap<&'a str, usize>,
    /// Nodes that are in no set yet.
    open: Vec<&'a str>,
    found: Vec<BTreeSet<&'a str>>,
}

impl<'a> Search<'a, '_> {
    /// When the earliest open node was seen that can be reached from this one.
    fn visit(&mut self, node: &'a str) -> usize {
        let own = self.seen.len();
        self.seen.insert(node, own);
        self.open.push(node);
        let mut earliest = own;
        for &next in &self.after[node] {
            let reached = match self.seen.get(next) {
                None => self.visit(next),
                Some(&seen) if self.open.contains(&next) => seen,
                Some(_) => continue,
            };
            earliest = earliest.min(reached);
        }
        if earliest == own {
            let first = self.open.iter().position(|&open| open == node).unwrap_or(0);
            self.found.push(self.open.drain(first..).collect());
        }
        earliest
    }
}
