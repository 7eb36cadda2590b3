#!/usr/bin/python3
"""Fits the axes of engines/cepstral, by which people are told apart, and writes src/engines/cepstral/voice_axes.h.

    ninja -C build/release speaker_features
    apt-get download klettres-data && dpkg -x klettres-data_*.deb klettres
    tests/bench/fit_speakers.py --program build/release/tests/bench/speaker_features --people klettres/usr/share/klettres

Below --people is one folder for each person, with sounds of any kind in it; Debian's package klettres-data has twenty
people, each of whom says the letters and syllables of a language. Needs python3-numpy and ffmpeg. The axes are those of a
linear discriminant analysis: within a person, and in noise of 20 and 10 dB and without, the voice differs by 1 along
each of them; people differ along the first ones most."""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy

AXES = 16
SHRINKAGE = 0.1  # of what varies together within a person: there are few people
MOST_FILES = 120  # of one person
FEWEST_FILES = 25


def wav_of(sound, folder, number):
    path = folder / f"{number}.wav"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", sound, "-bitexact", "-ar", "16000", "-ac", "1", path], check=True
    )
    return path


def statistics_of(program, person):
    """Of everything that one person says, in each of three rooms."""
    sounds = sorted(path for path in person.rglob("*") if path.suffix in (".ogg", ".wav", ".flac", ".mp3"))
    if len(sounds) < FEWEST_FILES:
        return None
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        files = [wav_of(sound, Path(folder), number) for number, sound in enumerate(sounds[:MOST_FILES])]
        for ratio in (0, 20, 10):
            text = subprocess.run([program, str(ratio), *files], check=True, capture_output=True, text=True).stdout
            parts += [[float(number) for number in line.split()[1:]] for line in text.splitlines()]
    return numpy.array(parts)


def axes_of(people):
    everything = numpy.concatenate(people)
    usual = numpy.mean([person.mean(0) for person in people], axis=0)
    scale = everything.std(0)
    within = numpy.mean([numpy.cov(((person - usual) / scale).T) for person in people], axis=0)
    within = (1 - SHRINKAGE) * within + SHRINKAGE * numpy.diag(numpy.diag(within))
    between = numpy.cov(numpy.array([(person.mean(0) - usual) / scale for person in people]).T)
    variances, directions = numpy.linalg.eigh(within)
    white = directions / numpy.sqrt(variances)
    worth, rotation = numpy.linalg.eigh(white.T @ between @ white)
    best = rotation[:, numpy.argsort(-worth)[:AXES]]
    axes = white @ best
    axes *= numpy.sign(axes[numpy.argmax(abs(axes), axis=0), range(AXES)])
    return usual, axes / scale[:, None]


def written(usual, axes):
    rows = ",\n     ".join("{" + ", ".join(f"{number:.4g}F" for number in row) + "}" for row in axes)
    numbers = ", ".join(f"{number:.4g}F" for number in usual)
    return f"""// Written by tests/bench/fit_speakers.py from twenty people's letters and syllables; not to be edited by hand.
#pragma once

#include "engines/cepstral/voice_statistics.h"

namespace repartee::engines::cepstral {{

// clang-format off
inline constexpr VoiceStatistics usual_voice{{{numbers}}};

// For each of the statistics, what it counts along each axis.
inline constexpr std::array<std::array<float, axes>, statistics> voice_axes{{{{
     {rows}}}}};
// clang-format on

}}  // namespace repartee::engines::cepstral
""".replace("e-0", "e-").replace("e+0", "e+")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--people", type=Path, required=True)
    options = parser.parse_args()
    people = []
    for folder in sorted(path for path in options.people.iterdir() if path.is_dir()):
        person = statistics_of(options.program, folder)
        if person is not None:
            print(f"{folder.name}: {len(person)} parts")
            people.append(person)
    header = Path(__file__).resolve().parents[2] / "src/engines/cepstral/voice_axes.h"
    header.write_text(written(*axes_of(people)))


if __name__ == "__main__":
    main()
