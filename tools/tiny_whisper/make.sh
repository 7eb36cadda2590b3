#!/usr/bin/env bash
# Makes the model anew, from speech to file, and measures it: make.sh FOLDER [PERCENT]
#
# FOLDER is for everything made on the way. PERCENT of the speech and of the steps, 100 if not given: with 1 everything
# runs, and nothing is learnt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?a folder for what is made}
percent=${2:-100}
[[ $percent =~ ^([1-9][0-9]?|100)$ ]] || { echo "PERCENT is 1 to 100." >&2; exit 2; }
check=$here/../../build/dev/tiny_whisper_check
[[ -x $check ]] || { echo "Build $check first: cmake --build build/dev --target tiny_whisper_check" >&2; exit 1; }
mkdir -p "$folder"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1  # one thread, so that sums are added in one order
python=/usr/bin/python3

# What is measured is still a handful.
some() { echo $(($1 * percent / 100 < 5 ? 5 : $1 * percent / 100)); }

train() {
    "$python" "$here/train.py" --percent "$percent" --unseen "$folder/unseen.npz" "$@" "$folder/speech.npz"
}

"$python" "$here/make_speech.py" "$folder/speech.npz" "$percent"
"$python" "$here/make_speech.py" "$folder/unseen.npz" "$(some 100)" unseen

# Single words, then all sorts of sentences, while the decoder still guesses.
train --steps 3000 --stop 1400 --beginner-steps 800 --guide-weight 0 "$folder/1.pt"
# The decoder is shown where to look.
train --start "$folder/1.pt" --steps 1800 --stop 600 --batch 16 --rate 2e-3 --long-every 40 --seed 2 "$folder/2.pt"
plainer=(--batch 16 --guide-weight 1.5 --joined 0.05 --cut 0.1 --variety 0.5 --first-voice 0.6)
train --start "$folder/2.pt" --steps 3000 --stop 400 --rate 2.5e-3 --long-every 60 --excerpts 0.6 "${plainer[@]}" \
    --seed 3 "$folder/3.pt"
# Most is learnt here, where steps are smaller.
train --start "$folder/3.pt" --steps 2800 --stop 2000 --rate 1e-3 --long-every 60 --excerpts 0.5 "${plainer[@]}" \
    --seed 4 "$folder/4.pt"
# With weights rounded as in the file, Whisper's whole context more often, and nearly only the voice of the tests.
train --start "$folder/4.pt" --steps 620 --batch 16 --rate 5e-4 --long-every 16 --quantize-from 0 --guide-weight 1.5 \
    --joined 0.03 --cut 0.05 --variety 0.4 --first-voice 0.8 --seed 5 "$folder/5.pt"
train --start "$folder/5.pt" --steps 600 --batch 16 --rate 6e-4 --long-every 16 --quantize-from 0 --guide-weight 1 \
    --joined 0.03 --cut 0.05 --variety 0.3 --first-voice 0.9 --seed 6 "$folder/6.pt"

"$python" "$here/convert.py" "$folder/6.pt" "$folder/tiny-words.bin" q5_1
"$python" "$here/check.py" "$check" "$folder/tiny-words.bin" "$folder/wav" --count "$(some 200)" \
    --sentences "$folder/sentences.txt"
