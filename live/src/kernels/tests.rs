use std::fs;
use std::path::Path;

use super::*;

/// An image that says it is `release`.
fn image(release: &str) -> Vec<u8> {
    let mut image = vec![0; 0x400];
    image[0x202..0x206].copy_from_slice(b"HdrS");
    image[0x20e..0x210].copy_from_slice(&0x100_u16.to_le_bytes());
    image[0x300..0x300 + release.len()].copy_from_slice(release.as_bytes());
    image
}

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("it is below the root")).expect("a directory can be made");
    fs::write(path, bytes).expect("a file can be written");
}

#[test]
fn both_layouts_of_debian_are_found_in_a_cache() {
    let cache = tempfile::tempdir().expect("there is a temporary directory");
    let root = cache.path();
    put(root, "kernels/linux-image-6.1.0-9/boot/vmlinuz-6.1.0-9", &image("6.1.0-9"));
    put(root, "kernels/linux-image-6.1.0-9/boot/config-6.1.0-9", b"");
    put(root, "kernels/linux-image-6.1.0-9/lib/modules/6.1.0-9/kernel/ip_vs.ko", b"");
    put(root, "kernels/linux-image-7.3.4/usr/lib/modules/7.3.4/vmlinuz", &image("7.3.4"));
    put(root, "kernels/.staging/root/boot/vmlinuz-5.0.0", &image("5.0.0"));
    put(root, "kernels/.staging/root/lib/modules/5.0.0/kernel/ip_vs.ko", b"");
    put(root, "kernels/linux-image-half/boot/vmlinuz-5.0.0", &image("5.0.0"));
    let found = Cache::new(root.to_owned()).kernels();
    let releases: Vec<_> = found.iter().map(|kernel| kernel.release.as_str()).collect();
    assert_eq!(releases, ["7.3.4", "6.1.0-9"]);
    assert_eq!(found[0].image, root.join("kernels/linux-image-7.3.4/usr/lib/modules/7.3.4/vmlinuz"));
    assert!(found[1].config.is_some());
    assert_eq!(found[1].origin, Origin::Cached { package: "linux-image-6.1.0-9".to_owned() });
    assert!(tree::has_module(&found[1].modules, "ip_vs"));
    assert!(!tree::has_module(&found[0].modules, "ip_vs"));
}

#[test]
fn an_image_that_is_named_brings_the_modules_beside_it() {
    let root = tempfile::tempdir().expect("there is a temporary directory");
    put(root.path(), "boot/vmlinuz", &image("6.1.0-9"));
    let named = root.path().join("boot/vmlinuz");
    let spec = named.to_str().expect("temporary paths are UTF-8");

    let error = find(spec).expect_err("it has no modules").to_string();
    assert!(error.contains("no modules for 6.1.0-9 found, looked in"), "{error}");
    assert!(error.contains("/usr/lib/modules/6.1.0-9"), "{error}");

    put(root.path(), "lib/modules/6.1.0-9/kernel/net/veth.ko.xz", b"");
    let error = find(spec).expect_err("it has no IPVS").to_string();
    assert!(
        error.contains("kernel 6.1.0-9 has no ip_vs module; take one built with CONFIG_IP_VS"),
        "{error}"
    );

    put(root.path(), "lib/modules/6.1.0-9/kernel/net/ip_vs.ko.xz", b"");
    let kernel = find(spec).expect("it is complete");
    assert_eq!((kernel.release.as_str(), kernel.origin), ("6.1.0-9", Origin::Path));
}

#[test]
fn a_file_that_is_no_kernel_is_refused() {
    let error = find("/proc/self/exe").expect_err("it is this test").to_string();
    assert!(
        error.starts_with("/proc/self/exe: this is not a Linux kernel for x86-64 (it is an ELF file"),
        "{error}"
    );
    let error = find("./no/such/vmlinuz").expect_err("it is not there").to_string();
    assert!(error.starts_with("./no/such/vmlinuz: the kernel cannot be read: No such file"), "{error}");
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let file = tempfile::NamedTempFile::new().expect("there is a temporary directory");
    let error = Cache::new(file.path().join("cache"))
        .fetch("6.1.0-47")
        .expect_err("a file is in the way")
        .to_string();
    assert!(error.contains("the cache cannot be written") && error.contains("set IPVSLAB_CACHE"), "{error}");
}

#[test]
fn what_a_run_that_died_left_is_removed_by_the_next() {
    let cache = tempfile::tempdir().expect("there is a temporary directory");
    put(cache.path(), "kernels/.staging/half.deb", b"");
    // Whether or not there is an apt here, no package has this name.
    assert!(Cache::new(cache.path().to_owned()).fetch("linux-image-none-of-these").is_err());
    assert!(!cache.path().join("kernels/.staging").exists());
    assert!(Cache::new(cache.path().to_owned()).kernels().is_empty());
}
