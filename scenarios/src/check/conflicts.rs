//! What does not go together, with both places in the file.

use std::ops::Range;

use ipvslab_sim::{Conflict, Feature, Forwarding, Protocol};

use crate::problem::Problem;
use crate::raw::{self, File};

/// Every pair of features in a file that the model says do not go together.
pub(super) fn found(file: &File) -> impl Iterator<Item = Problem> {
    Conflict::among(|feature| place(file, feature).is_some()).filter_map(|Conflict { first, second, why }| {
        let (first, second) = (place(file, first)?, place(file, second)?);
        let message = format!("does not go with {}: {why}", first.words);
        let problem = Problem::error(second.key, message).at(&second.span.unwrap_or_default());
        // What stands nowhere in the file holds by default.
        Some(match first.span {
            Some(span) => problem.also(&span, first.words),
            None => problem,
        })
    })
}

/// Where a file asks for a feature.
struct Place {
    key: &'static str,
    words: &'static str,
    /// `None` if it holds by default.
    span: Option<Range<usize>>,
}

/// `None` if the file does not have the feature.
fn place(file: &File, feature: Feature) -> Option<Place> {
    let service = file.service.as_ref().map(|service| &service.value);
    let patience = file.patience.as_ref().map(|patience| &patience.value);
    match feature {
        Feature::Datagrams => {
            let given = service?.protocol.as_ref().filter(|given| given.value != Protocol::Tcp)?;
            let span = Some(given.span.clone());
            Some(Place { key: "service.protocol", words: "`protocol = \"udp\"`", span })
        }
        Feature::SynRetries => {
            let span = Some(patience?.syn_retries.as_ref()?.span.clone());
            Some(Place { key: "patience.syn_retries", words: "`syn_retries`", span })
        }
        Feature::ConnectTimeout => {
            let span = Some(patience?.connect_timeout.as_ref()?.span.clone());
            Some(Place { key: "patience.connect_timeout", words: "`connect_timeout`", span })
        }
        Feature::KeepAlive => requests(file).find_map(|requests| {
            let span = Some(requests.keepalive.as_ref()?.span.clone());
            Some(Place { key: "requests.keepalive", words: "`keepalive`", span })
        }),
        Feature::Masquerading => {
            let given = service?.forwarding.as_ref();
            let masquerades = given.is_none_or(|given| given.value == Forwarding::Masquerade);
            let span = given.map(|given| given.span.clone());
            masquerades.then_some(Place { key: "service.forwarding", words: "`forwarding = \"masq\"`", span })
        }
        Feature::ReplyDelay => {
            let span = Some(file.network.as_ref()?.value.back.as_ref()?.span.clone());
            Some(Place { key: "network.back", words: "`back`", span })
        }
    }
}

fn requests(file: &File) -> impl Iterator<Item = &raw::Requests> {
    let classes = file.classes.iter().flat_map(|classes| &classes.value);
    let of_classes = classes.filter_map(|class| class.value.requests.as_ref());
    file.requests.iter().chain(of_classes).map(|requests| &requests.value)
}
