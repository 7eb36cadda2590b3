"""Whisper's architecture, small, with the rows of its vocabulary that are ever used.

It computes what whisper.cpp computes, with two things from there that matter for so small a network: attention over
audio is padded with zero keys to a multiple of 256, and the weights of a file are quantized (imitated in training).
"""

import math

import torch
from torch import nn
from torch.nn import functional

import vocabulary

STATE, HEADS, AUDIO_LAYERS = 64, 2, 4
TEXT_LAYERS = 3  # not 2: whisper.cpp takes two for a distilled model, which may not give timestamps
AUDIO_CONTEXT, TEXT_CONTEXT, TRAINED_TEXT_CONTEXT = 1500, 448, 64


def sinusoids(length, channels=STATE):
    scales = torch.exp(-math.log(10000) / (channels // 2 - 1) * torch.arange(channels // 2))
    angles = torch.arange(length)[:, None] * scales
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Q5(torch.autograd.Function):
    """Rounds weights as ggml's q5_1 does: 32 levels between the least and the greatest of each block of 32."""

    @staticmethod
    def forward(context, weight):
        blocks = weight.reshape(-1, 32)
        least, greatest = blocks.min(1, keepdim=True)[0], blocks.max(1, keepdim=True)[0]
        step = ((greatest - least) / 31).half().float()
        least = least.half().float()
        return (torch.round((blocks - least) / step.clamp_min(1e-12)).clamp(0, 31) * step + least).view_as(weight)

    @staticmethod
    def backward(context, gradient):
        return gradient


class Quantizing:
    """Whether products see the weights as a file will have them."""
    on = False


def seen(weight):
    return Q5.apply(weight) if Quantizing.on else weight


class Linear(nn.Linear):
    def forward(self, x):
        return functional.linear(x, seen(self.weight), self.bias)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.value, self.out = Linear(STATE, STATE), Linear(STATE, STATE), Linear(STATE, STATE)
        self.key = Linear(STATE, STATE, bias=False)

    def forward(self, x, source=None, mask=None, zero_keys=0):
        query, source = self.query(x), x if source is None else source
        key, value = self.key(source), self.value(source)
        if zero_keys:
            key, value = functional.pad(key, (0, 0, 0, 1)), functional.pad(value, (0, 0, 0, 1))
        split = lambda t: t.view(t.shape[0], t.shape[1], HEADS, -1).transpose(1, 2)
        scores = split(query * (STATE // HEADS) ** -0.5) @ split(key).transpose(2, 3)
        if zero_keys:
            scores[..., -1] += math.log(zero_keys)  # one column for all of them
        if mask is not None:
            scores = scores + mask
        self.attended = torch.softmax(scores, dim=-1)
        mixed = self.attended @ split(value)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    def __init__(self, cross):
        super().__init__()
        self.attn_ln, self.attn = nn.LayerNorm(STATE), Attention()
        if cross:
            self.cross_attn_ln, self.cross_attn = nn.LayerNorm(STATE), Attention()
        self.mlp_ln = nn.LayerNorm(STATE)
        self.mlp = nn.Sequential(Linear(STATE, 4 * STATE), nn.GELU(approximate="tanh"), Linear(4 * STATE, STATE))

    def forward(self, x, audio=None, mask=None, zero_keys=0):
        x = x + self.attn(self.attn_ln(x), mask=mask, zero_keys=zero_keys if audio is None else 0)
        if audio is not None:
            x = x + self.cross_attn(self.cross_attn_ln(x), audio, zero_keys=zero_keys)
        return x + self.mlp(self.mlp_ln(x))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(80, STATE, 3, padding=1)
        self.conv2 = nn.Conv1d(STATE, STATE, 3, stride=2, padding=1)
        # Whisper's positions are louder than what fresh convolutions say; sound has to be heard beside them.
        self.register_buffer("positional_embedding", 0.3 * sinusoids(AUDIO_CONTEXT))
        with torch.no_grad():
            self.conv1.weight *= 2
            self.conv2.weight *= 3
        self.blocks = nn.ModuleList(Block(cross=False) for _ in range(AUDIO_LAYERS))
        self.ln_post = nn.LayerNorm(STATE)

    def forward(self, mel, zero_keys=0):
        """(batch, 2 * context, 80) to (batch, context, state)."""
        x = functional.gelu(self.conv1(mel.transpose(1, 2)), approximate="tanh")
        x = functional.gelu(self.conv2(x), approximate="tanh").transpose(1, 2)
        x = x + self.positional_embedding[:x.shape[1]]
        for block in self.blocks:
            x = block(x, zero_keys=zero_keys)
        return self.ln_post(x)


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = nn.Parameter(torch.randn(vocabulary.TIMESTAMPS, STATE) * 0.05)
        # Times are one straight map of the positions an encoder adds: a neighbour of a known time is known too.
        self.time_map = nn.Parameter(torch.eye(STATE) * 0.1)
        self.time_bias = nn.Parameter(torch.zeros(STATE))
        self.register_buffer("times", sinusoids(vocabulary.TIMESTAMP_COUNT))
        self.positions = nn.Parameter(torch.randn(TRAINED_TEXT_CONTEXT, STATE) * 0.02)
        self.blocks = nn.ModuleList(Block(cross=True) for _ in range(TEXT_LAYERS))
        self.ln = nn.LayerNorm(STATE)

    def embedding(self):
        """All rows: words, specials, one that stands for every unused number, times."""
        return torch.cat([self.rows, self.times @ self.time_map + self.time_bias])

    def forward(self, tokens, audio, zero_keys=0):
        count = tokens.shape[1]
        embedding = seen(self.embedding())
        mask = torch.full((count, count), -math.inf).triu(1)
        x = embedding[tokens] + self.positions[:count]
        for block in self.blocks:
            x = block(x, audio, mask, zero_keys)
        return self.ln(x) @ embedding.t()


class Whisper(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        # Says of every position of the audio which word is being spoken; it teaches the encoder and is thrown away.
        self.spoken = nn.Linear(STATE, len(vocabulary.WORDS))
