//! Links in pages that are made up.

use ipvslab_tidy::{Pages, dead_links};

/// A page `docs/page.md` with this text, beside `docs/other.md`, `README.md` and the file `src/main.rs`.
fn faults(text: &str) -> Vec<String> {
    let other = "# The `other` page, 2nd\n\n## Twice\n\n## Twice\n";
    let page = |(path, text): (&str, &str)| (path.to_owned(), text.to_owned());
    let texts = [("docs/page.md", text), ("docs/other.md", other), ("README.md", "# Read")].map(page).into();
    let paths = ["docs", "src", "src/main.rs", "docs/page.md", "docs/other.md", "README.md"];
    dead_links(&Pages { texts, paths: paths.map(str::to_owned).into() })
}

#[test]
fn link_to_what_is_there_is_no_fault() {
    for link in [
        "other.md",
        "./other.md#the-other-page-2nd",
        "other.md#twice",
        "other.md#twice-1",
        "../README.md#read",
        "../src/main.rs",
        "../src/",
        "#here",
        "https://example.org/none#none",
    ] {
        assert_eq!(faults(&format!("# Here\n\n[a link]({link})\n")), [""; 0], "{link}");
    }
}

#[test]
fn anchor_may_be_written_as_html() {
    assert_eq!(faults("<a id=\"inside\"></a>Some [text](#inside).\n"), [""; 0]);
}

#[test]
fn link_to_what_is_not_there_is_one() {
    for link in ["others.md", "../other.md", "README.md", "#there", "other.md#twice-2", "../src/main.rs#x"] {
        assert_eq!(faults(&format!("# Here\n\n[a link]({link})\n")).len(), 1, "{link}");
        assert_eq!(faults(&format!("# Here\n\n[a link][1]\n\n[1]: {link}\n")).len(), 1, "{link}");
        assert_eq!(faults(&format!("# Here\n\n![a picture]({link})\n")).len(), 1, "{link}");
    }
}

#[test]
fn path_in_code_must_be_there_if_it_is_one_of_ours() {
    for (code, missing) in [
        ("src/main.rs", 0),
        ("src/", 0),
        ("src/none.rs", 1),
        ("src/{main,none,no}.rs", 2),
        ("docs/other.md", 0),
        ("etc/passwd", 0),
        ("cat src/none.rs", 0),
        ("src/<name>.rs", 0),
    ] {
        assert_eq!(faults(&format!("`{code}`")).len(), missing, "{code}");
        assert_eq!(faults(&format!("| a |\n|---|\n| `{code}` |")).len(), missing, "{code}");
        assert_eq!(faults(&format!("```\n{code}\n```")).len(), 0, "{code}");
    }
}
