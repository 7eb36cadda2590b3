"""A Parakeet model that is made by hand and says one sentence, whatever it hears.

A transducer: at each moment its joint network is told what the encoder makes of the sound there and what the prediction
network makes of the last piece of text, and says which piece comes next and how far in the sound that one reaches.
Here the encoder is all zero and does not matter. The embedding of the n-th piece is a hand pointing into dimension n;
the gates of the prediction network let the last piece through and forget those before it; and the piece that is to
come after the n-th has its weight in that dimension. Behind the last one the blank is to come, for ever. Each piece
reaches equally far, so a short sound brings the beginning of the sentence. libparakeet runs all of it, and of the size
of a real model it costs what that costs.
"""

import struct
from dataclasses import dataclass

from .whisper_file import MAGIC, floats, tensor

MEL_BANDS, FFT = 128, 512
FREQUENCIES, WINDOW = FFT // 2 + 1, 400
AUDIO_POSITIONS = 5000  # hundredths of a second that the library sets memory aside for
SUBSAMPLING, KERNEL = 8, 9
DURATIONS = [0, 1, 2, 3, 4]  # in positions of the encoder, 80 ms each
MOST_TOKENS_AT_ONCE = 10

# Of the two published versions: English, and 25 languages of Europe.
ENGLISH, EUROPEAN = 1024, 8192


@dataclass(frozen=True)
class Size:
    width: int = 64
    heads: int = 2
    layers: int = 1
    channels: int = 8
    predictor: int = 32
    predictor_layers: int = 2
    half: bool = False  # matrices of half precision, as published models have them


SMALLEST = Size()
# Half a second and more for half a minute of sound.
SLOW = Size(width=512, heads=8, layers=4, channels=64, half=True)

PIECE_MS = DURATIONS[-1] * SUBSAMPLING * 10

# Strong enough that the next piece is as good as certain. How far it reaches is still more certain, as in real models:
# what the library calls a token's log-probability is far below zero for that.
OPEN, POINTING, LIKING, REACHING = 16.0, 4.0, 40.0, 45.0


class Weights:
    """The tensors of a model, one after the other, nearly all zero."""

    def __init__(self, file, size):
        self.file, self.size = file, size

    def write(self, name, shape, values, half=False):
        """Zero but for `values`, by their place in the flattened tensor."""
        count = 1
        for dimension in shape:
            count *= dimension
        kind, bytes_each = ("<e", 2) if half else ("<f", 4)
        data = bytearray(count * bytes_each)
        for place, value in values:
            struct.pack_into(kind, data, place * bytes_each, value)
        self.file.write(tensor(name, shape, bytes(data), half))

    def vector(self, name, *shape, values=()):
        self.write(name, shape, values)

    def matrix(self, name, inputs, outputs, values=()):
        """`values`: output, input and weight."""
        places = [(output * inputs + one, weight) for output, one, weight in values]
        self.write(name, [inputs, outputs], places, self.size.half)

    def norm(self, name):
        self.vector(f"{name}.weight", self.size.width)
        self.vector(f"{name}.bias", self.size.width)

    def subsampling(self):
        channels = self.size.channels
        self.matrix("encoder.pre_encode.out.weight", MEL_BANDS // SUBSAMPLING * channels, self.size.width)
        self.vector("encoder.pre_encode.out.bias", self.size.width)
        for conv, shape in [(0, (3, 3, 1)), (2, (3, 3, 1)), (3, (1, 1, channels)), (5, (3, 3, 1)), (6, (1, 1, channels))]:
            self.vector(f"encoder.pre_encode.conv.{conv}.weight", *shape, channels)
            self.vector(f"encoder.pre_encode.conv.{conv}.bias", 1, 1, channels, 1)

    def layer(self, prefix):
        width, heads = self.size.width, self.size.heads
        for norm in ["norm_feed_forward1", "norm_conv", "norm_self_att", "norm_feed_forward2", "norm_out"]:
            self.norm(f"{prefix}.{norm}")
        for forward in ["feed_forward1", "feed_forward2"]:
            self.matrix(f"{prefix}.{forward}.linear1.weight", width, 4 * width)
            self.matrix(f"{prefix}.{forward}.linear2.weight", 4 * width, width)
        self.matrix(f"{prefix}.conv.pointwise_conv1.weight", width, 2 * width)
        self.vector(f"{prefix}.conv.depthwise_conv.weight", KERNEL, width)
        self.norm(f"{prefix}.conv.batch_norm")
        self.vector(f"{prefix}.conv.batch_norm.running_mean", width)
        # The library divides by its root.
        self.vector(f"{prefix}.conv.batch_norm.running_var", width, values=[(n, 1.0) for n in range(width)])
        self.vector(f"{prefix}.conv.batch_norm.num_batches_tracked")
        self.matrix(f"{prefix}.conv.pointwise_conv2.weight", width, width)
        for bias in ["u", "v"]:
            self.vector(f"{prefix}.self_attn.pos_bias_{bias}", width // heads, heads)
        for part in ["q", "k", "v", "out", "pos"]:
            self.matrix(f"{prefix}.self_attn.linear_{part}.weight", width, width)

    def encoder(self):
        self.subsampling()
        for n in range(self.size.layers):
            self.layer(f"encoder.layers.{n}")

    def predictor(self, pieces, vocabulary):
        """The blank, from which everything starts, points into dimension 0, and the n-th piece into n."""
        width = self.size.predictor
        pointing = [(vocabulary, 0, 1.0), *((n, n, 1.0) for n in range(1, len(pieces) + 1))]
        self.matrix("decoder.prediction.embed.weight", width, vocabulary + 1, pointing)
        # Four gates, one after the other: to take in, to keep, to give out, and what is taken in.
        taken_in = [(3 * width + n, n, POINTING) for n in range(width)]
        gates = [(n, OPEN) for n in range(width)]
        gates += [(width + n, -OPEN) for n in range(width)]
        gates += [(2 * width + n, OPEN) for n in range(width)]
        for n in range(self.size.predictor_layers):
            self.matrix(f"decoder.prediction.dec_rnn.lstm.weight_ih_l{n}", width, 4 * width, taken_in)
            self.matrix(f"decoder.prediction.dec_rnn.lstm.weight_hh_l{n}", width, 4 * width)
            self.vector(f"decoder.prediction.dec_rnn.lstm.bias_h_l{n}", 4 * width, values=gates)

    def joint(self, pieces, vocabulary):
        width = self.size.predictor
        self.matrix("joint.pred.weight", width, width, [(n, n, 1.0) for n in range(width)])
        self.vector("joint.pred.bias", width)
        self.matrix("joint.enc.weight", self.size.width, width)
        self.vector("joint.enc.bias", width)
        to_come = [*range(1, len(pieces) + 1), vocabulary]
        outputs = vocabulary + 1 + len(DURATIONS)
        liked = [(token, n, LIKING) for n, token in enumerate(to_come)]
        self.matrix("joint.joint_net.2.weight", width, outputs, liked)
        self.vector("joint.joint_net.2.bias", outputs, values=[(outputs - 1, REACHING)])


def parakeet_file(path, pieces, vocabulary=ENGLISH, size=SMALLEST):
    """`pieces` as SentencePiece has them: a word begins with a low line of its own, "▁"."""
    assert len(pieces) < size.predictor
    with open(path, "wb") as file:
        file.write(struct.pack("<i", MAGIC))
        file.write(
            struct.pack(
                "<15i", vocabulary, AUDIO_POSITIONS, size.width, size.heads, size.layers, MEL_BANDS, int(size.half), FFT,
                SUBSAMPLING, size.channels, KERNEL, size.predictor, size.predictor_layers, len(DURATIONS),
                MOST_TOKENS_AT_ONCE,
            )
        )  # fmt: skip
        file.write(struct.pack("<2i", MEL_BANDS, FREQUENCIES) + bytes(MEL_BANDS * FREQUENCIES * 4))
        file.write(struct.pack("<i", WINDOW) + floats([1.0] * WINDOW))
        file.write(struct.pack(f"<{len(DURATIONS)}I", *DURATIONS))
        # Words are the first tokens behind the one for what is unknown.
        words = ["<unk>", *pieces, *(f"<{n}>" for n in range(len(pieces) + 1, vocabulary))]
        file.write(struct.pack("<i", vocabulary))
        for word in words:
            file.write(struct.pack("<i", len(word.encode())) + word.encode())
        weights = Weights(file, size)
        weights.encoder()
        weights.predictor(pieces, vocabulary)
        weights.joint(pieces, vocabulary)
    return path
