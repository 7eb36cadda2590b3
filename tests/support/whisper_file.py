"""A Whisper model that is made by hand and says one sentence, whatever it hears.

All its weights are zero but those that lead from each position of the text to the next word: the decoder's
input at position n is a hand pointing into dimension n, and the word that is to come there has its weight in that
dimension. So libwhisper runs all of it, and what it answers is known; and of the size of a real model it costs what
that costs.
"""

import struct
from dataclasses import dataclass

MAGIC = 0x67676D6C


@dataclass(frozen=True)
class Vocabulary:
    size: int
    end_of_text: int
    first_timestamp: int
    before: int = 0  # tokens of the prompt that stand before the one behind which the text begins


ENGLISH = Vocabulary(51864, 50256, 50363)
# Behind the beginning come the language and what to do: transcribe, or translate.
MANY_LANGUAGES = Vocabulary(51865, 50257, 50364, before=2)

MEL_BANDS, FREQUENCIES = 80, 201
AUDIO_POSITIONS, TEXT_POSITIONS = 1500, 448


@dataclass(frozen=True)
class Size:
    width: int = 64
    heads: int = 1
    layers: int = 1
    half: bool = False  # matrices of half precision, as published models have them


SMALLEST = Size()
TINY = Size(width=384, heads=6, layers=4, half=True)
BASE = Size(width=512, heads=8, layers=6, half=True)
SMALL = Size(width=768, heads=12, layers=12, half=True)

# Strong enough that the next word is as good as certain.
POINTING, LIKING, GAIN = 50.0, 1.0, 8.0


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def tensor(name, shape, data, half=False):
    """Dimensions from the innermost, as ggml has them."""
    return struct.pack(f"<3i{len(shape)}i", len(shape), len(name), int(half), *shape) + name.encode() + data


class Weights:
    """The tensors of a model, one after the other, all zero but two."""

    def __init__(self, file, size, vocabulary):
        self.file, self.size, self.vocabulary = file, size, vocabulary

    def zeros(self, name, *shape, half=False):
        count = 1
        for dimension in shape:
            count *= dimension
        self.file.write(tensor(name, shape, bytes(count * (2 if half else 4)), half))

    def matrix(self, name, *shape):
        self.zeros(name, *shape, half=self.size.half)

    def layer(self, prefix, crossing):
        width = self.size.width
        for norm in ["attn_ln", "mlp_ln"] + (["cross_attn_ln"] if crossing else []):
            self.zeros(f"{prefix}.{norm}.weight", width)
            self.zeros(f"{prefix}.{norm}.bias", width)
        for attention in ["attn"] + (["cross_attn"] if crossing else []):
            for part in ["query", "key", "value", "out"]:
                self.matrix(f"{prefix}.{attention}.{part}.weight", width, width)
                if part != "key":
                    self.zeros(f"{prefix}.{attention}.{part}.bias", width)
        for part, (wide, narrow) in [("0", (4 * width, width)), ("2", (width, 4 * width))]:
            self.matrix(f"{prefix}.mlp.{part}.weight", narrow, wide)
            self.zeros(f"{prefix}.mlp.{part}.bias", wide)

    def encoder(self):
        width = self.size.width
        self.zeros("encoder.positional_embedding", width, AUDIO_POSITIONS)
        for conv, depth in [("conv1", MEL_BANDS), ("conv2", width)]:
            self.matrix(f"encoder.{conv}.weight", 3, depth, width)
            self.zeros(f"encoder.{conv}.bias", 1, width)
        self.zeros("encoder.ln_post.weight", width)
        self.zeros("encoder.ln_post.bias", width)
        for n in range(self.size.layers):
            self.layer(f"encoder.blocks.{n}", crossing=False)

    def decoder(self, words):
        width = self.size.width
        self.file.write(tensor("decoder.positional_embedding", [width, TEXT_POSITIONS], pointing(words, width, self.vocabulary)))
        liked = liked_tokens(words, self.size, self.vocabulary)
        self.file.write(tensor("decoder.token_embedding.weight", [width, self.vocabulary.size], liked, self.size.half))
        self.file.write(tensor("decoder.ln.weight", [width], floats([GAIN] * width)))
        self.zeros("decoder.ln.bias", width)
        for n in range(self.size.layers):
            self.layer(f"decoder.blocks.{n}", crossing=True)


def pointing(words, width, vocabulary):
    """Position n of the text points into dimension n; what comes after the last word points at the end."""
    rows = bytearray(TEXT_POSITIONS * width * 4)
    for position in range(TEXT_POSITIONS):
        dimension = min(max(0, position - vocabulary.before), len(words) + 1)
        struct.pack_into("<f", rows, (position * width + dimension) * 4, POINTING)
    return bytes(rows)


def liked_tokens(words, size, vocabulary):
    """What is to come at each position: a timestamp or the first word is asked for at the first two, for decoders with
    and without timestamps have prompts of different lengths."""
    kind, bytes_each = ("<e", 2) if size.half else ("<f", 4)
    rows = bytearray(vocabulary.size * size.width * bytes_each)
    said = [(n, n + 1) for n in range(len(words))]
    for token, dimension in [(vocabulary.first_timestamp, 0), *said, (vocabulary.end_of_text, len(words) + 1)]:
        struct.pack_into(kind, rows, (token * size.width + dimension) * bytes_each, LIKING)
    return bytes(rows)


def whisper_file(path, sentence, size=SMALLEST, vocabulary=ENGLISH):
    words = sentence.split()
    assert len(words) < size.width - 2
    with open(path, "wb") as file:
        file.write(struct.pack("<i", MAGIC))
        file.write(
            struct.pack(
                "<11i", vocabulary.size, AUDIO_POSITIONS, size.width, size.heads, size.layers, TEXT_POSITIONS, size.width,
                size.heads, size.layers, MEL_BANDS, int(size.half),
            )
        )  # fmt: skip
        file.write(struct.pack("<2i", MEL_BANDS, FREQUENCIES) + bytes(MEL_BANDS * FREQUENCIES * 4))
        # Words are the first tokens, and the blank that the library looks for; it makes up the rest.
        file.write(struct.pack("<i", len(words) + 1))
        for word in [*words, ""]:
            spoken = f" {word}".encode()
            file.write(struct.pack("<i", len(spoken)) + spoken)
        weights = Weights(file, size, vocabulary)
        weights.encoder()
        weights.decoder(words)
    return path
