// The microphone as frames of 20 ms. Unplugged, it is looked for again; refused, it says why.
import { MicrophoneFault, type MicrophoneFaultKind } from "./fault";
import { contextForMicrophone } from "./sound";
import { VoiceEar } from "./levels";
import type { CapturedFrame } from "./wire";

export interface MicrophoneEvents {
  frame: (samples: Int16Array<ArrayBuffer>) => void; // not while muted
  level: (level: number, voice: boolean) => void;
  // It is gone, and no other has taken its place; when one is plugged in it goes on, and null is told.
  lost: (fault: MicrophoneFault | null) => void;
}

export interface Microphone {
  mute(muted: boolean): void;
  close(): void;
}

const wishes: MediaStreamConstraints = {
  audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};

export async function openMicrophone(context: AudioContext, events: MicrophoneEvents): Promise<Microphone> {
  let line = await connect(context, events, lost);
  let muted = false;
  let over = false;
  let away = false;
  let looking = false;

  function lost() {
    away = true;
    void lookAgain();
  }
  async function lookAgain() {
    if (over || !away || looking) {
      return;
    }
    looking = true;
    line.close();
    try {
      const found = await connect(context, events, lost);
      if (over) {
        found.close();
        return;
      }
      line = found;
      line.mute(muted);
      away = false;
      events.lost(null);
    } catch (fault) {
      if (!over) {
        events.lost(fault as MicrophoneFault);
      }
    } finally {
      looking = false;
    }
  }
  const lookAround = () => void lookAgain();
  navigator.mediaDevices.addEventListener("devicechange", lookAround);

  return {
    mute(wanted) {
      muted = wanted;
      line.mute(wanted);
    },
    close() {
      over = true;
      navigator.mediaDevices.removeEventListener("devicechange", lookAround);
      line.close();
    },
  };
}

async function connect(context: AudioContext, events: MicrophoneEvents, lost: () => void): Promise<Microphone> {
  const stream = await askFor();
  let own: AudioContext | null = null;
  // Nothing of it stays on when something of it fails.
  const letGo = () => {
    for (const track of stream.getTracks()) {
      track.stop();
    }
    void own?.close();
  };
  try {
    let source: MediaStreamAudioSourceNode;
    try {
      source = context.createMediaStreamSource(stream);
    } catch {
      own = await contextForMicrophone();
      source = own.createMediaStreamSource(stream);
    }
    return lineFrom(stream, source, events, lost, letGo);
  } catch (fault) {
    letGo();
    throw new MicrophoneFault("failed", (fault as Error).message);
  }
}

function lineFrom(
  stream: MediaStream,
  source: MediaStreamAudioSourceNode,
  events: MicrophoneEvents,
  lost: () => void,
  letGo: () => void,
): Microphone {
  const node = new AudioWorkletNode(source.context, "repartee-capture", {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: "explicit",
  });
  const ear = new VoiceEar();
  let muted = false;
  node.port.onmessage = (event: MessageEvent<CapturedFrame>) => {
    const { samples, level } = event.data;
    if (!muted) {
      events.level(level, ear.hear(level));
      events.frame(samples);
    }
  };
  source.connect(node);
  const track = stream.getAudioTracks()[0]!;
  track.addEventListener("ended", lost);

  return {
    mute(wanted) {
      muted = wanted;
      // The browser's own sign says that it is off, too.
      track.enabled = !wanted;
      events.level(0, false);
    },
    close() {
      track.removeEventListener("ended", lost);
      node.port.onmessage = null;
      node.port.postMessage("end");
      source.disconnect();
      letGo();
    },
  };
}

async function askFor(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new MicrophoneFault(isSecureContext ? "unsupported" : "insecure");
  }
  try {
    return await navigator.mediaDevices.getUserMedia(wishes);
  } catch (fault) {
    const { name, message } = fault as DOMException;
    throw new MicrophoneFault(kindOf(name), message);
  }
}

function kindOf(name: string): MicrophoneFaultKind {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}
