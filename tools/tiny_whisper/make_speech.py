"""Makes a pool of speech: usage make_speech.py FILE PERCENT, for training, or FILE COUNT unseen, to measure.

A pool is one .npz file: all samples after each other, and for each utterance its length, voice, words and spans.
"""

import random
import sys

import numpy

import speech
import vocabulary

# Voice: sentences in a whole pool. slt is the voice tests speak with; the others keep a model from its quirks.
VOICES = {"slt": 2600, "kal16": 500, "rms": 350, "awb": 350}


def utterances(voice, count, seed):
    rng = random.Random(seed)
    flite = speech.Flite(voice)
    singles = [[word] for word in vocabulary.SPOKEN] * max(1, count // 600)
    for words in singles + vocabulary.sentences(seed, count):
        stretch = 1.0 if rng.random() < 0.5 else rng.uniform(0.8, 1.3)
        yield words, *flite.say(words, stretch)


def training(percent):
    for number, (voice, count) in enumerate(VOICES.items()):
        yield voice, utterances(voice, count * percent // 100, 1000 + number)


def unseen(count):
    """Sentences kept from training, in the first voice as it is."""
    say = speech.Flite("slt").say
    wanted = vocabulary.sentences(9000, count, unseen=True, distinct=True)
    yield "unseen", ((words, *say(words)) for words in wanted)


def main(path, voices):
    samples, lengths, texts, spans, said_by = [], [], [], [], []
    for voice, utterances in voices:
        for words, said, times in utterances:
            samples.append(said)
            lengths.append(len(said))
            texts.append(" ".join(words))
            said_by.append(voice)
            spans.append(numpy.array(times, numpy.float32))
        print(voice, len(lengths), "utterances,", sum(lengths) // speech.RATE, "s", flush=True)
    numpy.savez(path, samples=numpy.concatenate(samples), lengths=lengths, texts=texts, voices=said_by,
                spans=numpy.concatenate(spans))


if __name__ == "__main__":
    path, amount = sys.argv[1:3]
    main(path, unseen(int(amount)) if sys.argv[3:] == ["unseen"] else training(int(amount)))
