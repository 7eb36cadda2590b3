#!/bin/bash
# The part of try_package.sh that runs in the bare Debian, as a service of its systemd.
set -euo pipefail
cd /trial
export HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

readonly server=http://127.0.0.1:8000
# The most that `systemd-analyze security` may find to object to; 10 is everything.
readonly most_exposure=2.0

step() { printf -- '--- %s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*"
    journalctl --no-pager -u repartee.service -n 50 || true
    exit 1
}

# ready_within SECONDS
ready_within() {
    local i
    for ((i = 0; i < 10 * $1; i++)); do
        ! curl -fsS -o /dev/null "$server/ready" 2>/dev/null || return 0
        sleep 0.1
    done
    fail "it is not ready after $1 s"
}

is_active() { systemctl --quiet is-active repartee.service; }

# Everything on the disk that somebody could stumble over, without what the package manager and the system write.
all_files() {
    find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -path /trial \
        -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache -o -path /var/log -o -path /var/lib/systemd \
        -o -path /etc/.pwd.lock -o -path '/etc/passwd*' -o -path '/etc/group*' -o -path '/etc/*shadow*' -o -path /root \) \
        -prune -o -print | sort
}

step "before"
all_files >before
test -z "$(getent passwd repartee)" || fail "there is a user already"

step "install"
dpkg -i package.deb
is_active || { sleep 1 && is_active; } || fail "the service does not run"
systemctl --quiet is-enabled repartee.service || fail "the service does not start with the machine"
ready_within 20
[[ $(ps -o user= -p "$(systemctl show -P MainPID repartee.service)") == repartee ]] || fail "it is not its own user"

step "its rules"
systemd-analyze verify /lib/systemd/system/repartee.service
exposure=$(systemd-analyze security --no-pager repartee.service | sed -n 's/.*exposure level for .*: \([0-9.]*\).*/\1/p')
echo "exposure $exposure"
awk -v found="$exposure" -v most="$most_exposure" 'BEGIN { exit !(found != "" && found + 0 <= most + 0) }' ||
    fail "systemd finds an exposure of ${exposure:-nothing}, above $most_exposure"

step "the first turn"
repartee talk --say "what time is it" -o reply.wav >turn.txt || fail "no turn: $(cat turn.txt)"
cat turn.txt
grep -q '^repartee: It is .' turn.txt || fail "no answer"
[[ $(stat -c %s reply.wav) -gt 20000 ]] || fail "the answer cannot be heard"

step "a decoder, and a voice of eSpeak's"
repartee say --language hi "namaste" -o hindi.wav
[[ $(stat -c %s hindi.wav) -gt 10000 ]] || fail "no Hindi"
# What is no WAV goes to the decoder's worker of the service: a header of Ogg with nothing behind it is told so.
printf 'OggS\0\2\0\0\0\0\0\0\0\0' >broken.ogg
job=$(curl -fsS -F file=@broken.ogg "$server/stt" | sed -n 's/.*"job_id": *"\([^"]*\)".*/\1/p')
for ((i = 0; i < 100; i++)); do
    curl -sS "$server/status/$job" >job.json
    ! grep -q '"status": *"\(done\|error\)"' job.json || break
    sleep 0.1
done
cat job.json && echo
grep -q '"status": *"error"' job.json || fail "a broken recording was not told of"

step "reload and restart"
curl -fsS -X POST -H 'Content-Type: application/json' -o registered.json "$server/api/v1/auth/register" \
    -d '{"email":"ink@example.org","password":"correct horse battery staple","full_name":"Ink"}'
systemctl reload repartee.service
is_active || fail "a reload ends it"
systemctl restart repartee.service
ready_within 20

log_in() {
    curl -fsS -o /dev/null -d 'username=ink@example.org&password=correct%20horse%20battery%20staple' "$server/api/v1/auth/token"
}
log_in || fail "an account is lost after a restart"

step "Whisper, and a language model by llama.cpp"
install -d -o repartee -g repartee /var/lib/repartee/models
install -o repartee -g repartee words.bin /var/lib/repartee/models/words.bin
install -o repartee -g repartee random.gguf /var/lib/repartee/models/random.gguf
cp /etc/default/repartee default.kept
cat >>/etc/default/repartee <<'SETTINGS'
STT_ENGINE=whisper
WHISPER_MODEL=/var/lib/repartee/models/words.bin
LLM_ROUTE=llama
LLAMA_MODEL=/var/lib/repartee/models/random.gguf
SETTINGS
systemctl restart repartee.service
ready_within 90
curl -fsS "$server/ready" && echo
repartee talk --say "turn off the blue light" -o light.wav >light.txt || fail "no turn: $(cat light.txt)"
cat light.txt
grep -q '^you: *turn off the blue light' light.txt || fail "Whisper did not understand it"
grep -q '^repartee: .' light.txt || fail "the language model did not answer"
systemctl --no-pager status repartee.service | grep -A 20 CGroup || true
cp default.kept /etc/default/repartee

step "upgrade"
echo '# somebody was here' >>/etc/repartee/repartee.toml
before=$(systemctl show -P MainPID repartee.service)
dpkg -i --force-confold later.deb
is_active || { sleep 1 && is_active; } || fail "the service does not run after the upgrade"
ready_within 30
[[ $(systemctl show -P MainPID repartee.service) != "$before" ]] || fail "the old program still runs after the upgrade"
log_in || fail "an account is lost after the upgrade"
grep -q 'somebody was here' /etc/repartee/repartee.toml || fail "the upgrade has overwritten the settings"
repartee talk --say "what time is it" -o reply.wav >turn.txt || fail "no turn after the upgrade: $(cat turn.txt)"

step "remove"
dpkg -r repartee
! is_active || fail "it still runs"
! pgrep -u repartee || fail "something of it still runs"
[[ ! -e /usr/bin/repartee ]] || fail "the program is still there"
[[ -d /var/lib/repartee ]] || fail "the data are gone"
[[ -e /etc/repartee/repartee.toml ]] || fail "the settings are gone"

step "purge"
dpkg -P repartee
all_files >after
if ! diff before after >left; then
    cat left
    fail "files are left, or missing"
fi

touch passed
echo "PASSED"
