// Sound from one rate to another, as it comes: a windowed sinc, so that nothing above the lower rate's half folds
// back into speech. Used inside worklets; knows nothing of browsers. It holds sound back for about a millisecond.

// How many of its zeros the sinc has on each side. More is steeper; 16 lets 7 kHz through whole at 16 kHz.
const zeros = 16;
// The pass band's end, as a part of half the lower rate: the filter falls from there.
const edge = 0.92;
// Places between two samples at which the filter is known; between those it is drawn as a line.
const places = 256;
// Kaiser's: side lobes below 80 dB, the noise of 16 bits.
const beta = 8;

// The modified Bessel function of order 0, as its series.
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

export class Resampler {
  private readonly step: number; // samples in for each sample out
  private readonly half: number; // samples in that one out looks at, on each side
  private readonly filter: Float32Array;
  private held: Float32Array<ArrayBuffer>;
  private filled: number;
  private position: number; // in `held`, of the next sample out

  constructor(from: number, to: number) {
    const cutoff = edge * Math.min(1, to / from);
    this.step = from / to;
    this.half = Math.ceil(zeros / cutoff);
    this.filter = new Float32Array(this.half * places + 2);
    for (let i = 0; i <= this.half * places; i += 1) {
      const t = i / places;
      const sinc = t === 0 ? 1 : Math.sin(Math.PI * cutoff * t) / (Math.PI * cutoff * t);
      const window = bessel(beta * Math.sqrt(1 - (t / this.half) ** 2)) / bessel(beta);
      this.filter[i] = cutoff * sinc * window;
    }
    this.held = new Float32Array(4 * this.half + 1024);
    this.filled = 0;
    this.position = 0;
    this.reset();
  }

  // As if nothing had come yet.
  reset(): void {
    this.held.fill(0);
    this.filled = this.half;
    this.position = this.half;
  }

  // Gives `take` each sample out that the samples so far decide.
  push(samples: Float32Array, take: (sample: number) => void): void {
    if (this.filled + samples.length > this.held.length) {
      const larger = new Float32Array(this.filled + samples.length);
      larger.set(this.held.subarray(0, this.filled));
      this.held = larger;
    }
    this.held.set(samples, this.filled);
    this.filled += samples.length;
    while (this.position + this.half < this.filled) {
      take(this.at(this.position));
      this.position += this.step;
    }
    const past = Math.max(0, Math.floor(this.position) - this.half);
    this.held.copyWithin(0, past, this.filled);
    this.filled -= past;
    this.position -= past;
  }

  private at(position: number): number {
    const middle = Math.floor(position);
    let sum = 0;
    for (let i = middle - this.half + 1; i <= middle + this.half; i += 1) {
      const place = Math.abs(position - i) * places;
      const before = Math.floor(place);
      const part = place - before;
      const weight = this.filter[before]! * (1 - part) + this.filter[before + 1]! * part;
      sum += weight * (this.held[i] ?? 0);
    }
    return sum;
  }
}
