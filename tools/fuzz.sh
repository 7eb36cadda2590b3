# shellcheck shell=bash
# Runs every fuzz target for a while. Sourced by ./dev, which brings root, say, fail and build.
#
# The kept inputs in tests/fuzz/corpus/TARGET are where a run starts; what it learns on the way stays
# in build/fuzz/corpus, and what breaks the code is written to build/fuzz/findings.
: "${root:?set by ./dev}"

fuzz() {
    local seconds=$1 target targets=()
    [[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "fuzz takes a number of seconds, not '$seconds'."
    for target in "$root"/tests/fuzz/*.cmake; do
        [[ -e $target ]] || fail "There are no fuzz targets in tests/fuzz."
        targets+=("$(basename -- "$target" .cmake)")
    done

    build fuzz "${targets[@]/#/fuzz_}"

    local failed=()
    for target in "${targets[@]}"; do
        say "Fuzzing $target for $seconds s"
        fuzz_one "$target" "$seconds" || failed+=("$target")
    done
    ((${#failed[@]} == 0)) || fail "Found something in: ${failed[*]}. The inputs are in build/fuzz/findings;" \
        "copy them to tests/fuzz/corpus/TARGET with the fix, and every test run replays them."
    say "${#targets[@]} fuzz targets, nothing found."
}

fuzz_one() {
    local target=$1 seconds=$2
    local learned=$root/build/fuzz/corpus/$target kept=$root/tests/fuzz/corpus/$target
    local findings=$root/build/fuzz/findings/$target log=$root/build/fuzz/$target.log
    mkdir -p "$learned" "$findings"
    # Undefined behaviour ends the run, as a bad access does.
    if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$root/build/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$findings/" "$learned" "$kept" >"$log" 2>&1; then
        grep -E 'number_of_executed_units|average_exec_per_sec' "$log" | sed 's/^/  /' >&2
    else
        tail -n 40 "$log" >&2
        return 1
    fi
}
