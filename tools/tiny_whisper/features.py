"""What Whisper hears: the log-mel spectrogram, computed as whisper.cpp does, and the ways training speech is varied."""

import numpy

from speech import RATE, resample

WINDOW, STEP, MELS = 400, 160, 80
FRAMES_PER_SECOND = RATE // STEP // 2  # positions of the encoder: its second convolution halves the frames


def mel_filters():
    """Slaney's mel scale (linear to 1 kHz, logarithmic above) as triangles of equal area, 80 x 201."""
    linear, corner, log_step = 200 / 3, 1000.0, numpy.log(6.4) / 27
    top = corner / linear + numpy.log(RATE / 2 / corner) / log_step
    mels = numpy.linspace(0, top, MELS + 2)
    edges = numpy.where(mels < corner / linear, mels * linear,
                        corner * numpy.exp(log_step * (mels - corner / linear)))
    bins = numpy.linspace(0, RATE / 2, WINDOW // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return (numpy.maximum(0, numpy.minimum(rising, falling)) * area[:, None]).astype(numpy.float32)


FILTERS = mel_filters()
HANN = (0.5 * (1 - numpy.cos(2 * numpy.pi * numpy.arange(WINDOW) / WINDOW))).astype(numpy.float32)


def log_mel(samples, band=None):
    """Samples (-1 to 1) to (frames, 80), and the value of every frame after them: the library adds 30 s of silence.

    With a band, in hertz, nothing above it is heard.
    """
    half = WINDOW // 2
    count = len(samples)
    padded = numpy.concatenate([samples[half:0:-1], samples, numpy.zeros(WINDOW + half, numpy.float32)])
    frames = (count + half) // STEP + 1
    windows = numpy.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:frames * STEP:STEP][:frames]
    spectrum = numpy.fft.rfft(windows * HANN)
    power = (spectrum.real ** 2 + spectrum.imag ** 2).astype(numpy.float32)
    if band:
        power[:, int(band * WINDOW / RATE):] = 0
    mel = numpy.log10(numpy.maximum(power @ FILTERS.T, 1e-10))
    floor = max(mel.max(), -10) - 8
    return (numpy.maximum(mel, floor) + 4) / 4, (max(floor, -10) + 4) / 4


def band_limit(samples, hertz):
    spectrum = numpy.fft.rfft(samples)
    spectrum[int(len(samples) * hertz / RATE):] = 0
    return numpy.fft.irfft(spectrum, len(samples)).astype(numpy.float32)


def vary(samples, spans, rng, longest_pause=1.0, variety=1.0):
    """Another take of an utterance: speed and pitch, loudness, silence around it. Some keep their sound."""
    samples = samples.astype(numpy.float32) / 32768
    plain = rng.random() > 0.7 * variety
    ratio = 1.0 if plain else rng.uniform(1 - 0.12 * variety, 1 + 0.14 * variety)
    if ratio != 1.0:
        samples = resample(samples, ratio)
    if not plain:
        samples = samples * 10 ** (rng.uniform(-20, 4) / 20)
    before, after = rng.uniform(0, longest_pause, 2)
    if rng.random() < 0.3:
        before = 0.0
    if rng.random() < 0.3:
        after = 0.0
    lead = int(before * RATE)
    samples = numpy.concatenate([numpy.zeros(lead, numpy.float32), samples,
                                 numpy.zeros(int(after * RATE), numpy.float32)])
    return samples, [(start * ratio + lead / RATE, end * ratio + lead / RATE) for start, end in spans]


def add_noise(samples, rng, variety=1.0):
    """A little noise on some takes, over the pauses too; digital silence on the others."""
    if rng.random() < 0.5 * variety:
        level = numpy.sqrt(numpy.mean(samples ** 2) + 1e-12) * 10 ** (-rng.uniform(18, 50) / 20)
        samples = samples + numpy.float32(level) * rng.standard_normal(len(samples), numpy.float32)
    return numpy.clip(samples, -1, 1)
