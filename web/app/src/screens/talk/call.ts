// A call over /api/media-stream: sound both ways at once, until it is hung up. When the line breaks it comes back.
import { computed, signal } from "@preact/signals";
import { type Loudspeaker, openLoudspeaker } from "../../audio/loudspeaker";
import { MicrophoneFault } from "../../audio/fault";
import { type Microphone, openMicrophone } from "../../audio/microphone";
import { openSound, restSound } from "../../audio/sound";
import { askForResponse, socketUrlOf } from "../../server/http";
import { type LiveSocket, type LiveState, openLiveSocket } from "../../server/live_socket";
import { Dialogue } from "./dialogue";
import { takeFloor } from "./floor";
import { type Levels, keepAwake, noLevels } from "./line";
import { readCall } from "./protocol";
import { type Trouble, waitingWords } from "./trouble";

// "interrupted" lasts until something else happens, this long at most.
const interrupted_shown = 2500;

// Bytes that may wait to be sent: two seconds of sound. A network that slow does not carry a call, and what would
// be heard so late is left out.
const most_buffered = 64_000;

// So much waits for so long: nothing comes through any more, and another connection may. Milliseconds.
const dead_after = 8000;

// Tries without ever being connected, after which it is looked into why.
const hopeless = 3;

export type Mood = "idle" | "connecting" | "listening" | "voice" | "thinking" | "speaking" | "interrupted" | "muted";

export class Call {
  readonly dialogue = new Dialogue();
  readonly levels: Levels = noLevels();
  readonly active = signal(false);
  readonly muted = signal(false);
  readonly trouble = signal<Trouble | null>(null);
  readonly waitingFor = signal(""); // why the line is not there, while it comes back
  readonly cameBack = signal(false); // since the last question: the agent has forgotten what was before
  readonly agent = signal("");
  readonly slow = signal(false); // the network

  private readonly ready = signal(false);
  private readonly voice = signal(false);
  private readonly playing = signal(false);
  private readonly interrupted = signal(false);

  readonly mood = computed<Mood>(() => {
    if (!this.active.value) {
      return "idle";
    }
    if (!this.ready.value && !this.playing.value && !this.dialogue.waiting.value) {
      return "connecting";
    }
    if (this.interrupted.value) {
      return "interrupted";
    }
    if (this.playing.value) {
      return "speaking";
    }
    if (this.dialogue.hearing.value !== "" || (this.voice.value && !this.dialogue.waiting.value)) {
      return "voice";
    }
    if (this.dialogue.waiting.value) {
      return "thinking";
    }
    return this.muted.value ? "muted" : "listening";
  });

  private microphone: Microphone | null = null;
  private loudspeaker: Loudspeaker | null = null;
  private socket: LiveSocket | null = null;
  private letGo: (() => void) | null = null;
  private sleepAgain: (() => void) | null = null;
  private hasBeenOpen = false;
  private tries = 0;
  private timer = 0;
  private slowSince = 0; // 0: it is not
  private unwanted = 0; // until then, sound still belongs to what was interrupted here
  private attempt = 0; // which of the starts is the present one

  async start(agent: string, from: "nobody" | "anybody" = "nobody"): Promise<void> {
    this.hangUp();
    const attempt = ++this.attempt;
    const stillWanted = () => attempt === this.attempt;
    this.agent.value = agent;
    this.trouble.value = null;
    this.active.value = true;
    this.hasBeenOpen = false;
    this.tries = 0;
    this.cameBack.value = false;

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
        frame: (samples) => this.send(samples),
        level: (level, voice) => {
          this.levels.own = level;
          this.voice.value = voice;
        },
        lost: (fault) => this.microphoneLost(fault),
      });
      if (!stillWanted()) {
        microphone.close();
        return;
      }
      this.microphone = microphone;
      this.microphone.mute(this.muted.value);
      this.loudspeaker = openLoudspeaker(context, {
        progress: (position, playing, level) => this.progress(position, playing, level),
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
    this.socket = openLiveSocket(
      () => socketUrlOf("api/media-stream", { agent_id: agent, timeline: 1, partials: 1 }),
      {
        message: (data) => (typeof data === "string" ? this.takeText(data) : this.takeSound(data)),
        state: (state, why) => this.follow(state, why),
        comeBack: (code) => code !== 1000 && code !== 1008 && code !== 1011,
      },
    );
  }

  hangUp(): void {
    this.end(null);
  }

  mute(muted: boolean): void {
    this.muted.value = muted;
    this.microphone?.mute(muted);
  }

  // Falls silent here at once, and asks the agent to.
  interrupt(): void {
    if (this.mood.value !== "speaking" && this.mood.value !== "thinking") {
      return;
    }
    this.socket?.send("stop");
    // What is on its way already is not played any more.
    this.unwanted = performance.now() + 1000;
    this.silence();
  }

  private end(trouble: Trouble | null): void {
    this.attempt += 1;
    clearTimeout(this.timer);
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
    this.active.value = false;
    this.ready.value = false;
    this.voice.value = false;
    this.playing.value = false;
    this.interrupted.value = false;
    this.slow.value = false;
    this.slowSince = 0;
    this.waitingFor.value = "";
    this.trouble.value = trouble;
  }

  private send(samples: Int16Array<ArrayBuffer>): void {
    const socket = this.socket;
    if (!socket) {
      return;
    }
    this.slow.value = socket.buffered > most_buffered;
    if (!this.slow.value) {
      this.slowSince = 0;
      socket.send(samples);
    } else if (this.slowSince === 0) {
      this.slowSince = performance.now();
    } else if (performance.now() - this.slowSince > dead_after) {
      this.slowSince = 0;
      socket.startAnew();
    }
  }

  private microphoneLost(fault: MicrophoneFault | null): void {
    this.trouble.value = fault ? { kind: "microphone", fault } : null;
  }

  // --- the line ---

  private follow(state: LiveState, why: { code: number; reason: string }): void {
    if (state === "open") {
      this.waitingFor.value = "";
      this.cameBack.value = this.hasBeenOpen && this.dialogue.turns.value.length > 0;
      this.hasBeenOpen = true;
      this.tries = 0;
    } else if (state === "waiting") {
      this.ready.value = false;
      this.unwanted = 0;
      void this.loudspeaker?.stop();
      this.playing.value = false;
      this.interrupted.value = false;
      this.slow.value = false;
      this.slowSince = 0;
      this.dialogue.broken();
      this.waitingFor.value = waitingWords(why.code, this.hasBeenOpen);
      this.tries += 1;
      if (!this.hasBeenOpen && this.tries === hopeless) {
        void this.lookInto();
      }
    } else if (state === "closed" && this.socket) {
      this.socket = null;
      this.end(
        why.code === 1000
          ? { kind: "time" }
          : why.code === 1008
            ? { kind: "refused", why: why.reason }
            : { kind: "failed", why: why.reason.replace(/^Server error: /, "") },
      );
    }
  }

  // A server that answers everything but calls: something on the way lets no WebSocket through, or it has no such
  // agent any more.
  private async lookInto(): Promise<void> {
    const attempt = this.attempt;
    const answers = await askForResponse("health", { patience: 3000 }).then(
      () => true,
      () => false,
    );
    if (answers && attempt === this.attempt && !this.hasBeenOpen) {
      this.end({ kind: "no-line" });
    }
  }

  // --- what comes ---

  private takeText(frame: string): void {
    const event = readCall(frame);
    if (event.kind === "ready") {
      this.ready.value = true;
    } else if (event.kind === "stop") {
      this.unwanted = 0;
      this.silence();
    } else if (event.kind === "question") {
      this.unwanted = 0;
      this.interrupted.value = false;
      this.cameBack.value = false;
    } else if (event.kind === "ended") {
      this.unwanted = 0;
    }
    this.dialogue.take(event);
  }

  private takeSound(sound: ArrayBuffer): void {
    if (performance.now() < this.unwanted || !this.loudspeaker) {
      return;
    }
    this.interrupted.value = false;
    const from = this.loudspeaker.received;
    this.loudspeaker.play(sound);
    this.dialogue.came(from, this.loudspeaker.received);
  }

  private progress(position: number, playing: boolean, level: number): void {
    this.levels.agent = level;
    this.playing.value = playing;
    this.dialogue.played(position);
  }

  private silence(): void {
    const wasPlaying = this.loudspeaker?.playing ?? false;
    const turn = this.dialogue.stop(wasPlaying);
    void this.loudspeaker?.stop().then((stopped) => {
      if (stopped && turn !== null) {
        this.dialogue.silent(turn, stopped.milliseconds);
      }
    });
    this.playing.value = false;
    if (wasPlaying) {
      this.interrupted.value = true;
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => {
        this.interrupted.value = false;
      }, interrupted_shown);
    }
  }
}
