"""How many can speak to one repartee-whisper at once: memory, how late partial texts are, and how late finals.

    tests/bench/whisper_load.py --worker build/release/repartee-whisper --size base --speakers 1,2,4,8

The model is made by hand, of the size of a real one (tests/support/whisper_file.py): it costs what that costs, but says
the same four words whatever it hears, so its texts are short. Speakers send frames of 20 ms by schedule, whether or not
the worker keeps up. A partial text says how much of the utterance it takes into account; by what has been said since it is
late. Just before the next one comes it is oldest: that is what somebody who reads along sees at worst. After the sound
there is half a second of silence, as in a call; in it the worker is told of the pause, unless --without-pauses says no.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.sound import silence, speech_like
from support.whisper_file import BASE, SMALL, TINY, whisper_file

SIZES = {"tiny": TINY, "base": BASE, "small": SMALL}
FRAME_MS = 20
SILENCE_MS = 500  # at the end of an utterance
PAUSE_TOLD_MS = 260  # before that is over: 200 ms of silence, and the detector's hold
SOUND = {"rate": 16000, "width": 2, "channels": 1}


def encoded(kind, data=None, payload=b""):
    block = json.dumps(data or {}).encode()
    header = {"type": kind, "data_length": len(block), "payload_length": len(payload)}
    return json.dumps(header).encode() + b"\n" + block + payload


async def event_from(reader):
    header = json.loads(await reader.readline())
    block = await reader.readexactly(header.get("data_length", 0))
    await reader.readexactly(header.get("payload_length", 0))
    return header["type"], json.loads(block or b"{}")


class Speaker:
    def __init__(self, tells_pauses):
        self.tells_pauses = tells_pauses
        self.late = []  # ms, of partial texts when they come
        self.oldest = []  # ms, of what is shown just before the next one comes
        self.final = None  # ms after the end of the sound

    async def speak(self, socket, sound):
        reader, writer = await asyncio.open_unix_connection(socket)
        writer.write(encoded("transcribe", {"language": "en", "partials": True}))
        writer.write(encoded("audio-start", SOUND))
        self.began = time.monotonic()
        reading = asyncio.create_task(self.read(reader))
        frame = FRAME_MS * 32
        for n, at in enumerate(range(0, len(sound), frame)):
            await asyncio.sleep(max(0.0, self.began + (n + 1) * FRAME_MS / 1000 - time.monotonic()))
            writer.write(encoded("audio-chunk", SOUND, sound[at : at + frame]))
            if at == len(sound) - PAUSE_TOLD_MS * 32 and self.tells_pauses:
                writer.write(encoded("speech-paused"))
        self.ended = time.monotonic()
        writer.write(encoded("audio-stop"))
        await asyncio.wait_for(reading, 120)
        writer.close()

    async def read(self, reader):
        heard = None
        while True:
            kind, data = await event_from(reader)
            if kind == "error":
                raise SystemExit(f"the worker: {data['text']}")
            now = (time.monotonic() - self.began) * 1000
            if kind == "transcript-chunk" and "heard" in data:
                if heard is not None:
                    self.oldest.append(now - heard)
                heard = data["heard"]
                self.late.append(now - heard)
            elif kind == "transcript":
                self.final = (time.monotonic() - self.ended) * 1000
                return


def memory_of(pid):
    """MiB: its own, and all with what it shares."""
    fields = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, size = line.split()[:2]
        fields[name.rstrip(":")] = int(size) / 1024
    return fields["Private_Dirty"], fields["Rss"]


def cpu_of(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def shown(values, share):
    return f"{sorted(values)[min(int(len(values) * share), len(values) - 1)]:.0f}" if values else "-"


async def measure(options, model, folder, speakers):
    socket = Path(folder) / f"{speakers}.sock"
    command = [options.worker, "--model", model, "--uri", f"unix://{socket}", "--device", "cpu"]
    for name in ["decoders", "threads"]:
        if getattr(options, name):
            command += [f"--{name}", str(getattr(options, name))]
    worker = await asyncio.create_subprocess_exec(*command)
    try:
        while not socket.exists():
            await asyncio.sleep(0.05)
        await Speaker(False).speak(socket, speech_like(1.0))  # warm
        cpu, began = cpu_of(worker.pid), time.monotonic()
        crowd = [Speaker(not options.without_pauses) for _ in range(speakers)]
        sound = speech_like(options.seconds) + silence(SILENCE_MS / 1000)
        await asyncio.gather(*(speaker.speak(socket, sound) for speaker in crowd))
        busy = (cpu_of(worker.pid) - cpu) / (time.monotonic() - began)
        own, resident = memory_of(worker.pid)
    finally:
        worker.terminate()
        await worker.wait()
    late = [value for speaker in crowd for value in speaker.late]
    oldest = [value for speaker in crowd for value in speaker.oldest]
    finals = [speaker.final for speaker in crowd]
    print(
        f"{speakers:8} {len(late) / speakers:9.1f} {shown(late, 0.5):>6} {shown(late, 0.95):>6} {shown(oldest, 0.5):>7}"
        f" {shown(oldest, 0.95):>7} {statistics.median(finals):8.0f} {max(finals):6.0f} {busy:6.2f} {own:8.0f} {resident:8.0f}"
    )


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", default="build/release/repartee-whisper")
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--speakers", default="1,2,4,8")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--decoders", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--without-pauses", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = whisper_file(Path(folder) / f"ggml-{options.size}.en.bin", "turn on the light", SIZES[options.size])
        print(f"{options.size}, {model.stat().st_size / 2**20:.0f} MiB of weights, utterances of {options.seconds:g} s")
        print("                    late (ms)    oldest (ms)     final (ms)           memory (MiB)")
        print("speakers  partials    p50    p95     p50     p95   median    max  cores      own resident")
        for speakers in options.speakers.split(","):
            await measure(options, str(model), folder, int(speakers))


asyncio.run(main())
