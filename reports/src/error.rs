//! Why a report cannot be written.

use thiserror::Error;

/// Why a report cannot be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The results do not fit into JSON.
    #[error("the results cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The results do not fit into CSV.
    #[error("the results cannot be written as CSV: {0}")]
    Csv(#[from] csv::Error),
    /// The results do not fit into what is stored of them.
    #[error(transparent)]
    Stored(#[from] std::io::Error),
    /// A picture cannot be drawn.
    #[error("the picture of {picture} cannot be drawn: {reason}")]
    Plot {
        /// What it shows.
        picture: &'static str,
        /// What was wrong.
        reason: String,
    },
}
