# shellcheck shell=bash
# Installs the Debian packages that a command needs and the machine lacks. Sourced by ./dev.
#
#   ensure_packages build run     installs what is missing of these groups of tools/packages.txt
: "${root:?set by ./dev}"

# "package<TAB>reason" of the given groups, each package once.
packages_of() {
    awk -v wanted=" $* " '
        /^#/ || NF == 0 { next }
        /^\[/           { group = substr($1, 2, length($1) - 2); next }
        index(wanted, " " group " ") && !seen[$1]++ {
            name = $1; $1 = ""; sub(/^ +/, ""); print name "\t" $0
        }' "$root/tools/packages.txt"
}

# Whether a program from elsewhere does what this package is wanted for. Makers of Node.js give npm away inside it, and
# Debian's npm could not even be installed beside that.
is_there_from_elsewhere() {
    case $1 in
        nodejs) node_is_new_enough ;;
        npm) command -v npm >/dev/null && node_is_new_enough ;;
        *) false ;;
    esac
}

node_is_new_enough() {
    local version
    version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    [[ ${version%%.*} =~ ^[0-9]+$ ]] && ((${version%%.*} >= 18))
}

# The lines of packages_of whose package is not installed, nor anything in its place.
missing_packages() {
    local name reason
    while IFS=$'\t' read -r name reason; do
        is_there_from_elsewhere "$name" || printf '%s\t%s\n' "$name" "$reason"
    done < <(packages_not_installed "$@")
}

packages_not_installed() {
    local wanted installed
    wanted=$(packages_of "$@")
    # One call for all of them: this runs at every start. It fails when it knows one of them not.
    # shellcheck disable=SC2046
    installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' \
        $(cut -f1 <<<"$wanted") 2>/dev/null || true)
    awk -F'\t' 'NR == FNR { split($0, word, " "); if (word[2] == "installed") have[word[1]] = 1; next }
                !($1 in have)' <(printf '%s\n' "$installed") <(printf '%s\n' "$wanted")
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "'$*' needs root, and there is no sudo. Run it as root, then try again."
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@"
}

ensure_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian: install the equivalents of these yourself if the build misses them:"
        packages_of "$@" | sed 's/\t/: /; s/^/  /' >&2
        return
    fi
    local missing
    missing=$(missing_packages "$@")
    [[ -n $missing ]] || return 0

    say "Missing on this machine, to be installed with apt-get:"
    awk -F'\t' '{ printf "  %-24s %s\n", $1, $2 }' <<<"$missing" >&2
    command -v apt-get >/dev/null ||
        fail "There is no apt-get here. Install the packages above by other means, then try again."

    local names
    mapfile -t names < <(cut -f1 <<<"$missing")
    # Package lists may be absent (a fresh container) or out of date; refresh them only then.
    if ! apt-get -qq --simulate install "${names[@]}" >/dev/null 2>&1; then
        apt_get update || fail "apt-get update failed (see above). Is the network there?"
    fi
    apt_get install --yes --no-install-recommends "${names[@]}" ||
        { apt_get update && apt_get install --yes --no-install-recommends "${names[@]}"; } ||
        fail "apt-get could not install these packages (see above). They are Debian 12's names:" \
            "on another release some may be called otherwise (tools/packages.txt)."
}
