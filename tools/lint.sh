# shellcheck shell=bash
# Layout, static checks and scripts. Sourced by ./dev, which sets root and brings say, fail and configure.
#
# clang-tidy takes some 15 s a file, half an hour for all of them on two cores. So --changed looks at
# what differs from the last commit, or at the last commit itself where nothing does, and at the layout
# of everything; past `most_tidied` files it leaves clang-tidy to a full run.
: "${root:?set by ./dev}"

lint() {
    local changed=no
    case ${1:-} in
        '') ;;
        --changed) changed=yes ;;
        *) fail "lint takes --changed or nothing, not '$1'." ;;
    esac
    cd "$root" || exit
    local sources=() scripts=() bodies=() file
    while IFS= read -r file; do
        case $file in
            src/*.cpp | src/*.h | tests/*.cpp | tests/*.h) sources+=("$file") ;;
            dev | .ci/run | tools/*.sh) scripts+=("$file") ;;
        esac
    done < <(all_files)
    shellcheck --external-sources "${scripts[@]}" || fail "shellcheck has complaints (see above)."
    clang-format-19 --dry-run -Werror "${sources[@]}" ||
        fail "Layout differs. 'clang-format-19 -i FILE...' puts it right."

    # Headers are checked through the files that include them.
    while IFS= read -r file; do
        [[ $file != src/*.cpp || $file == *_test.cpp ]] || bodies+=("$file")
    done < <(if [[ $changed == yes ]]; then changed_files; else all_files; fi)
    if [[ $changed == yes ]] && ((${#bodies[@]} > most_tidied)); then
        say "${#bodies[@]} files changed: clang-tidy is left to './dev lint'."
        bodies=()
    fi
    if ((${#bodies[@]} > 0)); then
        configure lint
        tidy "${bodies[@]}" || fail "clang-tidy has complaints (see above)."
    fi
    say "Checked the layout of ${#sources[@]} files, ${#scripts[@]} scripts, and ${#bodies[@]} files with clang-tidy."
}

most_tidied=24

all_files() { git ls-files --cached --others --exclude-standard | sort -u | existing; }

changed_files() {
    if [[ -n $(git status --porcelain) ]]; then
        { git diff --name-only HEAD && git ls-files --others --exclude-standard; } | sort -u | existing
    elif git rev-parse --quiet --verify HEAD^ >/dev/null; then
        git diff --name-only HEAD^ HEAD | sort -u | existing
    fi
}

# Git still lists a file that was just deleted.
existing() {
    local file
    while IFS= read -r file; do
        [[ ! -f $file ]] || printf '%s\n' "$file"
    done
}

# clang-tidy on these files, as many at once as there are processors.
tidy() {
    local patterns=() file
    for file in "$@"; do
        patterns+=("^$(printf '%s' "$root/$file" | sed 's/[.[\*^$+?(){}|]/\\&/g')\$")
    done
    run-clang-tidy-19 -quiet -p "$root/build/lint" "${patterns[@]}" 2>&1 |
        { grep -vE '^[0-9]+ warnings? .*generated|^Suppressed|^clang-tidy-19 |^\[ *[0-9]+/' || true; }
    return "${PIPESTATUS[0]}"
}
