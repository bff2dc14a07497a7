//! A sweep: the same study at several loads, and up to which of them each objective holds.

pub(crate) mod answer;
pub(crate) mod files;
pub(crate) mod knee;
pub(crate) mod loads;
pub(crate) mod notes;
pub(crate) mod stored;
pub(crate) mod summary;
pub(crate) mod text;
