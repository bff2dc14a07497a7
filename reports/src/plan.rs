//! Planning: the least number of servers that holds the objectives, or the most load.
//!
//! A [`Search`] asks a [`Candidates`] for replications of a size and says what they prove. It explores cheaply, then certifies the
//! size that was found, and the next smaller one, with replications that nobody has looked at: those that chose a size flatter it.

mod claim;
mod explore;
mod files;
pub mod formula;
mod measure;
mod report;
mod rule;
mod search;
mod text;

pub use claim::{Claim, Looks, Proven};
pub use files::{PLAN_SCHEMA, plan_csv, plan_json, plan_junit};
pub use measure::PlanCollector;
pub use report::{Plan, PlanEnd, PlanRow, PlanUnit, SchedulerPlan};
pub use rule::{PlanRule, Replication};
pub use search::{Candidates, Evidence, Open, PlanAnswer, Search, Terms};
pub use text::{plan_answer, plan_columns, plan_formula, plan_markdown, plan_metric_words, plan_text, used};
