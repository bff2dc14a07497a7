#!/usr/bin/env bash
# What Debian's keepalived makes of the configurations in scenarios/tests/it/keepalived, against what is recorded beside them.
# The tests of `scenarios` compare our reader with the records. Usage: tests/servers/keepalived.sh [--record]
#
# Needs apt-get, a C compiler, and root for a network namespace of its own. Nothing is installed: the packages are unpacked
# in target/servers. No command reaches a kernel's IPVS (no_ipvs.c).
set -euo pipefail
cd "$(dirname "$0")/../.."

configurations=scenarios/tests/it/keepalived
place=$PWD/target/servers/keepalived
record=${1:-}

# The package and the libraries that it needs and this machine may not have.
fetch() {
    mkdir -p "$place/packages"
    (
        cd "$place/packages"
        apt-get download -qq -o APT::Sandbox::User=root keepalived libnl-3-200 libnl-genl-3-200 libnl-route-3-200 libnftnl11 libmnl0 libsnmp40 libsensors5 libwrap0 libpci3
        for package in *.deb; do
            dpkg -x "$package" "$place/root"
        done
    )
    cc -shared -fPIC -o "$place/no_ipvs.so" tests/servers/no_ipvs.c
}

# What the line "# run with:" at the top of a file asks for.
flags() {
    sed -n '1s/^# run with: //p' "$1"
}

# The parts of keepalived's own account of its configuration that are about IPVS, without times of day.
account() {
    cut -c27- |
        sed -n '/^------< LVS Topology >------/,/^Activating /p' |
        grep -e '------<' -e '^ *VS ' -e '^ *Virtual Server Group' -e '^ *VIP' -e '^ *FWMARK' -e 'Address family' -e 'lvs_sched' \
            -e '^ *[fsm][lh][a-z]*-[a-z0-9]* = ' -e 'One packet' -e 'persistence' -e 'protocol = ' -e 'quorum = ' -e 'RIP = ' \
            -e 'forwarding method' -e 'connection limit' -e 'Inhibit' -e '^ *sorry server' -e ' -> \[' -e 'Delay loop = .* us' -e 'Warmup = .* us' \
            -e 'Retries = ' -e 'Delay before retry' -e 'Timeout = ' -e 'Keepalive method' ||
        true
}

# What keepalived prints until it begins to check.
ended() {
    local options started tries
    read -ra options <<<"$(flags "$1")"
    : >"$place/account"
    unshare --net --mount env LD_PRELOAD="$place/no_ipvs.so" "$place/root/usr/sbin/keepalived" "${options[@]}" --dont-fork \
        --log-console --no-syslog --dump-conf --check --use-file "$1" --pid "$place/pid" --checkers_pid "$place/checkers" \
        >"$place/account" 2>&1 &
    started=$!
    for tries in $(seq 300); do
        if grep -q -e 'Activating BFD' -e ': Stopped' "$place/account" || ! kill -0 "$started" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    kill "$started" 2>/dev/null || true
    wait "$started" || true
    [ "$tries" -lt 300 ] || echo "keepalived: no end of $1" >&2
    cat "$place/account"
}

said() {
    local file=$1 code=0 options
    read -ra options <<<"$(flags "$file")"
    echo "# $("$place/root/usr/sbin/keepalived" --version 2>&1 | head -n 1)"
    echo "## keepalived --config-test"
    "$place/root/usr/sbin/keepalived" "${options[@]}" --config-test --use-file "$file" >"$place/complaints" 2>&1 || code=$?
    echo "exit code $code"
    cat "$place/complaints"
    echo "## keepalived --dump-conf"
    ended "$file" | account
}

main() {
    fetch
    local libraries=$place/root/usr/lib/x86_64-linux-gnu:$place/root/lib/x86_64-linux-gnu
    export LD_LIBRARY_PATH=$libraries
    cd "$configurations"
    local different=0 count=0 file
    for file in *.conf; do
        count=$((count + 1))
        said "$file" >"$place/said"
        if [ "$record" = --record ]; then
            cp "$place/said" "${file%.conf}.said"
        elif ! diff -u "${file%.conf}.said" "$place/said"; then
            different=$((different + 1))
        fi
    done
    if [ "$different" -gt 0 ]; then
        echo "keepalived: $different of $count configurations are read otherwise than recorded" >&2
        return 1
    fi
    echo "keepalived: $count configurations as recorded"
}

main
