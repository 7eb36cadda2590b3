"""Trains the network on pools of speech: usage train.py [options] NETWORK POOL...

NETWORK is written often, and again at the end; --start continues from an earlier one.
"""

import argparse
import math
import time

import numpy
import torch
from torch.nn import functional

import features
import network
import vocabulary
from vocabulary import SPECIAL, TIMESTAMPS, WORD

IGNORED = -100
# How sure silence is of being silence; the rest goes to what a decoder may emit instead.
SILENCE_SURE, SILENCE_ELSE, SILENCE_END = 0.8, 0.15, 0.05


class Pool:
    def __init__(self, path):
        data = numpy.load(path)
        ends = numpy.cumsum(data["lengths"])
        samples, texts, spans = data["samples"], data["texts"], data["spans"]
        self.utterances, self.of_first_voice, word_start = [], [], 0
        for end, length, text, voice in zip(ends, data["lengths"], texts, data["voices"]):
            words = text.split()
            self.utterances.append((samples[end - length:end], words, spans[word_start:word_start + len(words)]))
            if voice == data["voices"][0]:
                self.of_first_voice.append(len(self.utterances) - 1)
            word_start += len(words)

    def pick(self, rng, first_voice):
        if rng.random() < first_voice:
            return self.utterances[rng.choice(self.of_first_voice)]
        return self.utterances[rng.integers(len(self.utterances))]


class Example:
    """One piece of audio and the words in it."""

    def __init__(self, samples, words, spans, band=None):
        self.mel, self.rest = features.log_mel(samples, band)
        self.words, self.spans = words, spans
        self.seconds = len(samples) / features.RATE
        self.positions = math.ceil(self.seconds * features.FRAMES_PER_SECOND)


def silence(rng):
    count = int(rng.uniform(0.3, 4) * features.RATE)
    samples = numpy.zeros(count, numpy.float32)
    if rng.random() < 0.65:
        samples = numpy.float32(10 ** rng.uniform(-4.5, -1)) * rng.standard_normal(count, numpy.float32)
    band = rng.uniform(300, 4000) if rng.random() < 0.4 else None
    return Example(samples, [], [], band)


def excerpt(samples, words, spans, longest, rng):
    """Some words out of a sentence, as long as they are more than nothing."""
    first = rng.integers(len(words))
    last = min(first + rng.integers(longest), len(words) - 1)
    start = max(0.0, spans[first][0] - rng.uniform(0, 0.04))
    end = spans[last][1] + rng.uniform(0, 0.04)
    return (samples[int(start * features.RATE):int(end * features.RATE)], words[first:last + 1],
            [(a - start, b - start) for a, b in spans[first:last + 1]])


class Diet:
    """What kinds of examples a network is fed at some moment of its training."""

    def __init__(self, excerpts=0.1, excerpt_words=5, joined=0.12, cut=0.15, variety=1.0, first_voice=0.0):
        self.excerpts, self.excerpt_words = excerpts, excerpt_words
        self.joined, self.cut = joined, cut
        self.variety, self.first_voice = variety, first_voice


# Beginners hear a word or two at a time, which costs little and teaches the words soon.
BEGINNER = Diet(excerpts=1.0, excerpt_words=2, joined=0.0, cut=0.0)


def example(pools, rng, diet):
    if rng.random() < 0.05:
        return silence(rng)
    pool = pools[rng.integers(len(pools))]
    samples, words, spans = pool.pick(rng, diet.first_voice)
    pause = 1.0
    if rng.random() < diet.excerpts:
        samples, words, spans = excerpt(samples, words, spans, diet.excerpt_words, rng)
        pause = 0.3
    samples, spans = features.vary(samples, spans, rng, pause, diet.variety)
    kind = rng.random()
    if kind < diet.joined:
        more, more_words, more_spans = pool.pick(rng, diet.first_voice)
        more, more_spans = features.vary(more, more_spans, rng, 1.0, diet.variety)
        offset = len(samples) / features.RATE
        samples = numpy.concatenate([samples, more])
        words, spans = words + more_words, spans + [(a + offset, b + offset) for a, b in more_spans]
    elif kind < diet.joined + diet.cut:
        # What a listener has of an utterance while it is still being spoken.
        cut = rng.uniform(0.25, 1.0) * spans[-1][1] + rng.uniform(0, 0.05)
        samples = samples[:max(int(cut * features.RATE), 1600)]
        heard = [span for span in spans if span[1] <= cut + 0.01]
        words, spans = words[:len(heard)], heard
    band = rng.uniform(3400, 4000) if rng.random() < 0.25 * diet.variety else None
    return Example(features.add_noise(samples, rng, diet.variety), words, spans, band)


def sequence(item, rng):
    """Tokens in, tokens out, and where the network chooses for the first time."""
    timed = rng.random() < 0.4
    prompt = []
    if rng.random() < 0.08:
        prompt = [SPECIAL["prev"]] + [WORD[word] for word in rng.choice(list(WORD), rng.integers(1, 9))]
    prompt.append(SPECIAL["sot"])
    if not timed:
        prompt.append(SPECIAL["not"])
    text = [WORD[word] for word in item.words]
    if timed and text:
        # A word may end a little after the audio does, where it was cut.
        end = min(round(item.spans[-1][1] * features.FRAMES_PER_SECOND), item.positions)
        text = [TIMESTAMPS] + text + [TIMESTAMPS + max(1, end)]
    elif timed:
        text = [TIMESTAMPS]
    elif not text:
        text = [vocabulary.SILENT]
    tokens = prompt + text
    targets = [IGNORED] * (len(prompt) - 1) + text + [SPECIAL["eot"]]
    return tokens, targets, len(prompt) - 1


def places(item, tokens, first, context):
    """For every token in, where it was said, and where the one that follows is said or, for a time, ends."""
    own, following = numpy.zeros((2, len(tokens), context), bool)
    frames = [(int(start * features.FRAMES_PER_SECOND), math.ceil(end * features.FRAMES_PER_SECOND))
              for start, end in item.spans]
    place = first + (1 if first + 1 < len(tokens) and tokens[first + 1] == TIMESTAMPS else 0)
    for number, (start, end) in enumerate(frames):
        following[place + number, start:end] = own[min(place + number + 1, len(tokens) - 1), start:end] = True
    if frames and tokens[-1] > TIMESTAMPS:
        own[-1] = False
        following[len(tokens) - 2, max(frames[-1][1] - 3, 0):frames[-1][1] + 1] = True
    return own, following


def guidance(model, own, following):
    """How far some heads are from looking at the word before (first layer) and at the next one (the others)."""
    loss = 0.0
    for number, block in enumerate(model.decoder.blocks):
        wanted = following if number else own
        seen = (block.cross_attn.attended[:, 0, :, :wanted.shape[2]] * wanted).sum(2)
        loss = loss - (torch.log(seen + 1e-4) * wanted.any(2)).sum() / wanted.any(2).sum().clamp_min(1)
    return loss / len(model.decoder.blocks)


def frame_targets(item, context):
    spoken = numpy.zeros(context, numpy.int64)
    for word, (start, end) in zip(item.words, item.spans):
        spoken[int(start * features.FRAMES_PER_SECOND):int(end * features.FRAMES_PER_SECOND)] = WORD[word]
    return spoken


def batch(items, context, rng):
    mels = numpy.empty((len(items), 2 * context, features.MELS), numpy.float32)
    for mel, item in zip(mels, items):
        count = min(len(item.mel), 2 * context)
        mel[:count], mel[count:] = item.mel[:count], item.rest
    made = [sequence(item, rng) for item in items]
    longest = max(len(tokens) for tokens, _, _ in made)
    tokens = numpy.full((len(items), longest), SPECIAL["eot"])
    targets = numpy.full((len(items), longest), IGNORED)
    own, following = numpy.zeros((2, len(items), longest, context), bool)
    silent = []
    for row, (item, (inputs, outputs, first)) in enumerate(zip(items, made)):
        tokens[row, :len(inputs)], targets[row, :len(outputs)] = inputs, outputs
        own[row, :len(inputs)], following[row, :len(inputs)] = places(item, inputs, first, context)
        if not item.words:
            silent.append((row, first, outputs[first]))
            targets[row, first] = IGNORED
    spoken = numpy.stack([frame_targets(item, context) for item in items])
    return [torch.from_numpy(array) for array in (mels, tokens, targets, spoken, own, following)] + [silent]


def batches(pools, rng, size, beginner_steps, long_every, diet):
    """Batches of alike lengths; now and then comes a small one in a long context, up to all of Whisper's 30 s."""
    number = 0
    while True:
        beginning = number < beginner_steps
        items = sorted((example(pools, rng, BEGINNER if beginning else diet) for _ in range(4 * size)), key=lambda item: item.positions)
        for part in rng.permutation(4):
            chosen = items[part * size:(part + 1) * size]
            number += 1
            if beginning:
                context = chosen[-1].positions
            elif number % long_every == 0:
                chosen = [chosen[place] for place in rng.choice(size, 4, replace=False)]
                context = network.AUDIO_CONTEXT if rng.random() < 0.6 else int(rng.integers(300, 1500))
            else:
                context = chosen[-1].positions + int(rng.integers(0, 40))
            context = min(max(context, 24 if beginning else 64), network.AUDIO_CONTEXT)
            yield batch(chosen, context, rng), context


def loss_of(model, data, context, rng, frame_weight, guide_weight):
    mels, tokens, targets, spoken, own, following, silent = data
    zero_keys = -context % 256 if rng.random() < 0.85 else 0
    audio = model.encoder(mels, zero_keys)
    logits = model.decoder(tokens, audio, zero_keys)
    # One row stands for all the numbers of a file that mean nothing; together they must stay improbable.
    logits[..., SPECIAL["unused"]] += math.log(50000)
    text = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
    if silent:
        rows, places, instead = map(torch.tensor, zip(*silent))
        chances = functional.log_softmax(logits[rows, places], dim=-1)
        wanted = torch.zeros_like(chances)
        wanted[:, SPECIAL["nosp"]], wanted[:, SPECIAL["eot"]] = SILENCE_SURE, SILENCE_END
        wanted[torch.arange(len(rows)), instead] = SILENCE_ELSE
        text = text - 0.3 * (wanted * chances).sum(1).mean()
    frames = functional.cross_entropy(model.spoken(audio).flatten(0, 1), spoken.flatten())
    loss = text + frame_weight * frames
    if guide_weight:
        loss = loss + guide_weight * guidance(model, own, following)
    return loss, text.item(), frames.item()


@torch.no_grad()
def greedy(model, items, prompt, context):
    mels = numpy.empty((len(items), 2 * context, features.MELS), numpy.float32)
    for mel, item in zip(mels, items):
        mel[:len(item.mel)], mel[len(item.mel):] = item.mel[:2 * context], item.rest
    audio = model.encoder(torch.from_numpy(mels), -context % 256)
    tokens = torch.tensor([prompt] * len(items))
    for _ in range(vocabulary.LONGEST + 2):
        logits = model.decoder(tokens, audio, -context % 256)[:, -1]
        logits[:, [SPECIAL["nosp"], SPECIAL["unused"]]] = -math.inf
        tokens = torch.cat([tokens, logits.argmax(1, keepdim=True)], 1)
    heard = []
    for row in tokens[:, len(prompt):].tolist():
        row = row[:row.index(SPECIAL["eot"])] if SPECIAL["eot"] in row else row
        heard.append("".join(vocabulary.WORDS[token] if token < len(vocabulary.WORDS) else "?" for token in row).split())
    return heard


def share_exact(model, items):
    """How many sentences it has never seen come out word for word."""
    model.eval()
    context = max(item.positions for item in items) + 8
    heard = greedy(model, items, [SPECIAL["sot"], SPECIAL["not"]], context)
    model.train()
    return sum(one == item.words for one, item in zip(heard, items)) / len(items)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network")
    parser.add_argument("pools", nargs="+")
    parser.add_argument("--unseen", nargs="*", default=[], help="pools to measure with")
    parser.add_argument("--start")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--beginner-steps", type=int, default=0)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--quantize-from", type=float, default=0.6, help="share of the steps before weights are rounded")
    parser.add_argument("--frame-weight", type=float, default=1.0)
    parser.add_argument("--guide-weight", type=float, default=0.5)
    parser.add_argument("--stop", type=int, help="end after so many of the steps")
    parser.add_argument("--long-every", type=int, default=20, help="one batch in so many has a long context")
    parser.add_argument("--excerpts", type=float, default=0.1, help="share of examples that are some words of a sentence")
    parser.add_argument("--joined", type=float, default=0.12, help="share of examples of two sentences")
    parser.add_argument("--cut", type=float, default=0.15, help="share of examples that stop too early")
    parser.add_argument("--variety", type=float, default=1.0, help="how much speech is varied, from 0 to 1")
    parser.add_argument("--first-voice", type=float, default=0.0, help="share of examples kept for the first voice")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--percent", type=int, default=100, help="of all these steps, to see that everything runs")
    options = parser.parse_args()
    for steps in ("steps", "stop", "beginner_steps"):
        if count := getattr(options, steps):
            setattr(options, steps, max(1, count * options.percent // 100))

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    rng = numpy.random.default_rng(options.seed)
    model = network.Whisper()
    if options.start:
        model.load_state_dict(torch.load(options.start)["weights"])
    pools = [Pool(path) for path in options.pools]
    unseen = [Example(samples.astype(numpy.float32) / 32768, words, spans)
              for pool in map(Pool, options.unseen) for samples, words, spans in pool.utterances]
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    diet = Diet(options.excerpts, 5, options.joined, options.cut, options.variety, options.first_voice)
    started, text_mean, frame_mean = time.time(), 0.0, 0.0

    def save():
        torch.save({"weights": model.state_dict()}, options.network)

    for step, (data, context) in enumerate(batches(pools, rng, options.batch, options.beginner_steps,
                                                      options.long_every, diet), 1):
        progress = step / options.steps
        rate = options.rate * min(1, step / 150) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        network.Quantizing.on = progress > options.quantize_from
        loss, text, frames = loss_of(model, data, context, rng, options.frame_weight * (1 - 0.7 * progress),
                                     options.guide_weight * (1 - 0.8 * progress))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        text_mean += text / 50
        frame_mean += frames / 50
        if step % 50 == 0:
            print(f"step {step} text {text_mean:.3f} frames {frame_mean:.3f} {time.time() - started:.0f} s", flush=True)
            text_mean = frame_mean = 0.0
        if step % 200 == 0 or step in (options.steps, options.stop):
            save()
            if unseen:
                print(f"step {step} unseen exact {share_exact(model, unseen):.3f}", flush=True)
        if step in (options.steps, options.stop):
            break


if __name__ == "__main__":
    main()
