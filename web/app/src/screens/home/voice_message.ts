// One thing said into the line of writing: heard, answered aloud and in text, with the account's memory where somebody
// is signed in. Each opens a stream of its own for it, in the same conversation.
import { signal } from "@preact/signals";
import { type Loudspeaker, openLoudspeaker } from "../../audio/loudspeaker";
import { MicrophoneFault } from "../../audio/fault";
import { type Microphone, openMicrophone } from "../../audio/microphone";
import { openSound, restSound } from "../../audio/sound";
import { frameSamples } from "../../audio/wire";
import { renewToken, token } from "../../server/account";
import { socketUrlOf } from "../../server/http";
import { type ClientAction, actionIn } from "./action";

export type VoiceState = "off" | "opening" | "recording" | "thinking";

export const voiceState = signal<VoiceState>("off");
export const voiceLevel = signal(0); // 0 to 1, in tenths
export const voiceFault = signal<MicrophoneFault | string | null>(null);

export interface Heard {
  transcript: string;
  answer: string;
  action: ClientAction | null;
}

// Frames in one message: 200 ms.
const frames_together = 10;

// It is over by itself after so much silence behind a voice (frames), and after a minute anyway.
const silence_ends = 60;
const longest = 50 * 60;

// An answer that takes longer is not waited for. Milliseconds.
const patience = 60_000;

let run = 0; // which of the messages is the present one
let stopNow: (() => void) | null = null;
let cancelNow: (() => void) | null = null;
let loudspeaker: Loudspeaker | null = null;
let sounding = false; // what the loudspeaker was given is not over yet

// Done speaking.
export function endVoice(): void {
  stopNow?.();
}

// Nothing of it is wanted any more: neither what was said, nor its answer. The page is about to show something else.
export function leaveVoice(): void {
  const sounded = cancelNow !== null || loudspeaker !== null;
  cancelNow?.();
  loudspeaker?.close();
  loudspeaker = null;
  sounding = false;
  if (sounded) {
    restSound();
  }
}

// Within a click. What was heard and answered; null when nothing was, `voiceFault` says why.
export async function speakOnce(session: string): Promise<Heard | null> {
  cancelNow?.();
  void loudspeaker?.stop();
  const mine = ++run;
  voiceFault.value = null;
  voiceState.value = "opening";
  let microphone: Microphone | null = null;
  let socket: WebSocket | null = null;
  let cancelled = false;
  const stop = new Stop();
  cancelNow = () => {
    cancelled = true;
    socket?.close();
    stop.now();
  };
  stopNow = stop.now;
  try {
    const context = await openSound();
    if (cancelled) {
      return null;
    }
    loudspeaker ??= openLoudspeaker(context, {
      progress: (_, playing) => {
        sounding = playing;
        restWhenOver();
      },
    });
    socket = new WebSocket(
      socketUrlOf("api/v1/ws/stream", { session_id: session, tts: 1, ...(token.value ? { token: token.value } : {}) }),
    );
    const answer = answerOn(socket, loudspeaker);
    // Until it is awaited, nobody misses it.
    answer.catch(() => undefined);
    const recorded = await record(context, stop, senderOn(socket));
    microphone = recorded.microphone;
    if (cancelled) {
      return null;
    }
    voiceState.value = "recording";
    await stop.over;
    recorded.end();
    microphone.close();
    if (cancelled || !recorded.voiced()) {
      voiceFault.value = cancelled ? voiceFault.value : "Nothing was heard.";
      return null;
    }
    voiceState.value = "thinking";
    return await answer;
  } catch (fault) {
    if (!cancelled) {
      voiceFault.value = fault instanceof MicrophoneFault ? fault : (fault as Error).message;
    }
    return null;
  } finally {
    microphone?.close();
    socket?.close();
    // Another may have begun, or the page may show something else that sounds.
    if (mine === run) {
      stopNow = null;
      cancelNow = null;
      voiceLevel.value = 0;
      voiceState.value = "off";
      if (!cancelled) {
        restWhenOver();
      }
    }
  }
}

// An answer is heard to its end.
function restWhenOver(): void {
  if (voiceState.value === "off" && !sounding) {
    restSound();
  }
}

// The end of a recording: told by the person, by silence, by the time.
class Stop {
  now: () => void = () => undefined;
  readonly over = new Promise<void>((resolve) => (this.now = resolve));
}

interface Recorded {
  microphone: Microphone;
  voiced(): boolean;
  end(): void; // sends what is left
}

// Records from when it resolves, until it is ended; tells `stop` when that is to be.
async function record(
  context: AudioContext,
  stop: Stop,
  send: (samples: Int16Array, last: boolean) => void,
): Promise<Recorded> {
  let frames: Int16Array[] = [];
  let count = 0;
  let voiced = false;
  let silent = 0;
  let ended = false;
  const take = (last: boolean) => {
    const together = new Int16Array(frames.length * frameSamples);
    frames.forEach((frame, i) => together.set(frame, i * frameSamples));
    frames = [];
    send(together, last);
  };
  const microphone = await openMicrophone(context, {
    frame: (samples) => {
      if (ended) {
        return;
      }
      frames.push(samples);
      count += 1;
      if (frames.length >= frames_together) {
        take(false);
      }
      if (count >= longest) {
        stop.now();
      }
    },
    level: (level, voice) => {
      if (ended) {
        return;
      }
      voiceLevel.value = Math.round(level * 10) / 10;
      voiced ||= voice;
      silent = voice ? 0 : silent + 1;
      if (voiced && silent >= silence_ends) {
        stop.now();
      }
    },
    lost: (fault) => fault && stop.now(),
  });
  return {
    microphone,
    voiced: () => voiced,
    end: () => {
      ended = true;
      take(true);
    },
  };
}

// What is said before the socket is open waits for it: a minute at most, which is as long as one may speak.
function senderOn(socket: WebSocket): (samples: Int16Array, last: boolean) => void {
  const early: string[] = [];
  socket.addEventListener("open", () => early.splice(0).forEach((frame) => socket.send(frame)));
  return (samples, last) => {
    const frame = JSON.stringify({ type: "audio", content: base64Of(samples), final: last });
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(frame);
    } else if (socket.readyState === WebSocket.CONNECTING) {
      early.push(frame);
    }
  };
}

function answerOn(socket: WebSocket, speaker: Loudspeaker): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("No answer came. Please say it again.")), patience + longest * 20);
    socket.onmessage = (event) => {
      const message = JSON.parse(String(event.data)) as Record<string, unknown>;
      if (message["type"] === "tts_audio" && typeof message["content"] === "string") {
        sounding = true;
        speaker.play(bytesOf(message["content"]));
      } else if (typeof message["message"] === "string") {
        resolve({
          transcript: String(message["transcript"] ?? ""),
          answer: message["message"],
          action: actionIn(message["action"]),
        });
      } else if (typeof message["error"] === "string") {
        reject(new Error(message["error"]));
      } else if (typeof message["info"] === "string") {
        reject(new Error(message["info"]));
      }
    };
    socket.onclose = (event) => {
      clearTimeout(late);
      const lost = () => reject(new Error(event.reason || "The connection was lost. Please say it again."));
      if (event.code === 1008 && token.value) {
        renewToken().then((renewed) => {
          if (renewed) {
            reject(new Error("You were signed in for long: please say it again."));
          } else {
            lost();
          }
        }, lost); // the server is away
      } else {
        lost();
      }
    };
  });
}

function base64Of(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  let text = "";
  // In pieces: a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  }
  return btoa(text);
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) {
    bytes[i] = text.charCodeAt(i);
  }
  return bytes.buffer;
}
