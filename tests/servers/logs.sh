#!/usr/bin/env bash
# What `ipvslab trace convert` reads of the logs of Debian's nginx, Apache httpd and HAProxy, against what the client of their requests measured
# (logs.mjs). Usage: tests/servers/logs.sh
#
# Needs apt-get, Node.js and a minute. Nothing is installed: the packages are unpacked in target/servers. All traffic is on loopback.
set -euo pipefail
cd "$(dirname "$0")/../.."

place=$PWD/target/servers/logs

# The three servers, and the libraries that they need and this machine may not have.
fetch() {
    local missing
    mkdir -p "$place/packages"
    (
        cd "$place/packages"
        missing=$(apt-get -s install --reinstall --no-install-recommends nginx apache2-bin haproxy | sed -n 's/^Inst \([^ ]*\).*/\1/p')
        # shellcheck disable=SC2086 # names of packages
        apt-get download -qq -o APT::Sandbox::User=root $missing
        for package in *.deb; do
            dpkg -x "$package" "$place/root"
        done
    )
}

cargo build --quiet --release --locked
fetch
node tests/servers/logs.mjs target/release/ipvslab "$place"
