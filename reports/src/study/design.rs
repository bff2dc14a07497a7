//! What the replications of a study can say, and how many of them there were to be.

use serde::{Deserialize, Serialize};

/// What differs between replications.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Varies {
    /// Nothing: a recorded trace with all that matters in it.
    NothingRecorded,
    /// Nothing: a model in which nothing is drawn.
    NothingDrawn,
    /// Places only: where in its second a row falls, which port a client has, which two servers `twos` looks at.
    Places,
    /// A trace's times are kept; something else is drawn.
    Work,
    /// A trace is resampled.
    Resampled,
    /// Arrivals are generated.
    #[default]
    Generated,
}

/// When no more replications are needed.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Width {
    /// Half of an interval is to be at most this …
    pub most: f64,
    /// … part of the value; otherwise in the unit in which the metric is stored.
    pub is_relative: bool,
}

/// A study that ends when an interval is narrow enough.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stopping {
    /// The key of the metric that is looked at.
    pub metric: String,
    /// How narrow, in words.
    pub wanted: String,
    /// Whether it was; otherwise the number of replications ended it.
    pub is_reached: bool,
}

/// What arrivals a replication met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Met {
    /// A chained hash of the times of arrivals and their classes, in order.
    pub times: u64,
    /// Of addresses, ports, work and sizes too.
    pub arrivals: u64,
}

/// How a study was conducted.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Design {
    /// What differs between replications.
    pub varies: Varies,
    /// Set if it was to end when an interval is narrow enough.
    pub stopping: Option<Stopping>,
    /// Differences that do not matter; 2 % of the best if nobody said.
    pub indifference: Option<Width>,
    /// What the scenario was warned of.
    pub warnings: Vec<String>,
    /// By replication; the same for all schedulers. Empty if nobody kept it.
    pub met: Vec<Met>,
}

impl Varies {
    /// In a word, for programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::NothingRecorded | Self::NothingDrawn => "nothing",
            Self::Places => "places",
            Self::Work => "work",
            Self::Resampled => "resampled",
            Self::Generated => "generated",
        }
    }

    /// What intervals cover and what they do not, in a line.
    pub fn line(self) -> &'static str {
        match self {
            Self::NothingRecorded => {
                "One recorded day, played once: no interval. Nothing here says how another day would be."
            }
            Self::NothingDrawn => "Nothing in this scenario is drawn, so it was run once: no interval.",
            Self::Places => {
                "Intervals cover where in its second a request falls, and nothing else: not another day, not other clients."
            }
            Self::Work => "Intervals cover the drawn work and clients; arrivals are this day's.",
            Self::Resampled => {
                "Intervals cover which 10-minute stretches and which clients a day like this has; not growth, not another kind of day."
            }
            Self::Generated => {
                "Intervals cover chance within the model; not whether rate, work and farm are right."
            }
        }
    }

    /// Whether its replications are one day over and over, so that nothing is significant and no objective decided.
    pub fn is_one_day(self) -> bool {
        matches!(self, Self::NothingRecorded | Self::NothingDrawn | Self::Places)
    }

    /// Whether a second replication would be the first again.
    pub fn is_nothing(self) -> bool {
        matches!(self, Self::NothingRecorded | Self::NothingDrawn)
    }
}
