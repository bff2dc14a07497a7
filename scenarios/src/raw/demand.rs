//! How much work a connection brings, and how many bytes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::law::{
    BoundedPareto, Empirical, Erlang, Exponential, Gamma, Hyperexponential, Lognormal, Weibull,
};
use crate::amount::Amount;
use crate::quantity::Duration;
use crate::quoted::{At, Quoted};
use crate::size::Size;
use crate::words::Missing;

/// The laws of one draw, of a table that holds one of them.
pub(crate) struct Laws<'a, Q: Amount> {
    pub(crate) constant: Option<&'a At<Q::Constant>>,
    pub(crate) exponential: Option<&'a At<Exponential<Q>>>,
    pub(crate) erlang: Option<&'a At<Erlang<Q>>>,
    pub(crate) hyperexponential: Option<&'a At<Hyperexponential<Q>>>,
    pub(crate) lognormal: Option<&'a At<Lognormal<Q>>>,
    pub(crate) weibull: Option<&'a At<Weibull<Q>>>,
    pub(crate) bounded_pareto: Option<&'a At<BoundedPareto<Q>>>,
    pub(crate) gamma: Option<&'a At<Gamma<Q>>>,
    pub(crate) empirical: Option<&'a At<Empirical<Q>>>,
}

/// A table that has the laws as fields, after some of its own: serde cannot flatten a table whose fields have places.
macro_rules! table_of_laws {
    ($(#[$about:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, bound = "Q: Amount")]
        #[schemars(bound = "Q: Amount")]
        $(#[$about])*
        pub(crate) struct $name<Q: Amount> {
            $($(#[$attribute])* pub(crate) $field: $type,)*
            /// Always the same.
            #[schemars(extend("default" = "none"))]
            pub(crate) constant: Option<At<Q::Constant>>,
            /// Exponentially distributed: the scv (variance over squared mean) is 1.
            #[schemars(extend("default" = "none"))]
            pub(crate) exponential: Option<At<Exponential<Q>>>,
            /// The sum of `shape` exponential parts: the scv is 1 / shape.
            #[schemars(extend("default" = "none"))]
            pub(crate) erlang: Option<At<Erlang<Q>>>,
            /// One of two exponential distributions with balanced means: the scv is above 1.
            #[schemars(extend("default" = "none"))]
            pub(crate) hyperexponential: Option<At<Hyperexponential<Q>>>,
            /// Lognormal: any scv, and a tail heavier than any exponential one.
            #[schemars(extend("default" = "none"))]
            pub(crate) lognormal: Option<At<Lognormal<Q>>>,
            /// Weibull: heavier than exponential for a shape below 1, lighter above.
            #[schemars(extend("default" = "none"))]
            pub(crate) weibull: Option<At<Weibull<Q>>>,
            /// Pareto between two bounds: the heavy tail of file sizes.
            #[schemars(extend("default" = "none"))]
            pub(crate) bounded_pareto: Option<At<BoundedPareto<Q>>>,
            /// Gamma: any scv, with an exponential tail.
            #[schemars(extend("default" = "none"))]
            pub(crate) gamma: Option<At<Gamma<Q>>>,
            /// Drawn from a column of a file, all rows equally likely.
            #[schemars(extend("default" = "none"))]
            pub(crate) empirical: Option<At<Empirical<Q>>>,
        }

        impl<Q: Amount> $name<Q> {
            pub(crate) fn laws(&self) -> Laws<'_, Q> {
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
    /// How much a connection brings: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    Demand {
        /// One of several laws, drawn anew for each connection.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part<Q>>>>>,
        /// The destination's: the same one always brings the same.
        #[schemars(extend("default" = "none"))]
        by_object: Option<At<ByObject<Q>>>,
        /// From columns of the trace.
        #[schemars(extend("default" = "none"))]
        trace: Option<At<Q::Trace>>,
    }
}

table_of_laws! {
    /// The law by which destinations got what they bring: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    ByObject {
        /// One of several laws, drawn anew for each destination.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part<Q>>>>>,
    }
}

table_of_laws! {
    /// How long a client waits: exactly one of these.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    Wait {
        /// One of several laws, drawn anew for each wait.
        #[schemars(length(min = 2, max = 1000), extend("default" = "none"))]
        mixture: Option<At<Vec<At<Part<Q>>>>>,
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

/// How much work a connection brings, as the time it takes alone on a server of speed 1.
pub(crate) type Work = Demand<Duration>;

/// Bytes of requests and of responses, headers of packets not included.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub(crate) struct Sizes {
    /// What a client sends to the server: exactly one of the kinds.
    #[schemars(extend("default" = "nothing"))]
    pub(crate) request: Option<At<Demand<Size>>>,
    /// What the server answers: exactly one of the kinds.
    #[schemars(extend("default" = "nothing"))]
    pub(crate) response: Option<At<Demand<Size>>>,
}

/// A size from a column of the trace.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSize {
    /// The column of numbers.
    #[schemars(required, length(min = 1))]
    pub(crate) column: Option<At<String>>,
    /// What a 1 in the column stands for.
    #[schemars(extend("x-unit" = "bytes per unit of the column", "default" = "1B"))]
    pub(crate) unit: Option<Quoted<Size>>,
    /// How to treat a missing number (`-` or empty): `refuse` the trace, or take `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
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
    /// How to treat a missing number (`-` or empty): `refuse` the trace, or take `zero`.
    #[schemars(extend("default" = "refuse"))]
    pub(crate) missing: Option<Quoted<Missing>>,
}
