//! Dependencies that are made up, by rules that are.

use ipvslab_tidy::refused_dependencies;

const RULES: &str = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Zlib\"]\n";
const REGISTRY: &str = "\"registry+https://github.com/rust-lang/crates.io-index\"";

fn faults(license: &str, source: &str) -> Vec<String> {
    let package =
        format!(r#"{{"name": "one", "version": "1.2.3", "license": {license}, "source": {source}}}"#);
    let metadata = format!(r#"{{"packages": [{package}], "version": 1}}"#);
    let (faults, packages) = refused_dependencies(&metadata, RULES).expect("sound texts");
    assert_eq!(packages, 1);
    faults
}

#[test]
fn licence_must_leave_a_way_that_is_allowed() {
    for (license, allowed) in [
        ("MIT", true),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/Apache-2.0", true),
        ("(MIT OR Apache-2.0) AND Zlib", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", false),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only", false),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("as you like it", false),
    ] {
        let found = faults(&format!("\"{license}\""), REGISTRY);
        assert_eq!(found.is_empty(), allowed, "{license}: {found:?}");
    }
    assert_eq!(faults("null", REGISTRY).len(), 1, "no licence at all");
}

#[test]
fn source_is_the_registry_or_this_repository() {
    assert_eq!(faults("\"MIT\"", "null").len(), 0);
    for source in ["git+https://example.org/one", "registry+https://example.org/index"] {
        assert_eq!(faults("\"MIT\"", &format!("\"{source}\"")).len(), 1, "{source}");
    }
}

#[test]
fn text_that_is_not_as_expected_is_an_error() {
    assert!(refused_dependencies("{}", RULES).is_err());
    assert!(refused_dependencies("{\"packages\": []}", "").is_err());
}
