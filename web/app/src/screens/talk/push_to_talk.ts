// Push-to-talk over /ws: hold the button, speak, let go. Where a call cannot be had, or is not wanted.
import { computed, signal } from "@preact/signals";
import { type Loudspeaker, openLoudspeaker } from "../../audio/loudspeaker";
import { MicrophoneFault } from "../../audio/fault";
import { type Microphone, openMicrophone } from "../../audio/microphone";
import { openSound, restSound } from "../../audio/sound";
import { frameSamples } from "../../audio/wire";
import { socketUrlOf } from "../../server/http";
import { type LiveSocket, type LiveState, openLiveSocket } from "../../server/live_socket";
import type { Mood } from "./call";
import { Dialogue } from "./dialogue";
import { takeFloor } from "./floor";
import { type Levels, keepAwake, noLevels } from "./line";
import { readPushToTalk } from "./protocol";
import { type Trouble, waitingWords } from "./trouble";

// Frames in one message: 100 ms.
const frames_together = 5;

// Frames after the button is let go: people do so while the last syllable still sounds. 160 ms.
const frames_behind = 8;

export class PushToTalk {
  readonly dialogue = new Dialogue();
  readonly levels: Levels = noLevels();
  readonly active = signal(false);
  readonly held = signal(false);
  readonly trouble = signal<Trouble | null>(null);
  readonly waitingFor = signal("");
  readonly hint = signal(""); // about how it is used

  private readonly ready = signal(false);
  private readonly playing = signal(false);
  private readonly interrupted = signal(false);

  readonly mood = computed<Mood>(() => {
    if (!this.active.value) {
      return "idle";
    }
    if (!this.ready.value) {
      return "connecting";
    }
    if (this.held.value) {
      return "voice";
    }
    if (this.interrupted.value) {
      return "interrupted";
    }
    if (this.playing.value) {
      return "speaking";
    }
    return this.dialogue.waiting.value || this.understanding.value ? "thinking" : "listening";
  });

  private readonly understanding = signal(false);
  private microphone: Microphone | null = null;
  private loudspeaker: Loudspeaker | null = null;
  private socket: LiveSocket | null = null;
  private letGo: (() => void) | null = null;
  private sleepAgain: (() => void) | null = null;
  private hasBeenOpen = false;
  private attempt = 0;
  private recording = false;
  private still = 0; // frames to go after the button was let go
  private frames: Int16Array[] = [];
  private unwanted = false; // sound of what was interrupted here

  async start(from: "nobody" | "anybody" = "nobody"): Promise<void> {
    this.hangUp();
    const attempt = ++this.attempt;
    const stillWanted = () => attempt === this.attempt;
    this.trouble.value = null;
    this.active.value = true;
    const letGo = await takeFloor(from, () => stillWanted() && this.end({ kind: "taken" }));
    if (!letGo || !stillWanted()) {
      letGo?.();
      if (stillWanted()) {
        this.end({ kind: "elsewhere" });
      }
      return;
    }
    this.letGo = letGo;
    try {
      const context = await openSound();
      if (!stillWanted()) {
        return;
      }
      const microphone = await openMicrophone(context, {
        frame: (samples) => this.record(samples),
        level: (level) => {
          this.levels.own = this.recording ? level : 0;
        },
        lost: (fault) => {
          this.trouble.value = fault ? { kind: "microphone", fault } : null;
        },
      });
      if (!stillWanted()) {
        microphone.close();
        return;
      }
      this.microphone = microphone;
      this.loudspeaker = openLoudspeaker(context, {
        progress: (position, playing, level) => {
          this.levels.agent = level;
          this.playing.value = playing;
          this.dialogue.played(position);
        },
      });
    } catch (fault) {
      if (stillWanted()) {
        this.end(
          fault instanceof MicrophoneFault
            ? { kind: "microphone", fault }
            : { kind: "no-sound", why: (fault as Error).message },
        );
      }
      return;
    }
    this.sleepAgain = keepAwake();
    this.socket = openLiveSocket(() => socketUrlOf("ws"), {
      message: (data) => (typeof data === "string" ? this.takeText(data) : this.takeSound(data)),
      state: (state, why) => this.follow(state, why),
      comeBack: (code) => code !== 1000 && code !== 1008,
    });
  }

  hangUp(): void {
    this.end(null);
  }

  // The button goes down.
  press(): void {
    if (!this.ready.value || this.held.value) {
      return;
    }
    this.hint.value = "";
    this.held.value = true;
    this.silence();
    this.interrupted.value = false; // what is said now is what matters
    this.frames = [];
    this.still = 0;
    this.recording = true;
    this.socket?.send(JSON.stringify({ action: "start" }));
  }

  // The button comes up.
  release(): void {
    if (!this.held.value) {
      return;
    }
    this.held.value = false;
    this.still = frames_behind;
  }

  // For who cannot hold it.
  toggle(): void {
    if (this.held.value) {
      this.release();
    } else {
      this.press();
    }
  }

  interrupt(): void {
    if (this.mood.value === "speaking") {
      // A recording that begins is what silences the agent; this one is never sent.
      this.socket?.send(JSON.stringify({ action: "start" }));
      this.silence();
    }
  }

  private end(trouble: Trouble | null): void {
    this.attempt += 1;
    this.socket?.close();
    this.socket = null;
    this.microphone?.close();
    this.microphone = null;
    this.loudspeaker?.close();
    this.loudspeaker = null;
    this.letGo?.();
    this.letGo = null;
    this.sleepAgain?.();
    this.sleepAgain = null;
    if (this.active.value) {
      restSound();
    }
    this.dialogue.broken();
    Object.assign(this.levels, noLevels());
    this.recording = false;
    this.active.value = false;
    this.ready.value = false;
    this.held.value = false;
    this.playing.value = false;
    this.understanding.value = false;
    this.interrupted.value = false;
    this.waitingFor.value = "";
    this.trouble.value = trouble;
  }

  private record(samples: Int16Array<ArrayBuffer>): void {
    if (!this.recording) {
      return;
    }
    this.frames.push(samples);
    const last = !this.held.value && --this.still <= 0;
    if (this.frames.length >= frames_together || last) {
      const together = new Int16Array(this.frames.length * frameSamples);
      this.frames.forEach((frame, i) => together.set(frame, i * frameSamples));
      this.frames = [];
      this.socket?.send(together);
    }
    if (last) {
      this.recording = false;
      this.levels.own = 0;
      this.understanding.value = this.socket?.send(JSON.stringify({ action: "end" })) ?? false;
    }
  }

  private follow(state: LiveState, why: { code: number; reason: string }): void {
    if (state === "open") {
      this.waitingFor.value = "";
      this.hasBeenOpen = true;
      // At once: who sends something is no viewer of captions.
      this.socket?.send(JSON.stringify({ action: "options", speech: true, timeline: true }));
    } else if (state === "waiting") {
      this.ready.value = false;
      this.held.value = false;
      this.recording = false;
      this.understanding.value = false;
      this.playing.value = false;
      this.interrupted.value = false;
      this.unwanted = false;
      void this.loudspeaker?.stop();
      this.dialogue.broken();
      this.waitingFor.value = waitingWords(why.code, this.hasBeenOpen);
    } else if (state === "closed" && this.socket) {
      this.socket = null;
      this.end(why.code === 1000 ? { kind: "time" } : { kind: "refused", why: why.reason });
    }
  }

  private takeText(frame: string): void {
    const event = readPushToTalk(frame);
    if (event.kind === "ready") {
      this.ready.value = true;
    } else if (event.kind === "question") {
      this.understanding.value = false;
      this.interrupted.value = false;
      this.unwanted = false;
      if (event.text === "") {
        this.hint.value = "Nothing was understood. Hold the button while you speak.";
      }
    } else if (event.kind === "not-understood") {
      this.understanding.value = false;
      this.hint.value = event.why || this.hint.value;
    } else if (event.kind === "fault" && !this.dialogue.open()) {
      this.hint.value = event.why;
    } else if (event.kind === "ended" || event.kind === "sound-ended") {
      this.unwanted = false;
    }
    if (event.kind === "fault") {
      this.understanding.value = false;
      if (/too short/i.test(event.why)) {
        this.hint.value = "That was very short. Hold the button while you speak.";
        return;
      }
    }
    this.dialogue.take(event);
  }

  private takeSound(sound: ArrayBuffer): void {
    if (this.unwanted || !this.loudspeaker) {
      return;
    }
    this.interrupted.value = false;
    const from = this.loudspeaker.received;
    this.loudspeaker.play(sound);
    this.dialogue.came(from, this.loudspeaker.received);
  }

  private silence(): void {
    if (!this.loudspeaker?.playing) {
      return;
    }
    const turn = this.dialogue.stop(true);
    this.unwanted = true;
    this.interrupted.value = true;
    this.playing.value = false;
    void this.loudspeaker.stop().then((stopped) => {
      if (stopped && turn !== null) {
        this.dialogue.silent(turn, stopped.milliseconds);
      }
    });
  }
}
