//! Pictures as SVG, drawn with plotters.
//!
//! plotters does not end on an infinite axis and says nothing about an empty one, so every axis comes from
//! [`axis`], which checks its range, and a series has at most a few hundred points. Pictures are 1200 pixels wide.

mod agreement;
mod axis;
mod canvas;
mod ccdf;
mod curves;
mod decision_cost;
mod forest;
mod group;
mod hits;
mod imbalance;
mod knee;
mod over_time;
mod pairs;
pub(crate) mod palette;
mod percentiles;
mod picture;
mod plan;
mod rate;
mod residuals;
mod rows;
mod shares;
mod side_by_side;
mod time_series;

pub use agreement::agreement_svg;
pub use ccdf::ccdf_svg;
pub use decision_cost::decision_cost_svg;
pub use forest::forest_svg;
pub use hits::hits_svg;
pub use imbalance::imbalance_svg;
pub use knee::knee_svg;
pub use over_time::{OverTime, over_time_svg};
pub use percentiles::percentiles_svg;
pub use plan::plan_svg;
pub use rate::rate_svg;
pub use residuals::{agreement_residuals_svg, side_by_side_residuals_svg};
pub use shares::shares_svg;
pub use side_by_side::{side_by_side_shares_svg, side_by_side_svg};
pub(crate) use time_series::series;
pub use time_series::{RunOverTime, time_series_svg};
