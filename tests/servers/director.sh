#!/usr/bin/env bash
# What a director shows: a Debian kernel with Debian's ipvsadm, keepalived and node_exporter in an emulated machine. Each output is compared with
# what is recorded in scenarios/tests/it/director, which the tests of `scenarios` read; and the tables that keepalived makes in
# the kernel with those in scenarios/tests/it/keepalived. Usage: tests/servers/director.sh [--record]
#
# Needs apt-get, QEMU and about two minutes. Nothing is installed: the packages are unpacked in target/servers.
set -euo pipefail
cd "$(dirname "$0")/../.."

place=$PWD/target/servers/director
outputs=scenarios/tests/it/director
configurations=scenarios/tests/it/keepalived
record=${1:-}

fetch() {
    local kernel
    kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
    mkdir -p "$place/packages"
    (
        cd "$place/packages"
        apt-get download -qq -o APT::Sandbox::User=root "$kernel" busybox-static ipvsadm keepalived prometheus-node-exporter iproute2 netbase \
            libbpf1 libelf1 libmnl0 libnl-3-200 libnl-genl-3-200 libnl-route-3-200 libnftnl11 libpopt0 libsnmp40 libsensors5 libwrap0 libpci3
        for package in *.deb; do
            dpkg -x "$package" "$place/root"
        done
    )
}

# Copies a program with the libraries that it needs: the packages' or this machine's.
with_libraries() {
    local program=$1 library
    mkdir -p "$place/guest/programs" "$place/guest/lib64" "$place/guest/lib"
    cp "$program" "$place/guest/programs/"
    LD_LIBRARY_PATH=$place/root/usr/lib/x86_64-linux-gnu:$place/root/lib/x86_64-linux-gnu ldd "$program" |
        grep -o '/[^ ]*' | while read -r library; do
        case $library in
            */ld-linux-*) cp -L "$library" "$place/guest/lib64/" ;;
            *) cp -L "$library" "$place/guest/lib/" ;;
        esac
    done
}

build() {
    local guest=$place/guest version modules program
    rm -rf "$guest"
    mkdir -p "$guest"/{bin,sbin,proc,sys,dev,etc,tmp,run,root}
    version=$(basename "$place"/root/lib/modules/*)
    modules=$guest/lib/modules/$version/kernel
    mkdir -p "$modules/drivers/net"
    cp -r "$place/root/lib/modules/$version/kernel/net" "$place/root/lib/modules/$version/kernel/lib" "$modules/"
    cp "$place/root/lib/modules/$version/kernel/drivers/net/veth.ko" "$modules/drivers/net/"
    cp "$place"/root/lib/modules/"$version"/modules.{builtin,order} "$guest/lib/modules/$version/"
    for program in sbin/ipvsadm usr/sbin/keepalived usr/bin/prometheus-node-exporter bin/ip; do
        with_libraries "$place/root/$program"
    done
    cp "$place/root/bin/busybox" "$guest/bin/"
    cp "$place/root/etc/services" "$place/root/etc/protocols" "$guest/etc/"
    cp tests/servers/director.init "$guest/init"
    cp -r "$configurations" "$guest/configurations"
    chmod -R a+rX "$guest/configurations"
    "$guest/bin/busybox" depmod -b "$guest" "$version"
    (cd "$guest" && find . | bin/busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$place/initramfs.gz"
}

boot() {
    rm -f "$place/said"
    timeout 900 qemu-system-x86_64 -m 512 -nographic -no-reboot -nodefaults -kernel "$place"/root/boot/vmlinuz-* \
        -initrd "$place/initramfs.gz" -append "console=ttyS0 quiet panic=-1" -serial "file:$place/console" -serial "file:$place/said" </dev/null
    grep -q '^== end' "$place/said" || {
        echo "director: the machine did not come to its end; its last words:" >&2
        tail -n 20 "$place/console" "$place/said" >&2
        return 1
    }
}

# Cuts what was said into one file for each output.
cut_up() {
    rm -rf "$place/outputs"
    mkdir -p "$place/outputs"
    awk -v place="$place/outputs" '/^== /{ file = place "/" $2; printf "" > file; next } file { print > file }' "$place/said"
    rm -f "$place/outputs/end"
}

main() {
    if ! command -v qemu-system-x86_64 >/dev/null; then
        echo "director: needs QEMU: as root, apt-get install qemu-system-x86 (or your distribution's package)" >&2
        return 1
    fi
    fetch
    build
    boot
    cut_up
    if [ "$record" = --record ]; then
        mkdir -p "$outputs"
        cp "$place"/outputs/*.txt "$outputs/"
        cp "$place"/outputs/*.kernel "$configurations/"
        echo "director: recorded"
        return
    fi
    # Ports of clients and times differ from run to run; tables do not.
    local different=0 output
    for output in "$place"/outputs/*.kernel; do
        diff -u "$configurations/$(basename "$output")" "$output" || different=$((different + 1))
    done
    for output in save sort nosort; do
        diff -u "$outputs/$output.txt" "$place/outputs/$output.txt" || different=$((different + 1))
    done
    [ "$different" = 0 ] || { echo "director: $different outputs are otherwise than recorded" >&2; return 1; }
    echo "director: as recorded"
}

main
