# What parts share; sourced by them.
# shellcheck shell=bash
set -euo pipefail

# Says in the table at the end what a part found.
note() {
    echo "$*" >>"${CHECK_NOTE:-/dev/null}"
    echo "$*"
}

# Ends a part that cannot run here.
skip() {
    note "$*"
    exit 77
}

# need PROGRAM PACKAGE ...: pairs. Installs with apt-get what is missing, if that can be.
need() {
    local missing=()
    while [ $# -gt 0 ]; do
        command -v "$1" >/dev/null || missing+=("$2")
        shift 2
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        skip "missing: ${missing[*]} (as root, apt-get install; or your distribution's packages)"
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# need_cargo COMMAND VERSION: installs a cargo command in that version.
need_cargo() {
    cargo "${1#cargo-}" --version 2>/dev/null | grep -qwF "$2" || cargo install --quiet --locked "$1@$2"
}
