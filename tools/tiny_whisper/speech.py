"""Speech for training and tests, made by flite, called as a library: so it says where each word begins and ends."""

import ctypes
import ctypes.util

import numpy

RATE = 16000


class FliteWave(ctypes.Structure):
    _fields_ = [("type", ctypes.c_char_p), ("rate", ctypes.c_int), ("samples", ctypes.c_int),
                ("channels", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_short))]


class FliteVoice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class Flite:
    """One flite voice: slt, awb, rms (16 kHz), kal16 (16 kHz) or kal (8 kHz)."""

    def __init__(self, voice):
        self.library = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        void, text, item = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
        for name, result, arguments in [
            ("flite_init", ctypes.c_int, []), ("flite_synth_text", void, [text, void]),
            ("utt_wave", ctypes.POINTER(FliteWave), [void]), ("delete_utterance", None, [void]),
            ("utt_relation", void, [void, text]), ("relation_head", item, [void]), ("item_next", item, [item]),
            ("ffeature_float", ctypes.c_float, [item, text]), ("item_feat_string", text, [item, text]),
            ("feat_set_float", None, [void, text, ctypes.c_float]),
        ]:
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments
        self.library.flite_init()
        voices = ctypes.CDLL(f"libflite_cmu_us_{voice}.so.1", mode=ctypes.RTLD_GLOBAL)
        register = getattr(voices, f"register_cmu_us_{voice}")
        register.restype, register.argtypes = ctypes.POINTER(FliteVoice), [ctypes.c_char_p]
        self.voice = register(None)

    def say(self, words, stretch=1.0):
        """Samples (16 bit, 16 kHz) and for each word its start and end in seconds."""
        library = self.library
        library.feat_set_float(self.voice.contents.features, b"duration_stretch", stretch)
        utterance = library.flite_synth_text(" ".join(words).encode(), self.voice)
        wave = library.utt_wave(utterance).contents
        samples = numpy.ctypeslib.as_array(wave.data, (wave.samples,)).copy()
        if wave.rate != RATE:
            samples = resample(samples.astype(numpy.float32), RATE / wave.rate).astype(numpy.int16)
        spans = []
        word = library.relation_head(library.utt_relation(utterance, b"Word"))
        while word:
            start = library.ffeature_float(word, b"R:SylStructure.daughter.daughter.R:Segment.p.end")
            end = library.ffeature_float(word, b"R:SylStructure.daughtern.daughtern.R:Segment.end")
            spans.append((start, end))
            word = library.item_next(word)
        library.delete_utterance(utterance)
        if len(spans) != len(words):
            raise ValueError(f"flite said {len(spans)} words for {words}")
        return samples, spans


def resample(samples, ratio):
    """Linear interpolation, with what would fold back taken away first where the rate falls much."""
    if ratio < 0.85:
        spectrum = numpy.fft.rfft(samples)
        spectrum[int(len(spectrum) * ratio):] = 0
        samples = numpy.fft.irfft(spectrum, len(samples)).astype(numpy.float32)
    count = int(len(samples) * ratio)
    return numpy.interp(numpy.arange(count) / ratio, numpy.arange(len(samples)), samples).astype(numpy.float32)
