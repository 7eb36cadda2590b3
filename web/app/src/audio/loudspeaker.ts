// Plays 16 kHz sound without gaps, tells how far it is, and obeys `stop` at once.
import { type FromPlayback, type ToPlayback, wireRate } from "./wire";

export interface LoudspeakerEvents {
  // About forty times a second while something plays. `position`: samples of all that was ever given, those that were
  // dropped among them, up to what is heard now.
  progress: (position: number, playing: boolean, level: number) => void;
}

export interface Stopped {
  position: number; // of the last sample that was heard
  milliseconds: number; // of sound after `stop` was called, by the sound's clock; the device's own delay comes on top
}

export interface Loudspeaker {
  play(sound: ArrayBuffer): void;
  // What was heard until then; nothing when nothing was playing.
  stop(): Promise<Stopped | null>;
  readonly received: number; // samples ever given
  readonly playing: boolean;
  close(): void;
}

export function openLoudspeaker(context: AudioContext, events: LoudspeakerEvents): Loudspeaker {
  const node = new AudioWorkletNode(context, "repartee-playback", { numberOfInputs: 0, outputChannelCount: [1] });
  const waiting = new Map<number, (message: FromPlayback & { type: "stopped" }) => void>();
  let received = 0;
  let playing = false;
  let stops = 0;

  const tell = (message: ToPlayback, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  node.port.onmessage = (event: MessageEvent<FromPlayback>) => {
    const message = event.data;
    if (message.type === "stopped") {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
      return;
    }
    playing = message.playing;
    // What left the worklet is not at the ear yet.
    const underWay = Math.round((context.outputLatency || context.baseLatency || 0) * wireRate);
    const position = message.playing ? Math.max(0, message.position - underWay) : message.position;
    events.progress(position, message.playing, message.level);
  };
  node.connect(context.destination);

  return {
    play(sound) {
      // A sample has two bytes: what a broken network made of the last one is left out.
      const samples = new Int16Array(sound, 0, Math.floor(sound.byteLength / 2));
      received += samples.length;
      tell({ type: "play", samples }, [sound]);
    },
    async stop() {
      const wasPlaying = playing;
      const askedAt = context.currentTime;
      playing = false;
      const id = ++stops;
      const answer = new Promise<FromPlayback & { type: "stopped" }>((resolve) => waiting.set(id, resolve));
      tell({ type: "stop", id });
      const { position, silentAt } = await answer;
      events.progress(position, false, 0);
      return wasPlaying
        ? { position, milliseconds: Math.max(0, silentAt / context.sampleRate - askedAt) * 1000 }
        : null;
    },
    get received() {
      return received;
    },
    get playing() {
      return playing;
    },
    close() {
      tell({ type: "end" });
      node.disconnect();
    },
  };
}
