//! How much work a connection brings.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::law::{
    BoundedPareto, Constant, Empirical, Erlang, Exponential, Gamma, Hyperexponential, Lognormal, Weibull,
};
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::words::Missing;

/// The laws of one draw, of a table that holds one of them.
pub(crate) struct Laws<'a> {
    pub(crate) constant: Option<&'a At<Constant>>,
    pub(crate) exponential: Option<&'a At<Exponential>>,
    pub(crate) erlang: Option<&'a At<Erlang>>,
    pub(crate) hyperexponential: Option<&'a At<Hyperexponential>>,
    pub(crate) lognormal: Option<&'a At<Lognormal>>,
    pub(crate) weibull: Option<&'a At<Weibull>>,
    pub(crate) bounded_pareto: Option<&'a At<BoundedPareto>>,
    pub(crate) gamma: Option<&'a At<Gamma>>,
    pub(crate) empirical: Option<&'a At<Empirical>>,
}

/// A table that has the laws as fields, after some of its own: serde cannot flatten a table whose fields have places.
macro_rules! table_of_laws {
    ($(#[$about:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        pub(crate) struct $name {
            $($(#[$attribute])* pub(crate) $field: $type,)*
            /// Always the same.
            #[schemars(extend("default" = "none"))]
            pub(crate) constant: Option<At<Constant>>,
            /// Exponentially distributed: the scv (variance over squared mean) is 1.
            #[schemars(extend("default" = "none"))]
            pub(crate) exponential: Option<At<Exponential>>,
            /// The sum of `shape` exponential parts: the scv is 1 / shape.
            #[schemars(extend("default" = "none"))]
            pub(crate) erlang: Option<At<Erlang>>,
            /// One of two exponential distributions with balanced means: the scv is above 1.
            #[schemars(extend("default" = "none"))]
            pub(crate) hyperexponential: Option<At<Hyperexponential>>,
            /// Lognormal: any scv, and a tail heavier than any exponential one.
            #[schemars(extend("default" = "none"))]
            pub(crate) lognormal: Option<At<Lognormal>>,
            /// Weibull: heavier than exponential for a shape below 1, lighter above.
            #[schemars(extend("default" = "none"))]
            pub(crate) weibull: Option<At<Weibull>>,
            /// Pareto between two bounds: the heavy tail of file sizes.
            #[schemars(extend("default" = "none"))]
            pub(crate) bounded_pareto: Option<At<BoundedPareto>>,
            /// Gamma: any scv, with an exponential tail.
            #[schemars(extend("default" = "none"))]
            pub(crate) gamma: Option<At<Gamma>>,
            /// Drawn from a column of a file, every row as likely.
            #[schemars(extend("default" = "none"))]
            pub(crate) empirical: Option<At<Empirical>>,
        }

        impl $name {
            pub(crate) fn laws(&self) -> Laws<'_> {
                Laws {
                    constant: self.constant.as_ref(),
                    exponential: self.exponential.as_ref(),
                    erlang: self.erlang.as_ref(),
                    hyperexponential: self.hyperexponential.as_ref(),
                    lognormal: self.lognormal.as_ref(),
                    weibull: self.weibull.as_ref(),
                    bounded_pareto: self.bounded_pareto.as_ref(),
                    gamma: self.gamma.as_ref(),
                    empirical: self.empirical.as_ref(),
                }
            }
        }
    };
}

table_of_laws! {
    /// How much work a connection brings, as the time it takes alone on a server of speed 1: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    Work {
        /// One of several laws, drawn anew for each connection.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part>>>>,
        /// The destination's: the same one always brings the same work.
        #[schemars(extend("default" = "none"))]
        by_object: Option<At<ByObject>>,
        /// From the columns of the trace: a constant and a cost per unit of each column.
        #[schemars(extend("default" = "none"))]
        trace: Option<At<TraceWork>>,
    }
}

table_of_laws! {
    /// The law by which destinations got their work: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    ByObject {
        /// One of several laws, drawn anew for each destination.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part>>>>,
    }
}

table_of_laws! {
    /// How long a client waits: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    Wait {
        /// One of several laws, drawn anew for each wait.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part>>>>,
    }
}

table_of_laws! {
    /// A part of a mixture: `weight`, and exactly one law.
    #[schemars(extend("minProperties" = 2, "maxProperties" = 2))]
    Part {
        /// How often the part is drawn, in proportion to the weights of all.
        #[schemars(required, range(max = 1e9), extend("exclusiveMinimum" = 0))]
        weight: Option<At<f64>>,
    }
}

/// Work from the columns of the trace: `constant` and, for each column of `per`, its number times its cost.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceWork {
    /// What every connection costs.
    #[schemars(extend("x-unit" = "time", "default" = "0s"))]
    pub(crate) constant: Option<Quoted<Duration>>,
    /// Columns of numbers (bytes, tokens), and the work for each unit; parts of a nanosecond are kept.
    #[schemars(extend("x-unit" = "time per unit of the column", "default" = "none"))]
    pub(crate) per: Option<At<BTreeMap<String, Quoted<Duration>>>>,
    /// What a number that is missing (`-` or nothing) means: `refuse` the trace, or `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
}
