"""Writes a trained network as a ggml file that whisper.cpp loads: usage convert.py NETWORK FILE [f32|q8_0|q5_1]"""

import struct
import sys

import numpy
import torch

import features
import network
import vocabulary

F32, F16 = 0, 1
# name: number of the tensor type, number of the file type (with the version of quantization, for quantized ones)
KINDS = {"f32": (0, 0), "q8_0": (8, 2007), "q5_1": (7, 2009)}


def q8_0(weight):
    blocks = weight.reshape(-1, 32)
    step = (numpy.abs(blocks).max(1, keepdims=True) / 127).astype(numpy.float16)
    levels = numpy.round(blocks / numpy.maximum(step.astype(numpy.float32), 1e-12)).clip(-127, 127).astype(numpy.int8)
    return numpy.concatenate([step.view(numpy.uint8), levels.view(numpy.uint8)], axis=1).tobytes()


def q5_1(weight):
    """A block: step and least value as halves, the fifth bits of 32 numbers, then their lower four, two to a byte."""
    blocks = weight.reshape(-1, 32)
    least, greatest = blocks.min(1, keepdims=True), blocks.max(1, keepdims=True)
    step = ((greatest - least) / 31).astype(numpy.float16)
    least = least.astype(numpy.float16)
    offset = blocks - least.astype(numpy.float32)
    levels = numpy.round(offset / numpy.maximum(step.astype(numpy.float32), 1e-12)).clip(0, 31).astype(numpy.uint8)
    fifth = numpy.packbits(levels >> 4, axis=1, bitorder="little")
    lower = (levels[:, :16] & 15) | ((levels[:, 16:] & 15) << 4)
    return numpy.concatenate([step.view(numpy.uint8), least.view(numpy.uint8), fifth, lower], axis=1).tobytes()


QUANTIZERS = {"q8_0": q8_0, "q5_1": q5_1}


def embedding_rows(model):
    """One row for each number of the file: the used ones where whisper.cpp expects them, the unused one elsewhere."""
    rows = model.decoder.embedding().detach().numpy()
    table = numpy.tile(rows[vocabulary.SPECIAL["unused"]], (vocabulary.FILE_COUNT, 1))
    table[:len(vocabulary.WORDS)] = rows[:len(vocabulary.WORDS)]
    table[vocabulary.BLANK] = rows[vocabulary.SPECIAL["unused"]]
    for name, number in vocabulary.FILE_IDS.items():
        table[number] = rows[vocabulary.SPECIAL[name]]
    table[vocabulary.FIRST_FILE_TIME:] = rows[vocabulary.TIMESTAMPS:]
    return table


def tensors(model):
    """Name and values of every tensor, and whether a quantized file quantizes it."""
    yield "encoder.positional_embedding", model.encoder.positional_embedding.numpy(), False
    positions = numpy.zeros((network.TEXT_CONTEXT, network.STATE), numpy.float32)
    trained = model.decoder.positions.detach().numpy()
    positions[:] = trained[-1]
    positions[:len(trained)] = trained
    yield "decoder.positional_embedding", positions, False
    yield "decoder.token_embedding.weight", embedding_rows(model), True
    for name, value in model.state_dict().items():
        if name.startswith("spoken") or name.endswith("positional_embedding"):
            continue
        if name.startswith("decoder.") and name.split(".")[1] in ("rows", "time_map", "time_bias", "times", "positions"):
            continue
        value = value.numpy()
        if "conv" in name and name.endswith("bias"):
            value = value[:, None]  # the library keeps these as columns
        yield name, value, value.ndim == 2 and name.endswith("weight")


def write(model, path, kind="q5_1"):
    tensor_type, file_type = KINDS[kind]
    with open(path, "wb") as file:
        file.write(struct.pack("<I", 0x67676D6C))
        file.write(struct.pack("<11i", vocabulary.FILE_COUNT, network.AUDIO_CONTEXT, network.STATE, network.HEADS,
                               network.AUDIO_LAYERS, network.TEXT_CONTEXT, network.STATE, network.HEADS,
                               network.TEXT_LAYERS, features.MELS, file_type))
        file.write(struct.pack("<2i", *features.FILTERS.shape) + features.FILTERS.tobytes())
        words = [word.encode() for word in vocabulary.WORDS]  # the library names the numbers after them itself
        file.write(struct.pack("<i", len(words)))
        for word in words:
            file.write(struct.pack("<I", len(word)) + word)
        for name, value, quantizes in tensors(model):
            value = numpy.ascontiguousarray(value, numpy.float32)
            if kind != "f32" and quantizes:
                number, data = tensor_type, QUANTIZERS[kind](value)
            elif kind != "f32" and "conv" in name and name.endswith("weight"):
                number, data = F16, value.astype(numpy.float16).tobytes()
            else:
                number, data = F32, value.tobytes()
            file.write(struct.pack("<3i", value.ndim, len(name), number))
            file.write(struct.pack(f"<{value.ndim}i", *reversed(value.shape)))
            file.write(name.encode() + data)


if __name__ == "__main__":
    saved = torch.load(sys.argv[1])
    model = network.Whisper()
    model.load_state_dict(saved["weights"])
    write(model, sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "q5_1")
