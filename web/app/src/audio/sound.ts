// The page's one AudioContext. A browser lets it sound only after somebody has touched the page: `wakeSound` belongs
// into the handler of a click, at its very beginning.
import { signal } from "@preact/signals";
import { MicrophoneFault } from "./fault";
import captureUrl from "./capture.worklet.ts?worker&url";
import playbackUrl from "./playback.worklet.ts?worker&url";
import { wireRate } from "./wire";

let context: AudioContext | null = null;
let modules: Promise<void> | null = null;

// Whether the browser keeps our sound back: until the page is touched, or while a phone rings.
export const soundHeldBack = signal(false);

function make(rate?: number): AudioContext {
  return new AudioContext({ latencyHint: "interactive", ...(rate ? { sampleRate: rate } : {}) });
}

export function wakeSound(): AudioContext {
  if (!context || context.state === "closed") {
    // At the rate of the wire where the browser can: then nothing has to be converted.
    try {
      context = make(wireRate);
    } catch {
      context = make();
    }
    modules = null;
    const made = context;
    made.addEventListener("statechange", () => {
      soundHeldBack.value = made === context && wanted && made.state !== "running";
    });
  }
  wanted = true;
  void context.resume();
  return context;
}

let wanted = false;

// Nothing is to be heard for now: the loudspeaker's power is saved.
export function restSound(): void {
  wanted = false;
  soundHeldBack.value = false;
  void context?.suspend();
}

// The context with both worklets in it.
export async function openSound(): Promise<AudioContext> {
  const open = wakeSound();
  modules ??= addWorklets(open);
  try {
    await modules;
  } catch (fault) {
    modules = null; // a server that was away gives them the next time
    throw fault;
  }
  // A page that nobody has touched stays suspended, without an error: it says so.
  soundHeldBack.value = open.state !== "running" && !navigator.userActivation?.hasBeenActive;
  return open;
}

async function addWorklets(to: BaseAudioContext): Promise<void> {
  // Pages without https have no worklets either, and no microphone is what matters of that.
  if (!to.audioWorklet) {
    throw new MicrophoneFault(isSecureContext ? "unsupported" : "insecure");
  }
  await Promise.all([to.audioWorklet.addModule(captureUrl), to.audioWorklet.addModule(playbackUrl)]);
}

// Some browsers do not connect a microphone to a context of another rate: then it gets one of its own.
export async function contextForMicrophone(): Promise<AudioContext> {
  const own = make();
  try {
    await own.audioWorklet.addModule(captureUrl);
    return own;
  } catch (fault) {
    void own.close();
    throw fault;
  }
}

// Back from another tab, or a telephone that was locked.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && wanted) {
    void context?.resume();
  }
});
