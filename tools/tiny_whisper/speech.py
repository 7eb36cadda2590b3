"""Speech for training and tests, made by the system's own synthesisers: flite (English) and espeak-ng (German).

Both are called as libraries, because both then say where each word begins and ends.
"""

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


class EspeakEventId(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class EspeakEvent(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
                ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
                ("user_data", ctypes.c_void_p), ("id", EspeakEventId)]


class Espeak:
    """espeak-ng in one language, with variants of its voice."""

    CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int,
                                ctypes.POINTER(EspeakEvent))
    WORD_EVENT, UTF8, SYNCHRONOUS, RATE_PARAMETER, PITCH_PARAMETER = 1, 1, 2, 1, 3

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(self.SYNCHRONOUS, 0, None, 0)
        self.chunks, self.starts = [], []
        self.callback = self.CALLBACK(self.heard)  # kept, or it would be collected under espeak's feet
        self.library.espeak_SetSynthCallback(self.callback)

    def heard(self, samples, count, events):
        if samples and count:
            self.chunks.append(numpy.ctypeslib.as_array(samples, (count,)).copy())
        number = 0
        while events[number].type:
            if events[number].type == self.WORD_EVENT:
                self.starts.append(events[number].audio_position / 1000)
            number += 1
        return 0

    def say(self, words, voice="de", speed=160, pitch=50):
        self.chunks, self.starts = [], []
        self.library.espeak_SetVoiceByName(voice.encode())
        self.library.espeak_SetParameter(self.RATE_PARAMETER, speed, 0)
        self.library.espeak_SetParameter(self.PITCH_PARAMETER, pitch, 0)
        text = " ".join(words).encode()
        self.library.espeak_Synth(text, len(text) + 1, 0, 1, 0, self.UTF8, None, None)
        samples = numpy.concatenate(self.chunks).astype(numpy.float32)
        if len(self.starts) < len(words):
            raise ValueError(f"espeak-ng said {len(self.starts)} words for {words}")
        del self.starts[len(words):]  # it tells some last words twice, the second time at their end
        loud = numpy.flatnonzero(numpy.abs(samples) > 300)
        end = (loud[-1] + 1) / self.rate if len(loud) else len(samples) / self.rate
        spans = list(zip(self.starts, self.starts[1:] + [end]))
        return resample(samples, RATE / self.rate).astype(numpy.int16), spans


def resample(samples, ratio):
    """Linear interpolation, with what would fold back taken away first where the rate falls much."""
    if ratio < 0.85:
        spectrum = numpy.fft.rfft(samples)
        spectrum[int(len(spectrum) * ratio):] = 0
        samples = numpy.fft.irfft(spectrum, len(samples)).astype(numpy.float32)
    count = int(len(samples) * ratio)
    return numpy.interp(numpy.arange(count) / ratio, numpy.arange(len(samples)), samples).astype(numpy.float32)
