"""A language model made by hand: random weights, and words of letters whatever it is asked.

Everything llama.cpp wants of a model is in it: the architecture of Llama, a vocabulary of bytes, a chat template. Weights
are random, save in one dimension of the hidden state, which is the same for all tokens: by it the model prefers letters and
blanks to bytes that are no text, and ends, or does not. So what it says makes no sense, and is text.

    gguf_file.py PATH
"""

import array
import random
import string
import struct
import sys

HEADS = 4

# Token types, as llama.cpp numbers them.
NORMAL, CONTROL = 1, 3

FLOAT32 = 0  # as ggml numbers the kinds of weights

ALIGNMENT = 32

CHAT_TEMPLATE = (
    "{%- if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
    "{%- for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{%- if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

# How much more than chance the model likes to say a token; it ends at one in fifty or so.
PREFERRED, ENDING, DISLIKED = 6.0, 5.5, -30.0


def byte_letters():
    """The letter by which vocabularies of this kind write each byte: itself if it can be seen, else one from behind."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return {byte: chr(byte) for byte in seen} | {byte: chr(256 + n) for n, byte in enumerate(hidden)}


BLANK = byte_letters()[ord(" ")]
MERGED = BLANK + "t"  # a vocabulary without any merged bytes is not taken for one
SPECIAL = ["<|im_start|>", "<|im_end|>"]
VOCABULARY = [*byte_letters().values(), MERGED, *SPECIAL]
END = len(VOCABULARY) - 1


def liking(token, ends):
    if token in (*string.ascii_lowercase, BLANK):
        return PREFERRED
    if token == SPECIAL[1] and ends:
        return ENDING
    return DISLIKED


# --- the format: keys and values, then where the weights lie, then the weights ---


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


TYPES = {"u32": (4, "<I"), "f32": (6, "<f"), "bool": (7, "<?"), "text": (8, None)}


def plain(kind, value):
    return text(value) if kind == "text" else struct.pack(TYPES[kind][1], value)


def key(name, kind, value):
    return text(name) + struct.pack("<I", TYPES[kind][0]) + plain(kind, value)


def list_key(name, kind, values):
    head = struct.pack("<IIQ", 9, TYPES[kind][0] if kind != "i32" else 5, len(values))
    return text(name) + head + b"".join(struct.pack("<i", v) if kind == "i32" else plain(kind, v) for v in values)


def gguf_file(path, seed=1, ends=True, width=64, layers=2, context=32768):
    """Writes the model; `ends`: whether it ever stops by itself."""
    chance = random.Random(seed)
    inner = 2 * width

    def noise(count, scale):
        # The same few thousand numbers again and again, from another place each time: good enough, and quick.
        pool = [chance.gauss(0.0, scale) for _ in range(min(count, 4099))]
        return array.array("f", (pool * (count // len(pool) + 1))[:count])

    def embedding():
        rows = noise(width * len(VOCABULARY), 1.0)
        rows[::width] = array.array("f", [width**0.5] * len(VOCABULARY))
        return rows

    def reading():
        """From the last hidden state to how much each token is liked. Half of that state's length, which is the root of
        `width`, is in its first dimension."""
        rows = noise(width * len(VOCABULARY), 1.0 / width**0.5)
        rows[::width] = array.array("f", [liking(token, ends) / width**0.5 * 2**0.5 for token in VOCABULARY])
        return rows

    def layer(prefix):
        for norm in ["attn_norm", "ffn_norm"]:
            yield f"{prefix}.{norm}.weight", [width], array.array("f", [1.0] * width)
        for part in ["attn_q", "attn_k", "attn_v", "attn_output"]:
            yield f"{prefix}.{part}.weight", [width, width], noise(width * width, 1.0 / width)
        for part, shape in [("ffn_gate", [width, inner]), ("ffn_up", [width, inner]), ("ffn_down", [inner, width])]:
            yield f"{prefix}.{part}.weight", shape, noise(width * inner, 1.0 / width)

    tensors = [
        ("token_embd.weight", [width, len(VOCABULARY)], embedding()),
        *(tensor for n in range(layers) for tensor in layer(f"blk.{n}")),
        ("output_norm.weight", [width], array.array("f", [1.0] * width)),
        ("output.weight", [width, len(VOCABULARY)], reading()),
    ]
    keys = [
        key("general.architecture", "text", "llama"),
        key("general.name", "text", "random words"),
        key("llama.context_length", "u32", context),
        key("llama.embedding_length", "u32", width),
        key("llama.block_count", "u32", layers),
        key("llama.feed_forward_length", "u32", inner),
        key("llama.attention.head_count", "u32", HEADS),
        key("llama.attention.head_count_kv", "u32", HEADS),
        key("llama.attention.layer_norm_rms_epsilon", "f32", 1e-5),
        key("llama.rope.dimension_count", "u32", width // HEADS),
        key("tokenizer.ggml.model", "text", "gpt2"),
        key("tokenizer.ggml.pre", "text", "gpt-2"),
        list_key("tokenizer.ggml.tokens", "text", VOCABULARY),
        list_key("tokenizer.ggml.token_type", "i32", [CONTROL if t in SPECIAL else NORMAL for t in VOCABULARY]),
        list_key("tokenizer.ggml.merges", "text", [f"{BLANK} t"]),
        key("tokenizer.ggml.eos_token_id", "u32", END),
        key("tokenizer.ggml.add_bos_token", "bool", False),
        key("tokenizer.chat_template", "text", CHAT_TEMPLATE),
    ]
    places, offset = [], 0
    for name, shape, data in tensors:
        places.append(text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", FLOAT32, offset))
        offset += -(-len(data) * data.itemsize // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as file:
        file.write(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys) + b"".join(places))
        for _, _, data in tensors:
            file.write(bytes(-file.tell() % ALIGNMENT))
            file.write(data.tobytes())
    return path


if __name__ == "__main__":
    gguf_file(sys.argv[1])
