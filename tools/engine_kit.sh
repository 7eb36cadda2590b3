# shellcheck shell=bash
# The engine kit: whisper.cpp and llama.cpp, which are in Debian's next release and not in this one, unpacked
# with the libraries they need into build/engine-kit. Sourced by ./dev.
#
#   ensure_engine_kit     fetches the kit where neither the system nor the build tree has these engines; where it
#                         cannot be had that is a failure in CI, and elsewhere a build with fewer engines
#
# Nothing is installed: apt works on lists, caches and sources of the kit's own, so the machine's libc stays as it
# is. Only the workers that are built on the kit run on the kit's libc. Signatures are checked by apt as always.
: "${root:?set by ./dev}"

# What to unpack. A change of this list fetches the kit anew.
engine_kit_packages=(libc6 libgcc-s1 libstdc++6 libgomp1 zlib1g libzstd1 libssl3t64 libggml0 libggml-dev
    libwhisper1 libwhisper-dev libllama0 libllama-dev llama.cpp-tools)
engine_kit_suite=forky
# Where the machine has a graphics card and a Vulkan driver for it: 4 MB more.
exists() { compgen -G "$1" >/dev/null; }
if { exists '/dev/dri/renderD*' || exists /dev/nvidia0; } &&
    { exists '/usr/share/vulkan/icd.d/*.json' || exists '/etc/vulkan/icd.d/*.json'; }; then
    engine_kit_packages+=(libggml0-backend-vulkan libvulkan1)
fi

ensure_engine_kit() {
    local kit=$root/build/engine-kit wanted
    wanted="$engine_kit_suite ${engine_kit_packages[*]}"
    if pkg-config --exists whisper llama 2>/dev/null || [[ $(cat "$kit/complete" 2>/dev/null) == "$wanted" ]]; then
        return
    fi
    # Without a network every command would wait for it again.
    if [[ -z ${CI:-} && -n $(find "$kit.failed" -mmin -60 2>/dev/null) ]]; then
        return
    fi
    say "Fetching the engine kit into build/engine-kit (13 MB): whisper.cpp and llama.cpp from Debian's next release," \
        "and the libraries they need. The system is not touched."
    mkdir -p "$root/build"
    if fetch_engine_kit "$kit.new" >"$root/build/engine-kit.log" 2>&1; then
        rm -rf -- "$kit" "$kit.failed"
        printf '%s\n' "$wanted" >"$kit.new/complete"
        mv -- "$kit.new" "$kit"
        say "The engine kit is complete: $(engine_kit_versions "$kit")."
        return
    fi
    touch "$kit.failed"
    say "The engine kit could not be fetched:"
    tail -n 5 "$root/build/engine-kit.log" | sed 's/^/  /' >&2
    [[ -z ${CI:-} ]] ||
        fail "CI has to run the real engines, and their tests would be left out. build/engine-kit.log has the details."
    say "repartee is built without Whisper, Silero and llama.cpp; everything else works. It will be tried again in" \
        "an hour; build/engine-kit.log has the details."
}

# fetch_engine_kit DIRECTORY: everything unpacked under DIRECTORY/root.
fetch_engine_kit() (
    set -euo pipefail
    local to=$1 mirror
    rm -rf -- "$to"
    mkdir -p "$to"/{root,packages,apt/lists/partial,apt/archives/partial}
    command -v apt-get >/dev/null || { echo "There is no apt-get here." && exit 1; }
    # From where this machine has its own packages.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
        awk '$3 == "main" && $1 !~ /security/ && ($2 == "Debian" || $2 == "") { print $1; exit }')
    [[ -n $mirror ]] || { echo "apt's sources on this machine name no Debian mirror." && exit 1; }
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$mirror" "$engine_kit_suite" >"$to/apt/sources.list"
    local options=(-q -o "Dir::Etc::sourcelist=$to/apt/sources.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$to/apt/lists" -o "Dir::Cache=$to/apt" -o "Dir::Cache::archives=$to/apt/archives"
        -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20)
    apt-get "${options[@]}" update
    cd -- "$to/packages"
    apt-get "${options[@]}" download "${engine_kit_packages[@]}"
    local package
    for package in *.deb; do
        dpkg --extract "$package" "$to/root"
    done
    printf '%s\n' *.deb >"$to/versions"
    rm -rf -- "$to/packages" "$to/apt"
)

# "whisper.cpp 1.9.5, llama.cpp 0.7.0"
engine_kit_versions() {
    sed -nE 's/^libwhisper1_([0-9]+%3a)?([0-9.]+).*/whisper.cpp \2/p; s/^libllama0_([0-9]+%3a)?([0-9.]+).*/llama.cpp \2/p' "$1/versions" |
        sort -r | paste -sd, | sed 's/,/, /'
}
