// Plays what comes, one piece after the other, and falls silent within milliseconds when it is told to.
import { levelOf } from "./levels";
import { Resampler } from "./resampler";
import { type FromPlayback, type ToPlayback, wireRate } from "./wire";

// Sound that ends or begins in the middle of a wave clicks: it fades for so long.
const fade = Math.round(sampleRate * 0.003);

// What has to be there before it begins, unless so much time passes without more: a network that stumbles once is
// not heard.
const cushion = Math.round(wireRate * 0.06);
const patience = Math.round(sampleRate * 0.06);

// A quarter of an hour. What is more is not a reply but a fault, and is not kept.
const capacity = wireRate * 60 * 15;

// Told so often, for the bars and for the words that light up.
const report_every = Math.round(sampleRate * 0.025);

class Playback extends AudioWorkletProcessor {
  private queue: Int16Array[] = [];
  private head = 0; // samples of queue[0] that are gone
  private queued = 0;
  private position = 0;

  private readonly resampler = sampleRate === wireRate ? null : new Resampler(wireRate, sampleRate);
  private ready: number[] = []; // resampled ...
  private readyAt = 0; // ... and played up to here
  private readonly piece = new Float32Array(128);

  private playing = false;
  private waited = 0; // frames that something has been queued for without being played
  private rising = 0; // frames of the fade at the beginning that are over
  private last = 0;
  private tail: number[] = []; // of what has ended: played before anything else

  private squares = 0;
  private counted = 0;
  private toldSilence = true;
  private over = false;
  private stops: { id: number; position: number; after: number }[] = [];

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<ToPlayback>) => {
      const message = event.data;
      if (message.type === "play") {
        this.add(message.samples);
      } else if (message.type === "stop") {
        this.stop(message.id);
      } else {
        this.over = true;
      }
    };
  }

  private add(samples: Int16Array): void {
    if (samples.length > 0 && this.queued + samples.length <= capacity) {
      this.queue.push(samples);
      this.queued += samples.length;
    } else {
      this.position += samples.length;
    }
  }

  private stop(id: number): void {
    const position = this.position;
    if (this.playing) {
      const rest: number[] = [];
      for (let i = 0; i < fade; i += 1) {
        const sample = this.next();
        if (sample === undefined) {
          break;
        }
        rest.push(sample * (1 - (i + 1) / fade));
      }
      this.tail = rest.length > 0 ? rest : this.tail;
      this.last = 0;
    }
    this.position += this.queued;
    this.queue = [];
    this.head = 0;
    this.queued = 0;
    this.ready.length = 0;
    this.readyAt = 0;
    this.resampler?.reset();
    this.playing = false;
    this.waited = 0;
    // Told when the tail is over: then it is silent.
    this.stops.push({ id, position, after: this.tail.length });
  }

  // The next sample at the context's rate, if there is one.
  private next(): number | undefined {
    if (!this.resampler) {
      return this.fetch();
    }
    while (this.readyAt === this.ready.length) {
      this.ready.length = 0;
      this.readyAt = 0;
      let count = 0;
      for (; count < this.piece.length; count += 1) {
        const sample = this.fetch();
        if (sample === undefined) {
          break;
        }
        this.piece[count] = sample;
      }
      if (count === 0) {
        return undefined;
      }
      this.resampler.push(this.piece.subarray(0, count), (sample) => this.ready.push(sample));
    }
    this.readyAt += 1;
    return this.ready[this.readyAt - 1];
  }

  // The next sample as it came.
  private fetch(): number | undefined {
    const piece = this.queue[0];
    if (!piece) {
      return undefined;
    }
    const sample = piece[this.head]! / 32768;
    this.head += 1;
    this.queued -= 1;
    this.position += 1;
    if (this.head === piece.length) {
      this.queue.shift();
      this.head = 0;
    }
    return sample;
  }

  override process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0]![0]!;
    if (!this.playing && this.queued > 0) {
      this.waited += output.length;
      if (this.queued >= cushion || this.waited >= patience) {
        this.playing = true;
        this.rising = 0;
      }
    }
    for (let at = 0; at < output.length; at += 1) {
      if (this.tail.length === 0) {
        this.tellStops(currentFrame + at);
      }
      output[at] = this.tail.shift() ?? this.nextPlayed();
    }
    this.report(output);
    return !this.over;
  }

  private nextPlayed(): number {
    if (!this.playing) {
      return 0;
    }
    const sample = this.next();
    if (sample === undefined) {
      // All that came is played: what was heard last fades.
      this.playing = false;
      this.waited = 0;
      this.tail = Array.from({ length: fade }, (_, i) => this.last * (1 - (i + 1) / fade));
      this.last = 0;
      return this.tail.shift() ?? 0;
    }
    this.rising = Math.min(fade, this.rising + 1);
    this.last = (sample * this.rising) / fade;
    return this.last;
  }

  private tellStops(silentAt: number): void {
    for (const stop of this.stops) {
      this.tell({ type: "stopped", ...stop, silentAt });
    }
    this.stops = [];
  }

  private report(output: Float32Array): void {
    for (const sample of output) {
      this.squares += sample * sample;
    }
    this.counted += output.length;
    if (this.counted < report_every) {
      return;
    }
    const level = levelOf(this.squares, this.counted);
    const silent = !this.playing && level === 0;
    // Silence is told once.
    if (!silent || !this.toldSilence) {
      this.tell({ type: "progress", position: this.position, playing: this.playing, level });
    }
    this.toldSilence = silent;
    this.squares = 0;
    this.counted = 0;
  }

  private tell(message: FromPlayback): void {
    this.port.postMessage(message);
  }
}

registerProcessor("repartee-playback", Playback);
