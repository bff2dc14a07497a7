//! Against the kernel that runs the tests, in namespaces of their own. What it cannot do is skipped, and said so.

mod ipvs;
mod marks;
mod route;

use ipvslab_live::{Namespace, NamespaceError};

/// A namespace, or `None` if the tests do not run as root.
fn namespace() -> Option<Namespace> {
    match Namespace::new() {
        Err(NamespaceError::NotPermitted) => {
            eprintln!("skipped: not root");
            None
        }
        made => Some(made.expect("root can make a namespace")),
    }
}
