use super::*;

/// The smallest module that has a `.modinfo`.
fn module(modinfo: &[u8]) -> Vec<u8> {
    const NAMES: &[u8] = b"\0.modinfo\0.shstrtab\0";
    let sections_at = 64 + modinfo.len() + NAMES.len();
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let mut put = |number: u64, size: usize| file.extend_from_slice(&number.to_le_bytes()[..size]);
    // Relocatable, x86-64, version 1, no entry, no program headers; 3 sections, names in the last.
    let header =
        [(1, 2), (62, 2), (1, 4), (0, 8), (0, 8), (sections_at as u64, 8), (0, 4), (64, 2), (0, 2), (0, 2)];
    header.into_iter().chain([(64, 2), (3, 2), (2, 2)]).for_each(|(number, size)| put(number, size));
    file.extend_from_slice(modinfo);
    file.extend_from_slice(NAMES);
    file.resize(file.len() + 64, 0);
    for (name, kind, at, size) in [(1, 1, 64, modinfo.len()), (10, 3, 64 + modinfo.len(), NAMES.len())] {
        let fields = [
            (name, 4),
            (kind, 4),
            (0, 8),
            (0, 8),
            (at as u64, 8),
            (size as u64, 8),
            (0, 4),
            (0, 4),
            (1, 8),
            (0, 8),
        ];
        for (number, size) in fields {
            file.extend_from_slice(&u64::to_le_bytes(number)[..size]);
        }
    }
    file
}

fn kernel(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is a temporary directory");
    for (path, content) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory can be made");
        fs::write(path, content).expect("a file can be written");
    }
    root
}

fn names(modules: &Modules) -> Vec<&str> {
    modules.ordered.iter().map(|module| module.name.as_str()).collect()
}

#[test]
fn modules_come_after_what_they_depend_on_and_once() {
    let root = kernel(&[
        ("kernel/net/ip_vs.ko", &module(b"license=GPL\0depends=nf_conntrack,libcrc32c\0")),
        ("kernel/net/ip_vs_rr.ko", &module(b"depends=ip_vs\0")),
        ("kernel/net/nf-conntrack.ko", &module(b"depends=nf_defrag_ipv4,libcrc32c\0")),
        ("kernel/net/nf_defrag_ipv4.ko", &module(b"depends=\0")),
        ("kernel/lib/libcrc32c.ko", &module(b"softdep=pre: crc32c\0depends=crc32c-generic\0")),
        ("modules.builtin", b"kernel/crypto/crc32c_generic.ko\nkernel/drivers/net/tun.ko\n"),
    ]);
    let found = gather(root.path(), &["ip_vs_rr", "ip_vs", "tun", "ip_vs_twos"]).expect("it is complete");
    assert_eq!(names(&found), ["nf_defrag_ipv4", "libcrc32c", "nf_conntrack", "ip_vs", "ip_vs_rr"]);
    assert_eq!(found.missing, ["ip_vs_twos"]);
}

#[test]
fn modules_that_depend_on_each_other_do_not_go_round_for_ever() {
    let root = kernel(&[("a.ko", &module(b"depends=b\0")), ("b.ko", &module(b"depends=a\0"))]);
    assert_eq!(names(&gather(root.path(), &["a"]).expect("it is complete")), ["b", "a"]);
}

#[test]
fn what_is_wrong_with_the_modules_is_named() {
    let root = kernel(&[
        ("needy.ko", &module(b"depends=gone\0")),
        ("gzip.ko.gz", b""),
        ("broken.ko.xz", b"no xz"),
        ("broken_too.ko.zst", b"no zstd"),
    ]);
    let error = |name: &str| gather(root.path(), &[name]).expect_err("it cannot be loaded").to_string();
    assert!(error("ip_vs").ends_with(
        "there is no ip_vs module; take a kernel built with CONFIG_IP_VS, such as Debian's cloud flavour"
    ));
    assert!(error("needy").starts_with("needy: needs the module gone, which the kernel does not have"));
    assert!(error("gzip").contains("neither .ko, .ko.xz nor .ko.zst"));
    assert!(error("broken").contains("the module cannot be read"));
    assert!(error("broken_too").contains("the module cannot be read"));
}
