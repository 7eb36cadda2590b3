// Sound as it travels: 16-bit samples, mono, 16 kHz; and what worklets and page tell each other.
export const wireRate = 16000;

// 20 ms: short enough not to be noticed, long enough not to be mostly wrapping.
export const frameSamples = 320;

export interface CapturedFrame {
  samples: Int16Array<ArrayBuffer>; // frameSamples of them
  level: number; // 0 to 1, see levels.ts
}

export type ToPlayback =
  | { type: "play"; samples: Int16Array<ArrayBuffer> }
  | { type: "stop"; id: number }
  | { type: "end" };

// Positions count all samples that ever came, those that were dropped among them.
export type FromPlayback =
  | { type: "progress"; position: number; playing: boolean; level: number }
  // `position`: of the first sample that is no longer played whole; `after`: samples (of the context's rate) that
  // still sounded once the word had come; `silentAt`: the context's frame from which there is silence.
  | { type: "stopped"; id: number; position: number; after: number; silentAt: number };
