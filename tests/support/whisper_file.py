"""A Whisper model that is made by hand and says one sentence, whatever it hears.

All its weights are zero but those that lead from each position of the text to the next word: the decoder's
input at position n is a hand pointing into dimension n, and the word that is to come there has its weight in that
dimension. So libwhisper runs all of it, and what it answers is known.
"""

import struct

MAGIC = 0x67676D6C
WIDTH = 64
VOCABULARY = 51864  # of a model that knows English only
END_OF_TEXT = 50256
FIRST_TIMESTAMP = 50363
MEL_BANDS, FREQUENCIES = 80, 201
AUDIO_POSITIONS, TEXT_POSITIONS = 1500, 448

# Strong enough that the next word is as good as certain.
POINTING, LIKING, GAIN = 50.0, 1.0, 8.0


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def tensor(name, shape, data):
    """Dimensions from the innermost, as ggml has them."""
    return struct.pack(f"<3i{len(shape)}i", len(shape), len(name), 0, *shape) + name.encode() + data


def zeros(name, *shape):
    size = 4
    for dimension in shape:
        size *= dimension
    return tensor(name, shape, bytes(size))


def layer(prefix, crossing):
    for norm in ["attn_ln", "mlp_ln"] + (["cross_attn_ln"] if crossing else []):
        yield zeros(f"{prefix}.{norm}.weight", WIDTH)
        yield zeros(f"{prefix}.{norm}.bias", WIDTH)
    for attention in ["attn"] + (["cross_attn"] if crossing else []):
        for part in ["query", "key", "value", "out"]:
            yield zeros(f"{prefix}.{attention}.{part}.weight", WIDTH, WIDTH)
            if part != "key":
                yield zeros(f"{prefix}.{attention}.{part}.bias", WIDTH)
    for part, (wide, narrow) in [("0", (4 * WIDTH, WIDTH)), ("2", (WIDTH, 4 * WIDTH))]:
        yield zeros(f"{prefix}.mlp.{part}.weight", narrow, wide)
        yield zeros(f"{prefix}.mlp.{part}.bias", wide)


def pointing(words):
    """Position n of the text points into dimension n; what comes after the last word points at the end."""
    rows = bytearray(TEXT_POSITIONS * WIDTH * 4)
    for position in range(TEXT_POSITIONS):
        dimension = min(position, len(words) + 1)
        struct.pack_into("<f", rows, (position * WIDTH + dimension) * 4, POINTING)
    return bytes(rows)


def liked_tokens(words):
    """What is to come at each position: a timestamp or the first word is asked for at the first two, for decoders with
    and without timestamps have prompts of different lengths."""
    rows = bytearray(VOCABULARY * WIDTH * 4)
    for token, dimension in [(FIRST_TIMESTAMP, 0), *((n, n + 1) for n in range(len(words))), (END_OF_TEXT, len(words) + 1)]:
        struct.pack_into("<f", rows, (token * WIDTH + dimension) * 4, LIKING)
    return bytes(rows)


def whisper_file(path, sentence):
    words = sentence.split()
    assert len(words) < WIDTH - 2
    with open(path, "wb") as file:
        file.write(struct.pack("<i", MAGIC))
        file.write(struct.pack("<11i", VOCABULARY, AUDIO_POSITIONS, WIDTH, 1, 1, TEXT_POSITIONS, WIDTH, 1, 1, MEL_BANDS, 0))
        file.write(struct.pack("<2i", MEL_BANDS, FREQUENCIES) + bytes(MEL_BANDS * FREQUENCIES * 4))
        # Words are the first tokens, and the blank that the library looks for; it makes up the rest.
        file.write(struct.pack("<i", len(words) + 1))
        for word in [*words, ""]:
            spoken = f" {word}".encode()
            file.write(struct.pack("<i", len(spoken)) + spoken)
        file.write(zeros("encoder.positional_embedding", WIDTH, AUDIO_POSITIONS))
        file.write(zeros("encoder.conv1.weight", 3, MEL_BANDS, WIDTH) + zeros("encoder.conv1.bias", 1, WIDTH))
        file.write(zeros("encoder.conv2.weight", 3, WIDTH, WIDTH) + zeros("encoder.conv2.bias", 1, WIDTH))
        file.write(zeros("encoder.ln_post.weight", WIDTH) + zeros("encoder.ln_post.bias", WIDTH))
        file.write(b"".join(layer("encoder.blocks.0", crossing=False)))
        file.write(tensor("decoder.positional_embedding", [WIDTH, TEXT_POSITIONS], pointing(words)))
        file.write(tensor("decoder.token_embedding.weight", [WIDTH, VOCABULARY], liked_tokens(words)))
        file.write(tensor("decoder.ln.weight", [WIDTH], floats([GAIN] * WIDTH)) + zeros("decoder.ln.bias", WIDTH))
        file.write(b"".join(layer("decoder.blocks.0", crossing=True)))
    return path
