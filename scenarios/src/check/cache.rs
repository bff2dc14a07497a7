//! The object caches of real servers.

use ipvslab_sim::{CacheRoom, ObjectCache};

use super::Findings;
use super::class::sections;
use crate::problem::Problem;
use crate::quoted::{At, Quoted};
use crate::raw::{Cache, File};
use crate::size::Size;

/// The cache of the group at `path`.
pub(super) fn cache(
    path: &str,
    At { value: raw, span }: &At<Cache>,
    findings: &mut Findings,
) -> Option<ObjectCache> {
    let room = match (&raw.objects, &raw.bytes) {
        (Some(objects), None) => Some(CacheRoom::Objects(objects.value)),
        (None, Some(bytes)) => room_for(&format!("{path}.bytes"), bytes, findings),
        (Some(objects), Some(bytes)) => {
            let problem = Problem::error(path, "found `objects` and `bytes` together, expected one of them");
            findings.report(problem.at(&bytes.span).also(&objects.span, "the other one"));
            None
        }
        (None, None) if findings.was_unreadable(path, &["objects", "bytes"]) => None,
        (None, None) => {
            let problem = Problem::error(path, "found neither `objects` nor `bytes`, expected one of them");
            findings.report(problem.at(span).help("`objects = 1000`, or `bytes = \"64MB\"` of responses"));
            None
        }
    };
    let miss = raw.miss.as_ref().map_or_else(Default::default, |miss| miss.value.span());
    Some(ObjectCache { room: room?, hit: raw.hit.as_ref()?.value.span(), miss })
}

fn room_for(path: &str, bytes: &Quoted<Size>, findings: &mut Findings) -> Option<CacheRoom> {
    if bytes.value.bytes() < 1.0 {
        findings.report(Problem::error(path, "found zero, expected a size above zero").at(&bytes.span));
        return None;
    }
    Some(CacheRoom::Bytes(bytes.value.bytes() as u64))
}

/// Reports caches of a service with one object, and caches by bytes where objects have no size.
pub(super) fn fit(file: &File, findings: &mut Findings) {
    let groups = file.servers.iter().flat_map(|groups| &groups.value).enumerate();
    let caches = groups.filter_map(|(number, group)| Some((number, group.value.cache.as_ref()?)));
    let service = file.service.as_ref().map(|service| &service.value);
    for (number, cache) in caches {
        let path = format!("servers[{number}].cache");
        if let Some(address) = service.and_then(|service| service.address.as_ref()) {
            let problem = Problem::error(path, "all connections go to one destination, which is one object");
            let problem = problem.at(&cache.span).also(&address.span, "the destination");
            findings.report(problem.help("objects are the [destinations] of a service by `fwmark`"));
            return;
        }
        let Some(bytes) = &cache.value.bytes else { continue };
        let without = sections(file).into_iter().find(|class| {
            let size = class.sizes.and_then(|sizes| sizes.value.response.as_ref());
            !size.is_some_and(|size| size.value.by_object.is_some() || size.value.trace.is_some())
        });
        let has_sizes = without.is_none() || findings.was_unreadable("sizes", &["response"]);
        if let Some(class) = without.filter(|_| !has_sizes) {
            let wanted = class.path("sizes.response.by_object");
            let problem =
                Problem::error(format!("{path}.bytes"), "objects have no size of their own").at(&bytes.span);
            findings.report(problem.help(format!("[{wanted}] gives them one, or [sizes.response.trace]")));
            return;
        }
    }
}
