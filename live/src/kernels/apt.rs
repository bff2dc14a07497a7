//! Kernels from Debian: the packages that apt offers, downloaded and unpacked without being installed.
//!
//! From 7.x on `linux-image-*` is empty and depends on `linux-binary-*` (the image), `linux-modules-*` and
//! `linux-base-*` (the configuration), so what a package depends on is taken too if its name says that it is part of a
//! kernel. That also follows `linux-image-6.12-cloud-amd64` to the newest 6.12.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use super::{KernelError, release};

const PARTS: [&str; 4] = ["linux-image-", "linux-binary-", "linux-modules-", "linux-base-"];

/// The cloud kernels that apt offers, by package name, newest first.
///
/// # Errors
/// If apt is missing or fails.
pub fn available() -> Result<Vec<String>, KernelError> {
    let list =
        run("apt-cache", "linux-image-*", Command::new("apt-cache").args(["pkgnames", "linux-image-"]))?;
    let mut names: Vec<String> =
        list.lines().filter(|name| is_a_cloud_kernel(name)).map(str::to_owned).collect();
    names.sort_by(|a, b| release::order(b, a));
    names.dedup();
    Ok(names)
}

/// Downloads the package and the parts that it depends on to `staging`, and unpacks all of them in `root`.
pub(super) fn unpack(package: &str, staging: &Path, root: &Path) -> Result<(), KernelError> {
    let packages = parts(package)?;
    run("apt-get", package, Command::new("apt-get").arg("download").args(&packages).current_dir(staging))?;
    let archives = fs::read_dir(staging).into_iter().flatten().flatten().map(|entry| entry.path());
    for archive in archives.filter(|path| path.extension().is_some_and(|extension| extension == "deb")) {
        run("dpkg-deb", package, Command::new("dpkg-deb").arg("-x").arg(&archive).arg(root))?;
    }
    Ok(())
}

/// The package and every part of a kernel that it depends on, directly or not.
fn parts(package: &str) -> Result<BTreeSet<String>, KernelError> {
    let mut found = BTreeSet::new();
    let mut ahead = vec![package.to_owned()];
    while let Some(next) = ahead.pop() {
        let said = run("apt-cache", package, Command::new("apt-cache").args(["depends", &next]))?;
        if let Some(part) = pruned(&said) {
            return Err(KernelError::Pruned { package: package.to_owned(), part: part.to_owned() });
        }
        ahead.extend(depended_on(&said).filter(|name| !found.contains(*name)).map(str::to_owned));
        found.insert(next);
    }
    Ok(found)
}

/// From `apt-cache depends`: a dependency a line, names without a package of their own in angle brackets.
fn depended_on(said: &str) -> impl Iterator<Item = &str> {
    dependencies(said).filter(|name| PARTS.iter().any(|part| name.starts_with(part)))
}

/// A part without which there is no kernel, and that apt has no package for: mirrors drop parts at different times.
fn pruned(said: &str) -> Option<&str> {
    let mut absent = dependencies(said).filter_map(|name| name.strip_prefix('<')?.strip_suffix('>'));
    absent.find(|name| name.starts_with("linux-binary-") || name.starts_with("linux-modules-"))
}

fn dependencies(said: &str) -> impl Iterator<Item = &str> {
    said.lines()
        .filter_map(|line| line.strip_prefix("  Depends: ").or_else(|| line.strip_prefix("  PreDepends: ")))
}

/// `linux-image-6.1.0-47-cloud-amd64`, and neither `linux-image-6.12-cloud-amd64`, which only depends on one, nor the
/// packages with debug symbols or without a signature.
fn is_a_cloud_kernel(name: &str) -> bool {
    let version = name.strip_prefix("linux-image-").and_then(|rest| rest.strip_suffix("-cloud-amd64"));
    version.is_some_and(|version| {
        version.starts_with(|c: char| c.is_ascii_digit()) && version.matches('.').count() >= 2
    })
}

/// What the program printed.
fn run(tool: &'static str, package: &str, command: &mut Command) -> Result<String, KernelError> {
    let output = command.env("LC_ALL", "C").stdin(std::process::Stdio::null()).output().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            KernelError::NotDebian { tool }
        } else {
            KernelError::Failed { package: package.to_owned(), tool, said: error.to_string() }
        }
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failure(tool, package, &output))
}

fn failure(tool: &'static str, package: &str, output: &Output) -> KernelError {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let unknown =
        ["Unable to locate package", "No packages found", "has no installation candidate", "Can't find"];
    if unknown.iter().any(|words| said.contains(words)) {
        return KernelError::NoPackage { package: package.to_owned() };
    }
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with("W: ")).collect();
    let said = lines[lines.len().saturating_sub(8)..].join("\n");
    // A pruned mirror answers 404 for a version that the list still has.
    let hint = if said.contains("404") { "\nits list is stale: run apt-get update" } else { "" };
    KernelError::Failed { package: package.to_owned(), tool, said: said + hint }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn failed(stderr: &str) -> String {
        let output = Output { status: ExitStatus::from_raw(100 << 8), stdout: vec![], stderr: stderr.into() };
        failure("apt-get", "linux-image-6.1.0-47-cloud-amd64", &output).to_string()
    }

    #[test]
    fn the_parts_of_a_split_kernel_are_found() {
        let said = "linux-image-7.3.4+deb13-cloud-amd64\n  PreDepends: linux-base\n |Depends: dracut\n\
                    \x20 Depends: <linux-initramfs-tool>\n    dracut\n  Depends: linux-base-7.3.4+deb13-cloud-amd64\n\
                    \x20 Depends: linux-binary-7.3.4+deb13-cloud-amd64\n  Depends: <linux-modules-7.3.4>\n  Breaks: linux-image-7\n";
        let found: Vec<_> = depended_on(said).collect();
        assert_eq!(found, ["linux-base-7.3.4+deb13-cloud-amd64", "linux-binary-7.3.4+deb13-cloud-amd64"]);
        assert_eq!(pruned(said), Some("linux-modules-7.3.4"));
        assert_eq!(pruned("linux-image-6.18.15\n  Depends: <linux-base-6.18.15>\n"), None);
    }

    #[test]
    fn only_whole_cloud_kernels_are_offered() {
        assert!(is_a_cloud_kernel("linux-image-6.1.0-47-cloud-amd64"));
        assert!(is_a_cloud_kernel("linux-image-6.12.117+deb12-cloud-amd64"));
        for other in [
            "6.12-cloud-amd64",
            "6.1.0-47-cloud-amd64-dbg",
            "6.1.0-47-cloud-amd64-unsigned",
            "cloud-amd64",
            "6.1.0-47-amd64",
        ] {
            assert!(!is_a_cloud_kernel(&format!("linux-image-{other}")), "{other}");
        }
    }

    #[test]
    fn what_apt_says_becomes_a_fix() {
        assert_eq!(
            failed("E: Unable to locate package linux-image-6.1.0-47-cloud-amd64\n"),
            "linux-image-6.1.0-47-cloud-amd64: apt does not know this package; its list may be stale: run apt-get update"
        );
        assert_eq!(
            failed(
                "W: Download is performed unsandboxed\nE: Failed to fetch http://deb.debian.org/x.deb  404  Not Found\n"
            ),
            "linux-image-6.1.0-47-cloud-amd64: apt-get failed; it said:\n\
             E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found\nits list is stale: run apt-get update"
        );
    }
}
