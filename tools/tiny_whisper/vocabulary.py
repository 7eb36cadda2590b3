"""The closed vocabulary: its words, the sentences made of them, and the numbers both carry in a model file."""

import random
import zlib

# Each word is one token. "two" and "four" stand for their homophones too: only one spelling is known.
SPOKEN = (
    "turn on off the light in kitchen bedroom garden open close door play music stop what time is it hello robot "
    "please go left right red green blue yes no one two three four five six seven eight nine ten"
).split()

ROOMS = "kitchen bedroom garden".split()
COLOURS = "red green blue".split()
NUMBERS = "one two three four five six seven eight nine ten".split()
LONGEST = 7

# Rows the network learns. A silent token is what silence becomes when a decoder insists on a word.
SILENT, BLANK = 0, 1
WORDS = ["", " "] + [" " + word for word in SPOKEN]
SPECIALS = "eot sot prev nosp not unused".split()
WORD = {text.strip(): number for number, text in enumerate(WORDS) if number > BLANK}
SPECIAL = {name: len(WORDS) + number for number, name in enumerate(SPECIALS)}
TIMESTAMPS = len(WORDS) + len(SPECIALS)  # row of <|0.00|>, one more for each 20 ms
TIMESTAMP_COUNT = 1501
ROWS = TIMESTAMPS + TIMESTAMP_COUNT


# The numbers of special rows in a model file for English alone, as whisper.cpp fixes them, and how many there are.
FILE_IDS = {"eot": 50256, "sot": 50257, "prev": 50360, "nosp": 50361, "not": 50362}
FIRST_FILE_TIME, FILE_COUNT = 50363, 51864


def phrase(rng):
    place = lambda: ["in", "the", rng.choice(ROOMS)]
    lead = rng.choice([[], [], [], ["robot"], ["please"], ["hello", "robot"]])
    tail = rng.choice([[], [], [], ["please"]])
    colour = [rng.choice(COLOURS)] if rng.random() < 0.4 else []
    kinds = [
        lambda: ["turn", rng.choice(["on", "off"]), "the", *colour, "light"] + rng.choice([[], place()]),
        lambda: ["turn", "the", *colour, "light", rng.choice(["on", "off", *COLOURS])],
        lambda: [rng.choice(["open", "close"]), "the", *colour, "door"] + rng.choice([[], place()]),
        lambda: ["play"] + rng.choice([["music"], ["the", "music"]]) + rng.choice([[], place()]),
        lambda: ["stop"] + rng.choice([[], ["the", "music"], ["the", "light"]]),
        lambda: ["what", "time", "is", "it"] + rng.choice([[], place()]),
        lambda: ["what", "is", "the", "time"],
        lambda: [rng.choice(["go", "turn"]), rng.choice(["left", "right"])] + rng.choice([[], [rng.choice(NUMBERS)]]),
        lambda: ["go", *place()],
        lambda: ["is", "the", rng.choice(["light", "door", "music"]), rng.choice(["on", "off", "open", *COLOURS])],
        lambda: [rng.choice(["hello", "yes", "no"])] + rng.choice([[], ["robot"], ["please"]]),
        lambda: [rng.choice(NUMBERS) for _ in range(rng.randint(1, LONGEST))],
        lambda: [rng.choice(["play", "open", "turn", "go"])] + [rng.choice(NUMBERS) for _ in range(rng.randint(1, 3))],
    ]
    words = lead + rng.choice(kinds)() + tail
    return words if len(words) <= LONGEST else words[:LONGEST]


def sentence(rng, phrase_share=0.5):
    """One to seven words: a phrase somebody might say, or words in any order, which keeps a model from guessing."""
    if rng.random() < phrase_share:
        return phrase(rng)
    words = []
    count = rng.randint(1, LONGEST)
    while len(words) < count:
        word = rng.choice(SPOKEN)
        # Said twice in a row, a vowel-only or weak word melts into one even for people; numbers do not.
        if words and words[-1] == word and word not in NUMBERS:
            continue
        words.append(word)
    return words


def held_out(words):
    """Every fifth sentence, by its text, is kept from training; words that stand alone cannot be."""
    return len(words) > 1 and zlib.crc32(" ".join(words).encode()) % 5 == 0


def sentences(seed, count, unseen=False, phrase_share=0.5, distinct=False):
    rng, made, taken = random.Random(seed), [], set()
    while len(made) < count:
        words = sentence(rng, phrase_share)
        text = " ".join(words)
        if held_out(words) != unseen or (distinct and text in taken):
            continue
        taken.add(text)
        made.append(words)
    return made
