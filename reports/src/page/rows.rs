//! Rows of tables about real servers: each of its own, or the groups where there are many.

use crate::study::Study;

/// More servers than this are put together by group.
const MANY: usize = 24;

/// A server, or a group of them.
pub(super) struct Row {
    pub(super) name: String,
    /// By server id.
    pub(super) members: Vec<usize>,
}

impl Row {
    /// The mean over its members; `None` if it is not known of any.
    pub(super) fn mean(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let known: Vec<f64> = self.members.iter().filter_map(|&member| value(member)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }
}

/// The rows of a study.
pub(super) fn rows(study: &Study) -> Vec<Row> {
    if study.servers.len() > MANY {
        let groups = study.groups().into_iter();
        return groups.map(|(name, members)| Row { name: name.to_owned(), members }).collect();
    }
    let servers = study.servers.iter().enumerate();
    servers.map(|(number, server)| Row { name: server.name.clone(), members: vec![number] }).collect()
}
