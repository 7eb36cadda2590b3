"""Makes a pool of speech: usage make_speech.py FILE en|de SCALE, for training, or FILE en|de COUNT unseen, to measure.

A pool is one .npz file: all samples after each other, and for each utterance its length, voice, words and spans.
"""

import random
import sys

import numpy

import speech
import vocabulary

# Voice: sentences in a pool of scale 1. slt is the voice tests speak with; the others keep a model from its quirks.
FLITE_POOL = {"slt": 2600, "kal16": 500, "rms": 350, "awb": 350}
ESPEAK_POOL = {"de": 1500, "de+f2": 500, "de+m3": 500}


def english(voice, count, seed):
    rng = random.Random(seed)
    flite = speech.Flite(voice)
    singles = [[word] for word in vocabulary.ENGLISH] * max(1, count // 600)
    for words in singles + vocabulary.sentences(seed, count):
        stretch = 1.0 if rng.random() < 0.5 else rng.uniform(0.8, 1.3)
        yield words, *flite.say(words, stretch)


def german(voice, count, seed):
    rng = random.Random(seed)
    espeak = speech.Espeak()
    singles = [[word] for word in vocabulary.GERMAN] * max(1, count // 600)
    for words in singles + vocabulary.sentences(seed, count, "de"):
        plain = rng.random() < 0.4
        speed, pitch = (160, 50) if plain else (rng.randint(120, 190), rng.randint(35, 65))
        yield words, *espeak.say(words, voice, speed, pitch)


def training(language, scale):
    pool, say = (FLITE_POOL, english) if language == "en" else (ESPEAK_POOL, german)
    for number, (voice, count) in enumerate(pool.items()):
        yield voice, say(voice, int(count * scale), 1000 + number)


def unseen(language, count):
    """Sentences kept from training, in the first voice of the language as it is."""
    say = speech.Flite("slt").say if language == "en" else speech.Espeak().say
    wanted = vocabulary.sentences(9000, count, language, unseen=True, distinct=True)
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
    path, language, amount = sys.argv[1:4]
    main(path, unseen(language, int(amount)) if sys.argv[4:] == ["unseen"] else training(language, float(amount)))
