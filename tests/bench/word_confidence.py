#!/usr/bin/python3
"""How right pocketsphinx is about how right it is: makes speech whose words are known, has it recognised, and fits and
judges the numbers in src/engines/pocketsphinx/confidence.cpp.

    ninja -C build/dev word_evidence
    tests/bench/word_confidence.py collect --program build/dev/word_evidence --out evidence.jsonl
    tests/bench/word_confidence.py fit evidence.jsonl        the numbers, and how good they are
    tests/bench/word_confidence.py judge evidence.jsonl      how good the program's own are

Every sentence is spoken by every voice, each time at three conditions drawn by lot: speed, loudness, noise (white, or five
others who talk) and how much louder than it the speech is. A word is right where it stands in the alignment of least
errors; what is heard where nobody speaks, or only the others, is wrong. The numbers are fitted to every other sentence
of some voices, and judged on the rest of the sentences: of those voices, and of two that they have never heard.

Voices: flite's and eSpeak's, by their libraries (libflite1, libespeak-ng1). Nobody's recordings.
"""

import argparse
import audioop
import ctypes
import json
import math
import random
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

RATE = 16000
SEED = 20

FLITE = {"slt": "cmu_us_slt", "rms": "cmu_us_rms", "kal": "cmu_us_kal16", "awb": "cmu_us_awb"}
ESPEAK = {"espeak-us": "en-us", "espeak-us-f2": "en-us+f2", "espeak-gb": "en-gb"}
VOICES = [*FLITE, *ESPEAK]
UNHEARD_VOICES = ["awb", "espeak-gb"]  # never fitted to

CONDITIONS = 3  # for each sentence and voice
SPEEDS = [0.85, 1.0, 1.2]
LOUDNESS = [0, -10, -20]  # decibels
NOISES = [("-", 0)] * 2 + [(noise, snr) for noise in ("white", "babble") for snr in (20, 10, 5, 0)]

SENTENCES = """
what time is it
please set a timer for thirty seconds
remember that my favorite color is green
how much is six times seven
turn on the light in the kitchen
the train leaves at nine in the morning
my name is alice and this is my brother tom
can you help me with my homework
the weather is very nice today
i have a meeting on monday afternoon
she bought three apples and a loaf of bread
call my sister when you get home
we walked along the river until the sun went down
there are forty two chairs in the big hall
the doctor will see you in a few minutes
please close the window because it is cold outside
he plays the piano every evening after dinner
the price went up by eleven percent last year
where did you put the keys to the car
our flight to chicago was delayed by two hours
i would like a cup of coffee without sugar
the museum is closed on tuesdays
tell me a story about a dragon and a princess
how far is it from boston to new york
the children are playing football in the garden
my phone number ends with five eight three one
do not forget to water the plants
the old bridge was built in eighteen ninety
robert works for a small company in london
a quick answer is better than a long silence
the soup needs a little more salt and pepper
we should leave before the traffic gets worse
nobody knows who painted this picture
the battery lasts for about six hours
read me the news about the election
the professor explained the theory of gravity
my grandmother lives in a village near the sea
is there a pharmacy open at this time of night
the robot moved its arm and looked at me
please repeat the last sentence slowly
three of the seven engines were broken
the library has a large collection of old maps
maria speaks german french and a little chinese
the ship reached the harbor before the storm
put the milk back into the refrigerator
we need twelve volunteers for saturday morning
he opened the letter and began to laugh
the hotel is on the corner of market street
how many planets are there in the solar system
the committee will decide next thursday
jennifer won the race by less than a second
a cat was sleeping on top of the television
they moved to canada when i was five years old
the experiment failed for the third time
would you mind turning down the music
the farmer sold his horses and bought a tractor
my computer has been very slow since yesterday
good evening everybody and welcome to the show
the answer to your question is no
i am looking for a birthday present for my son
the quokka ate a bowl of quinoa and kale
siobhan and joaquin visited reykjavik in february
the kubernetes cluster rebooted at midnight
wingardium and zorblax are words that nobody uses
ask priyanka about the biryani recipe
the tardigrade survived in the vacuum of space
our startup makes gluten free ramen for hipsters
dmitri poured kombucha over the edamame
the selfie stick was banned from the stadium
he tweeted a photo of a labradoodle
her avatar was wearing a neon hoodie
the emoji means something else in norway
anneliese ordered a cappuccino and a croissant
please email the spreadsheet to mister okonkwo
the wifi password is written on the whiteboard
bluetooth speakers are not allowed in the sauna
the ukulele player from honolulu was late again
a podcast about cryptocurrency is not my idea of fun
the vlogger unboxed a new smartphone
zelda met the yeti at the top of kilimanjaro
"""

BABBLE = """
the committee talked about the budget for most of the day and went home without a result
yesterday i saw an old friend at the station and we had a long conversation about school
if you ask me the second half of the film is much better than the first one
our neighbors are going to paint their house yellow which is not to my taste
you can take the bus to the city center or walk through the park if it does not rain
she told him about her holiday in spain and he told her about his new job at the bank
"""


def words_in(text):
    return text.lower().replace("-", " ").split()


# --- speech ---


class Wave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p),
        ("rate", ctypes.c_int),
        ("samples", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_short)),
    ]


class FliteVoice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class Flite:
    def __init__(self):
        for library in ("libflite_usenglish.so.1", "libflite_cmulex.so.1"):
            ctypes.CDLL(library, ctypes.RTLD_GLOBAL)
        self.library = ctypes.CDLL("libflite.so.1", ctypes.RTLD_GLOBAL)
        self.library.flite_init()
        self.library.flite_text_to_wave.restype = ctypes.POINTER(Wave)
        self.library.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        self.library.feat_set_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]
        self.library.delete_wave.argtypes = [ctypes.POINTER(Wave)]
        self.voices = {}

    def voice(self, name):
        if name not in self.voices:
            register = getattr(ctypes.CDLL(f"libflite_{FLITE[name]}.so.1"), f"register_{FLITE[name]}")
            register.restype = ctypes.POINTER(FliteVoice)
            self.voices[name] = register(None)
        return self.voices[name]

    def speak(self, text, name, speed):
        voice = self.voice(name)
        self.library.feat_set_float(voice.contents.features, b"duration_stretch", 1 / speed)
        spoken = self.library.flite_text_to_wave(text.encode(), voice)
        bytes_ = ctypes.string_at(spoken.contents.data, 2 * spoken.contents.samples)
        rate = spoken.contents.rate
        self.library.delete_wave(spoken)
        return at_our_rate(bytes_, rate)


class Espeak:
    SYNCHRONOUS, RATE_OF_SPEECH, UTF8, WORDS_A_MINUTE = 2, 1, 1, 165

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(self.SYNCHRONOUS, 0, None, 0)
        self.heard = bytearray()
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

        def hear(data, count, _events):
            if count > 0:
                self.heard += ctypes.string_at(data, 2 * count)
            return 0

        self.hear = callback(hear)
        self.library.espeak_SetSynthCallback(self.hear)

    def speak(self, text, name, speed):
        self.heard.clear()
        self.library.espeak_SetVoiceByName(ESPEAK[name].encode())
        self.library.espeak_SetParameter(self.RATE_OF_SPEECH, int(self.WORDS_A_MINUTE * speed), 0)
        spoken = text.encode()
        self.library.espeak_Synth(spoken, len(spoken) + 1, 0, 1, 0, self.UTF8, None, None)
        return at_our_rate(bytes(self.heard), self.rate)


def at_our_rate(sound, rate):
    return sound if rate == RATE else audioop.ratecv(sound, 2, 1, rate, RATE, None)[0]


class Speakers:
    def __init__(self):
        self.flite, self.espeak = Flite(), Espeak()

    def speak(self, text, voice, speed=1.0):
        engine = self.flite if voice in FLITE else self.espeak
        return engine.speak(text, voice, speed)


def seconds(length):
    return bytes(2 * int(length * RATE))


def write(path, sound):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound)


def make_noises(speakers, folder, lot):
    hiss = b"".join(max(-32768, min(32767, int(lot.gauss(0, 3000)))).to_bytes(2, "little", signed=True) for _ in range(20 * RATE))
    write(folder / "white.wav", hiss)
    crowd = seconds(20)
    for number, voice in enumerate(["slt", "rms", "kal", "awb", "espeak-us"]):
        lines = words_of_babble()
        lot.shuffle(lines)
        said = b"".join(speakers.speak(line, voice) + seconds(0.3) for line in lines)
        said = (said[number * RATE :] + said[: number * RATE])[: len(crowd)].ljust(len(crowd), b"\0")
        crowd = audioop.add(crowd, audioop.mul(said, 2, 0.2), 2)
    write(folder / "babble.wav", crowd)


def words_of_babble():
    return BABBLE.strip().splitlines()


def draw_tasks(speakers, folder, lot):
    """[(what is known of it, the line for the program)]"""
    tasks = []
    for number, sentence in enumerate(SENTENCES.strip().splitlines()):
        for voice in VOICES:
            for _ in range(CONDITIONS):
                speed, loudness, (noise, snr) = lot.choice(SPEEDS), lot.choice(LOUDNESS), lot.choice(NOISES)
                path = folder / f"{number}-{voice}-{speed}.wav"
                if not path.exists():
                    write(path, seconds(0.3) + speakers.speak(sentence, voice, speed) + seconds(0.5))
                known = {"sentence": number, "said": words_in(sentence), "voice": voice, "speed": speed}
                known |= {"noise": noise, "snr": snr}
                sound = "-" if noise == "-" else folder / f"{noise}.wav"
                tasks.append((known, f"{path} {sound} {snr} {lot.randrange(10 * RATE)} {loudness}"))
    for number in range(80):
        noise = ("white", "babble")[number % 2]
        path = folder / f"nobody-{number}.wav"
        with wave.open(str(folder / f"{noise}.wav")) as file:
            file.setpos(lot.randrange(15 * RATE))
            write(path, file.readframes(4 * RATE))
        known = {"sentence": number // 2, "said": [], "voice": "nobody", "speed": 1, "noise": noise, "snr": -99}
        tasks.append((known, f"{path} - 0 0 {lot.choice(LOUDNESS)}"))
    lot.shuffle(tasks)
    return tasks


def collect(options):
    lot = random.Random(SEED)
    speakers = Speakers()
    with tempfile.TemporaryDirectory() as name, open(options.out, "w", encoding="utf-8") as out:
        folder = Path(name)
        make_noises(speakers, folder, lot)
        tasks = draw_tasks(speakers, folder, lot)[: options.most or None]
        lines = folder / "tasks"
        lines.write_text("".join(line + "\n" for _, line in tasks))
        with open(lines, encoding="utf-8") as tasks_in:
            program = subprocess.Popen([options.program], stdin=tasks_in, stdout=subprocess.PIPE, text=True)
        for (known, _), heard in zip(tasks, program.stdout):
            out.write(json.dumps({**known, **json.loads(heard)}) + "\n")
        if program.wait() != 0:
            sys.exit("the program failed")


# --- which words are right ---


def rights(said, heard):
    """For each word heard whether the alignment of least errors has it right."""
    costs = [[0] * (len(heard) + 1) for _ in range(len(said) + 1)]
    for i in range(len(said) + 1):
        for j in range(len(heard) + 1):
            if i == 0 or j == 0:
                costs[i][j] = i + j
            else:
                same = said[i - 1] == heard[j - 1]
                costs[i][j] = min(costs[i - 1][j - 1] + (not same), costs[i - 1][j] + 1, costs[i][j - 1] + 1)
    right = [False] * len(heard)
    i, j = len(said), len(heard)
    while i > 0 and j > 0:
        same = said[i - 1] == heard[j - 1]
        if costs[i][j] == costs[i - 1][j - 1] + (not same):
            right[j - 1] = same
            i, j = i - 1, j - 1
        elif costs[i][j] == costs[i][j - 1] + 1:
            j -= 1
        else:
            i -= 1
    return right


# --- the model: the same in confidence.cpp ---

SIGNS = ["constant", "posterior", "acoustic", "language", "length", "letters", "dynamics", "dynamics squared", "density"]


def within(value, least, most):
    return max(least, min(most, value))


def signs_of(line):
    """As signs_of in confidence.cpp has them; one list for each word."""
    dynamics = within(line["dynamics"], 0, 60) / 10
    return [
        [
            1.0,
            math.log1p(-within(word["posterior"], -50, 0)),
            within(word["acoustic"], -60, 0) / 10,
            within(word["language"], -20, 0) / 10,
            math.log(within(word["frames"], 1, 300) / 10),
            math.log(within(word["letters"], 1, 30)),
            dynamics,
            dynamics * dynamics,
            math.log1p(within(line["density"], 0, 100)),
        ]
        for word in line["words"]
    ]


def logistic(x):
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, x))))


def chance(weights, signs):
    return logistic(sum(w * s for w, s in zip(weights, signs)))


def solve(matrix, vector):
    n = len(vector)
    rows = [row[:] + [value] for row, value in zip(matrix, vector)]
    for i in range(n):
        best = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def fitted(samples, ridge=1.0):
    """Logistic regression by Newton's method: [(signs, right)] to weights."""
    n = len(SIGNS)
    weights = [0.0] * n
    for _ in range(25):
        gradient = [-ridge * w for w in weights]
        curvature = [[ridge if i == j else 0.0 for j in range(n)] for i in range(n)]
        for signs, right in samples:
            p = chance(weights, signs)
            for i in range(n):
                gradient[i] += (right - p) * signs[i]
                scaled = p * (1 - p) * signs[i]
                row = curvature[i]
                for j in range(n):
                    row[j] += scaled * signs[j]
        step = solve(curvature, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(abs(s) for s in step) < 1e-6:
            break
    return weights


# --- how good ---


def expected_calibration_error(pairs, bins=10):
    """The mean distance between the chance that was told and the share that was right, over ten equal steps of it."""
    sums = [[0, 0.0, 0.0] for _ in range(bins)]
    for p, right in pairs:
        one = sums[min(bins - 1, int(p * bins))]
        one[0] += 1
        one[1] += p
        one[2] += right
    return sum(abs(told - right) for _, told, right in sums) / max(1, len(pairs))


def brier(pairs):
    return sum((p - right) ** 2 for p, right in pairs) / max(1, len(pairs))


def area_under_curve(pairs):
    """How often a right word was given more than a wrong one."""
    ordered = sorted(pairs)
    wrong = right = 0
    wins = 0.0
    at = 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        r = sum(1 for _, is_right in ordered[at:end] if is_right)
        w = end - at - r
        wins += r * (wrong + w / 2)
        wrong, right, at = wrong + w, right + r, end
    return wins / max(1, wrong * right)


def report(name, lines, chances_of):
    pairs, line_errors, line_pairs = [], [], []
    for line in lines:
        chances = chances_of(line)
        pairs += list(zip(chances, line["right"]))
        if chances:
            told, true = sum(chances) / len(chances), sum(line["right"]) / len(chances)
            line_errors.append(abs(told - true))
            line_pairs.append((told, true))
    share = sum(right for _, right in pairs) / max(1, len(pairs))
    curve = f"{area_under_curve(pairs):.3f}" if 0 < share < 1 else "–"
    print(f"| {name} | {len(pairs)} | {share:.2f} | {expected_calibration_error(pairs):.3f} | {brier(pairs):.3f} | {curve} "
          f"| {expected_calibration_error(line_pairs):.3f} | {sum(line_errors) / max(1, len(line_errors)):.3f} |")  # fmt: skip
    return pairs


HEAD = """| | words | right | ECE | Brier | AUC | lines: ECE | lines: mean error |
|---|---|---|---|---|---|---|---|"""


def read(path):
    lines = []
    for text in open(path, encoding="utf-8"):
        line = json.loads(text)
        line["right"] = rights(line["said"], [word["text"] for word in line["words"]])
        lines.append(line)
    return lines


def split(lines):
    fitting = [line for line in lines if line["sentence"] % 2 == 0 and line["voice"] not in UNHEARD_VOICES]
    others = [line for line in lines if line["sentence"] % 2 == 1]
    known = [line for line in others if line["voice"] not in UNHEARD_VOICES]
    unheard = [line for line in others if line["voice"] in UNHEARD_VOICES]
    return fitting, known, unheard


def judge(lines, chances_of):
    fitting, known, unheard = split(lines)
    print(HEAD)
    report("fitted to", fitting, chances_of)
    report("other sentences, same voices", known, chances_of)
    report("other sentences, other voices", unheard, chances_of)
    for noise, snr in sorted({(line["noise"], line["snr"]) for line in lines}):
        name = "clean" if noise == "-" else "nobody, " + noise if snr < -50 else f"{noise} {snr} dB"
        here = [line for line in known + unheard if (line["noise"], line["snr"]) == (noise, snr)]
        report("of these, " + name, here, chances_of)
    pairs = [pair for line in known + unheard for pair in zip(chances_of(line), line["right"])]
    print("\n| told | words | right |\n|---|---|---|")
    for step in range(10):
        here = [right for p, right in pairs if min(9, int(p * 10)) == step]
        if here:
            print(f"| {step / 10:.1f} to {(step + 1) / 10:.1f} | {len(here)} | {sum(here) / len(here):.2f} |")


def raw(line):
    return [math.exp(min(0.0, word["posterior"])) for word in line["words"]]


def fit(options):
    lines = read(options.evidence)
    samples = [sample for line in split(lines)[0] for sample in zip(signs_of(line), line["right"])]
    weights = fitted(samples)
    for name, weight in zip(SIGNS, weights):
        print(f"{weight:9.4f}F,  // {name}")
    print("\nThe decoder's own:")
    judge(lines, raw)
    print("\nFitted:")
    judge(lines, lambda line: [chance(weights, signs) for signs in signs_of(line)])


def judge_program(options):
    judge(read(options.evidence), lambda line: [word["chance"] for word in line["words"]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    collecting = commands.add_parser("collect")
    collecting.add_argument("--program", default="build/dev/word_evidence")
    collecting.add_argument("--out", default="evidence.jsonl")
    collecting.add_argument("--most", type=int, default=0, help="recordings; 0: all")
    collecting.set_defaults(run=collect)
    for name, run in (("fit", fit), ("judge", judge_program)):
        command = commands.add_parser(name)
        command.add_argument("evidence")
        command.set_defaults(run=run)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
