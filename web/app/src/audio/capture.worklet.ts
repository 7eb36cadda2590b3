// From the microphone to frames of 20 ms at 16 kHz, and how loud each is.
import { levelOf } from "./levels";
import { Resampler } from "./resampler";
import { type CapturedFrame, frameSamples, wireRate } from "./wire";

class Capture extends AudioWorkletProcessor {
  private readonly resampler = sampleRate === wireRate ? null : new Resampler(sampleRate, wireRate);
  private frame = new Int16Array(frameSamples);
  private filled = 0;
  private squares = 0;
  private over = false;
  private readonly take = (sample: number) => {
    const bounded = Math.min(1, Math.max(-1, sample));
    this.squares += bounded * bounded;
    this.frame[this.filled] = Math.round(bounded * 32767);
    this.filled += 1;
    if (this.filled === frameSamples) {
      const message: CapturedFrame = { samples: this.frame, level: levelOf(this.squares, frameSamples) };
      this.port.postMessage(message, [this.frame.buffer]);
      this.frame = new Int16Array(frameSamples);
      this.filled = 0;
      this.squares = 0;
    }
  };

  constructor() {
    super();
    this.port.onmessage = () => {
      this.over = true;
    };
  }

  override process(inputs: Float32Array[][]): boolean {
    // The node takes one channel, so the browser has mixed them; none while nothing is connected.
    const samples = inputs[0]?.[0];
    if (samples && this.resampler) {
      this.resampler.push(samples, this.take);
    } else if (samples) {
      samples.forEach(this.take);
    }
    return !this.over;
  }
}

registerProcessor("repartee-capture", Capture);
