//! Other data planes by name.

use ipvslab_schedulers::planes::PlaneRule;

/// The rules of a data plane.
#[derive(Clone, Debug)]
pub(crate) struct Planes(pub(crate) Vec<PlaneRule>);

/// The rules that a data plane's name stands for, or the one of a rule's name.
pub(super) fn planes(name: &str) -> Result<Planes, String> {
    let of_plane = PlaneRule::of_plane(name);
    let rules: Vec<PlaneRule> = if of_plane.is_empty() {
        PlaneRule::ALL.into_iter().filter(|rule| rule.name() == name).collect()
    } else {
        of_plane.to_vec()
    };
    if rules.is_empty() {
        let rules: Vec<&str> = PlaneRule::ALL.into_iter().map(PlaneRule::name).collect();
        return Err(format!("expected one of {}, {}", PlaneRule::PLANES.join(", "), rules.join(", ")));
    }
    Ok(Planes(rules))
}
