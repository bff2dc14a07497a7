//! Pictures as SVG, drawn with plotters.
//!
//! plotters does not end on an infinite axis and says nothing about an empty one, so every axis comes from
//! [`axis`], which checks its range, and a series has at most a few hundred points. A picture has a form for a file, for a wide
//! page and for a narrow one.

mod agreement;
mod axis;
mod bent;
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
mod panels;
mod percentiles;
mod picture;
mod plane;
mod rate;
mod residuals;
mod rows;
mod shares;
mod side_by_side;
mod time_panel;
mod time_series;

pub(crate) use agreement::agreement;
pub use agreement::agreement_svg;
pub(crate) use canvas::{Form, hexadecimal};
pub(crate) use ccdf::ccdf;
pub use ccdf::ccdf_svg;
pub(crate) use decision_cost::decision_cost;
pub use decision_cost::decision_cost_svg;
pub use forest::forest_svg;
pub(crate) use forest::{failing, forest};
pub(crate) use hits::hits;
pub use hits::hits_svg;
pub(crate) use imbalance::imbalance;
pub use imbalance::imbalance_svg;
pub(crate) use knee::knee;
pub use knee::knee_svg;
pub(crate) use over_time::over_time;
pub use over_time::{OverTime, over_time_svg};
pub(crate) use panels::{DrawnPanel, Panels};
pub(crate) use percentiles::percentiles;
pub use percentiles::percentiles_svg;
pub(crate) use picture::Picture;
pub use rate::rate_svg;
pub(crate) use residuals::{agreement_residuals, side_by_side_residuals};
pub use residuals::{agreement_residuals_svg, side_by_side_residuals_svg};
pub(crate) use shares::shares;
pub use shares::shares_svg;
pub(crate) use side_by_side::{side_by_side, side_by_side_shares};
pub use side_by_side::{side_by_side_shares_svg, side_by_side_svg};
pub use time_series::{RunOverTime, time_series_svg};
pub(crate) use time_series::{course, failures, load, tails};
