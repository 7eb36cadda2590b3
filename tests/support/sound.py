"""Sound for the clients to send: 16 kHz, mono, signed 16 bits, little-endian."""

import array
import functools
import io
import math
import random
import subprocess
import tempfile
import wave
from pathlib import Path

RATE = 16000
FRAME = 8192  # what the browser page sends at a time: 4096 samples


@functools.lru_cache
def speech_like(seconds=1.0):
    """Loud and quiet four times a second over a voice's harmonics: passes for speech with a detector
    that listens to energy. Recognisers find no words in it; the scripted one needs none."""
    randomness = random.Random(1)
    samples = array.array("h")
    for index in range(int(seconds * RATE)):
        time = index / RATE
        loudness = max(0.0, math.sin(2 * math.pi * 4 * time)) * min(1.0, time / 0.1)
        voice = sum(math.sin(2 * math.pi * 130 * harmonic * time) / harmonic for harmonic in range(1, 6))
        samples.append(int(6000 * loudness * voice) + randomness.randint(-20, 20))
    return samples.tobytes()


@functools.lru_cache
def music(seconds=1.0, loudness=3000):
    """What is played to people who wait: four chords round and round, softly struck."""
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    samples = array.array("h")
    for index in range(int(seconds * RATE)):
        time = index / RATE
        beat = time % 0.5
        notes = chords[int(time / 2) % len(chords)]
        tone = sum(math.sin(2 * math.pi * note * time) for note in notes) / len(notes)
        samples.append(int(loudness * tone * math.exp(-2 * beat)))
    return samples.tobytes()


def silence(seconds=1.0):
    return bytes(2 * int(seconds * RATE))


def frames(pcm, size=FRAME):
    return [pcm[start : start + size] for start in range(0, len(pcm), size)]


def wav(pcm, rate=RATE):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


def say(binary, environment, text):
    """The words as `repartee say` speaks them, as PCM."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "said.wav")
        subprocess.run(
            [binary, "say", text, "-o", str(file)],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            timeout=60,
        )
        with wave.open(str(file), "rb") as reader:
            assert (reader.getnchannels(), reader.getsampwidth(), reader.getframerate()) == (1, 2, RATE)
            return reader.readframes(reader.getnframes())
