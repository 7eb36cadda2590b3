#!/usr/bin/env bash
# Tries a Debian package of repartee on a bare Debian 12 with a systemd of its own: installs it, has the first turn, restarts
# and reloads it, hears with Whisper and thinks with llama.cpp, upgrades it, removes it, purges it.
#
#   tools/try_package.sh [PACKAGE.deb]      default: the one that `./dev package` has made
#
# Needs root, and the packages of the group `try`. The bare Debian comes from this machine's own mirror and is kept in
# build/try-package; each run begins with a fresh copy. Nothing of this machine is changed.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
readonly place=${TRY_PACKAGE_DIRECTORY:-$root/build/try-package}
readonly base=$place/base machine=$place/machine
# For all of the trial; a model that is loaded on a busy machine takes its time.
readonly enough=600

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "try_package: $*"
    exit 1
}

# The mirror that this machine itself is installed from. The words in dollars are apt's.
# shellcheck disable=SC2016
mirror() {
    apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' |
        awk '$2 == "bookworm" { print $1; exit }'
}

make_base() {
    [[ ! -e $base/complete ]] || return 0
    local from
    from=$(mirror)
    say "Making a bare Debian 12 in $base"
    rm -rf -- "$base"
    mkdir -p "$base"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,curl,ca-certificates,procps \
        bookworm "$base" ${from:+"$from"} >"$place/debootstrap.log" 2>&1 || {
        tail -n 20 "$place/debootstrap.log" >&2
        fail "debootstrap could not make it (see above, and $place/debootstrap.log)."
    }
    touch "$base/complete"
}

# The same package with another version, for an upgrade.
later_version_of() {
    local unpacked=$place/unpacked
    rm -rf -- "$unpacked"
    dpkg-deb --raw-extract "$1" "$unpacked"
    sed -i 's/^Version: .*/&+later/' "$unpacked/DEBIAN/control"
    # What it installs is what it was: the quick way to pack it is good enough.
    dpkg-deb --root-owner-group -Znone --build "$unpacked" "$2" >/dev/null
    rm -rf -- "$unpacked"
}

main() {
    local package=${1:-}
    if [[ -z $package ]]; then
        package=$(find "$root/build/package" -maxdepth 1 -name 'repartee_*.deb' | sort | tail -n 1)
        [[ -n $package ]] || fail "There is no package: './dev package' makes one."
    fi
    [[ -r $package ]] || fail "There is no $package."
    ((EUID == 0)) || fail "A machine within this one takes root."
    local program
    for program in debootstrap systemd-nspawn dpkg-deb; do
        command -v "$program" >/dev/null || fail "'$program' is missing: ./dev setup installs it."
    done

    mkdir -p "$place"
    make_base
    rm -rf -- "$machine"
    cp -a -- "$base" "$machine"
    mkdir "$machine/trial"
    cp -- "$package" "$machine/trial/package.deb"
    later_version_of "$package" "$machine/trial/later.deb"
    install -m 0755 "$root/tools/try_package_within.sh" "$machine/trial/within.sh"
    # A recogniser that knows forty words, and a language model of random weights.
    cp -- "$root/tests/models/tiny-words.bin" "$machine/trial/words.bin"
    python3 "$root/tests/support/gguf_file.py" "$machine/trial/random.gguf"
    chmod 0644 "$machine/trial"/*.bin "$machine/trial"/*.gguf
    cp -- "$root/deploy/systemd/repartee.service" "$machine/trial/repartee.service"

    # Its dependencies come while there is a network; the machine itself has none.
    say "Fetching what the package depends on"
    cp -L /etc/resolv.conf "$machine/etc/resolv.conf"
    printf 'exit 101\n' >"$machine/usr/sbin/policy-rc.d"
    chmod +x "$machine/usr/sbin/policy-rc.d"
    {
        chroot "$machine" apt-get -q update
        # All but the package itself: that is installed once its systemd runs.
        chroot "$machine" env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y --no-install-recommends --download-only install /trial/package.deb
        chroot "$machine" sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /var/cache/apt/archives/*.deb'
    } >"$place/dependencies.log" 2>&1 || {
        tail -n 20 "$place/dependencies.log" >&2
        fail "What the package depends on could not be installed (see above)."
    }
    rm "$machine/usr/sbin/policy-rc.d"

    cat >"$machine/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
Description=The trial of a package
After=multi-user.target

[Service]
Type=oneshot
ExecStart=/trial/within.sh
StandardOutput=file:/trial/log
StandardError=file:/trial/log
ExecStopPost=/usr/bin/systemctl --no-block poweroff
[Install]
WantedBy=default.target
UNIT
    mkdir -p "$machine/etc/systemd/system/default.target.wants"
    ln -s ../trial.service "$machine/etc/systemd/system/default.target.wants/trial.service"
    : >"$machine/trial/log"

    say "Starting it"
    tail -F --quiet "$machine/trial/log" 2>/dev/null &
    local reader=$!
    timeout --kill-after=10s "$enough" systemd-nspawn --quiet --directory="$machine" --boot --private-network \
        --register=no --keep-unit --console=pipe </dev/null >"$place/console.log" 2>&1 || true
    sleep 0.5
    kill "$reader" 2>/dev/null || true
    [[ -e $machine/trial/passed ]] || fail "It did not come to its end; the console is in $place/console.log."
    rm -rf -- "$machine"
    say "The package installs, works, upgrades and goes."
}

main "$@"
