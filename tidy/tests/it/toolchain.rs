//! The version that is promised, and other ones.

use ipvslab_tidy::untested_version;

#[test]
fn any_other_version_than_the_promised_one_is_told() {
    for (rustc, same) in [
        ("rustc 1.95.0 (59807616e 2026-04-14)", true),
        ("rustc 1.95.1", true),
        ("rustc 1.96.0 (0123456 2026-05-28)", false),
        ("rustc 1.9.0", false),
        ("rustc 1.950.0", false),
        ("", false),
    ] {
        assert_eq!(untested_version("1.95", rustc).is_none(), same, "{rustc}");
    }
}
