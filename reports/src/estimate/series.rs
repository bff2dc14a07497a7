//! Values of a metric by replication, and differences of two of them.

/// Values by replication; replications ascend.
pub(crate) type Series = Vec<(u32, f64)>;

/// The differences `a - b`, in the replications that have both.
pub(crate) fn differences(a: &Series, b: &Series) -> Vec<f64> {
    paired(a, b).into_iter().map(|(_, difference)| difference).collect()
}

/// The same by replication.
pub(crate) fn paired(a: &Series, b: &Series) -> Series {
    let partner = |replication| b.iter().find(|(other, _)| *other == replication);
    a.iter()
        .filter_map(|&(replication, value)| {
            partner(replication).map(|&(_, other)| (replication, value - other))
        })
        .collect()
}
