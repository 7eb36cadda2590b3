"""Measures a model file with the library: usage check.py CHECK MODEL FOLDER [--count N] [--sentences FILE]

CHECK is the compiled check.cpp, FOLDER keeps the WAV files. Prints how many of N
unseen sentences come out word for word in every mode, and writes to FILE the ones that do in all of them.
"""

import argparse
import pathlib
import subprocess
import wave

import numpy

import features
import speech
import vocabulary


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def transcribe(options, waves, *flags):
    command = [options.check, options.model, *flags, *map(str, waves)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split("\t") for line in lines.splitlines()]
    return [{"silent": float(row[1]), "segments": int(row[2]), "start": int(row[3]), "end": int(row[4]),
             "words": row[5].split()} for row in rows]


MODES = {
    "trimmed": ["--no-speech"], "full": ["--full"], "trimmed, times": ["--timestamps"], "full, times": ["--full", "--timestamps"],
}
# These are asked of the first sentences only: they show what the library does, more than what the model knows.
MORE_MODES = {
    "trimmed, one state": ["--one-state"], "trimmed, no flash attention": ["--no-flash"],
    "multiple of 256": ["--context-multiple", "256"],
    "multiple of 256, one state": ["--context-multiple", "256", "--one-state"],
}


def edits(said, heard):
    """Words to change, add or remove to come from one to the other."""
    row = list(range(len(heard) + 1))
    for i, one in enumerate(said, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (one != other))
    return row[-1]


def report(name, said, heard):
    exact = [one == other["words"] for one, other in zip(said, heard)]
    wrong = sum(edits(one, other["words"]) for one, other in zip(said, heard))
    print(f"{name}: {sum(exact)} of {len(exact)} word-exact, "
          f"{100 * wrong / sum(map(len, said)):.1f} % of the words wrong", flush=True)
    return exact


def check_sentences(options, folder):
    say = speech.Flite("slt").say
    said = vocabulary.sentences(9000, options.count, unseen=True, distinct=True)
    waves, spans = [], []
    for number, words in enumerate(said):
        samples, times = say(words)
        waves.append(folder / f"sentence{number:03}.wav")
        write_wav(waves[-1], samples)
        spans.append(times)
    exact_always = [True] * len(said)
    for name, flags in MODES.items():
        heard = transcribe(options, waves, *flags)
        exact = report(name, said, heard)
        exact_always = [a and b for a, b in zip(exact_always, exact)]
        if "times" in name:
            off = [abs(one["end"] - 1000 * times[-1][1]) for one, times, good in zip(heard, spans, exact) if good]
            starts = sum(one["start"] == 0 and one["segments"] == 1 for one in heard)
            print(f"  {starts} are one segment from 0")
            if off:
                print(f"  its end is off by {numpy.median(off):.0f} ms (median), {numpy.percentile(off, 95):.0f} ms (95 of 100)")
        if name == "trimmed":
            print(f"  no speech: at most {max(one['silent'] for one in heard):.4f}")
            for one, other in zip(said, heard):
                if one != other["words"]:
                    print("  said:", " ".join(one), "| heard:", " ".join(other["words"]))
    print(f"all of these modes: {sum(exact_always)}")

    some = min(50, len(said))
    for name, flags in MORE_MODES.items():
        report(name, said[:some], transcribe(options, waves[:some], *flags))

    # A band of 4 kHz, and half as loud, as a telephone or another sampling rate would give.
    narrow = [folder / f"band-{path.name}" for path in waves[:some]]
    for path, words in zip(narrow, said):
        write_wav(path, features.band_limit(say(words)[0] * 0.5, 3900))
    report("half as loud, up to 4 kHz", said[:some], transcribe(options, narrow))

    # The first part of an utterance, cut anywhere: what is heard of it should begin the sentence.
    rng = numpy.random.default_rng(5)
    chosen = [place for place, good in enumerate(exact_always) if good][:60]
    cuts, complete = [], []
    for place in chosen:
        samples, _ = say(said[place])
        for share in (0.4, 0.6, 0.8):
            cut = max(int(len(samples) * (share + rng.uniform(-0.05, 0.05))), 3200)
            cuts.append(folder / f"cut{int(share * 10)}-{waves[place].name}")
            write_wav(cuts[-1], samples[:cut])
            complete.append(sum(end <= cut / speech.RATE + 0.01 for _, end in spans[place]))
    if not cuts:
        print("cut short: no sentence is right in all modes, so there is none to cut")
        return
    heard = [one["words"] for one in transcribe(options, cuts)]
    prefixes = [other == said[chosen[number // 3]][:len(other)] for number, other in enumerate(heard)]
    near = [begins and abs(len(other) - count) <= 1 for other, begins, count in zip(heard, prefixes, complete)]
    print(f"cut short: {sum(prefixes)} of {len(prefixes)} are a prefix of the sentence, "
          f"{sum(near)} of them right to within a word")
    if options.sentences:
        kept = [said[place] for number, place in enumerate(chosen) if all(prefixes[3 * number:3 * number + 3])]
        text = "".join(" ".join(words) + "\n" for words in sorted(kept, key=len))
        pathlib.Path(options.sentences).write_text(text)


def check_phrases(options, folder):
    """Only what somebody might say, none of it heard before."""
    flite = speech.Flite("slt")
    said = vocabulary.sentences(9100, options.count, unseen=True, distinct=True, phrase_share=1.0)
    waves = [folder / f"phrase{number:03}.wav" for number in range(len(said))]
    for path, words in zip(waves, said):
        write_wav(path, flite.say(words)[0])
    for name in ("trimmed", "full"):
        report(f"phrases only, {name}", said, transcribe(options, waves, *MODES[name]))


def check_silence(options, folder):
    rng = numpy.random.default_rng(7)
    kinds = {"silence": lambda count: numpy.zeros(count)}
    for level in (0.001, 0.03):
        kinds[f"noise of {level}"] = lambda count, level=level: rng.normal(0, level * 32768, count).clip(-32768, 32767)
    for name, make in kinds.items():
        waves = []
        for number, seconds in enumerate((0.5, 2, 4)):
            waves.append(folder / f"silence{number}.wav")
            write_wav(waves[-1], make(int(seconds * speech.RATE)))
        for mode in ([], ["--full"], ["--timestamps"], ["--full", "--timestamps"]):
            heard = transcribe(options, waves, "--no-speech", *mode)
            print(f"{name} {' '.join(mode)}: no speech at least {min(one['silent'] for one in heard):.2f}, "
                  f"heard {[' '.join(one['words']) for one in heard]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("check")
    parser.add_argument("model")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--sentences")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    check_sentences(options, options.folder)
    check_phrases(options, options.folder)
    check_silence(options, options.folder)


if __name__ == "__main__":
    main()
