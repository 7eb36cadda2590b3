// What a worklet finds around it; TypeScript's DOM library knows the page's side only.
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  // Whether to go on: false ends the processor.
  abstract process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const sampleRate: number;
declare const currentFrame: number;
