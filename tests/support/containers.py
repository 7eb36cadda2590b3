"""Recordings as browsers and phones make them, from 16 kHz mono PCM."""

import subprocess

from .sound import RATE

# What people upload, by the name of its test.
CONTAINERS = {
    "webm": ["-c:a", "libopus", "-f", "webm"],
    "ogg": ["-c:a", "libopus", "-f", "ogg"],
    "vorbis": ["-c:a", "libvorbis", "-f", "ogg"],
    "fragmented_mp4": ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4"],
    "mp3": ["-f", "mp3"],
    "flac": ["-f", "flac"],
}


def encoded(pcm, options, rate=48000):
    """What ffmpeg makes of it, written to a pipe as a recorder writes: nothing is corrected afterwards."""
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-ar", str(rate)]
    return subprocess.run([*command, *options, "-"], input=pcm, capture_output=True, check=True, timeout=60).stdout


def encoded_to_file(pcm, path, options):
    """The same with everything in its place: a file that can be sought in has its sizes and its index."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-ar", "48000"]
    subprocess.run([*command, *options, str(path)], input=pcm, capture_output=True, check=True, timeout=60)
    return path.read_bytes()


SEGMENT = bytes.fromhex("18538067")
CLUSTER = bytes.fromhex("1f43b675")


def with_unknown_sizes(webm):
    """A WebM file as a recorder streams it: segment and clusters do not say how long they are."""
    out = bytearray(webm)
    for mark in (SEGMENT, CLUSTER):
        at = out.find(mark)
        while at >= 0:
            first = at + len(mark)
            width = 9 - out[first].bit_length()  # of an EBML length: leading zeros tell
            out[first : first + width] = bytes([(1 << (9 - width)) - 1]) + b"\xff" * (width - 1)
            at = out.find(mark, first + width)
    return bytes(out)
