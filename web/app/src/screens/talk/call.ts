// A call over /api/media-stream: sound both ways at once, until it is hung up. When the line breaks it comes back, and
// the conversation goes on: the server knows it by a token. Who is signed in talks in their own name.
import { computed, signal } from "@preact/signals";
import { type Loudspeaker, openLoudspeaker } from "../../audio/loudspeaker";
import { MicrophoneFault } from "../../audio/fault";
import { type Microphone, openMicrophone } from "../../audio/microphone";
import { openSound, restSound } from "../../audio/sound";
import { signedIn, token } from "../../server/account";
import { ServerError, ask, askForResponse, socketUrlOf } from "../../server/http";
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

// How often the server is told how far the page is: it knows by that, too, when a line was lost. Milliseconds.
const acknowledged_every = 1000;

// After the line was lost: the conversation went on, or a new one has begun.
export type Return = "resumed" | "anew";

export type Mood = "idle" | "connecting" | "listening" | "voice" | "thinking" | "speaking" | "interrupted" | "muted";

export class Call {
  readonly dialogue = new Dialogue();
  readonly levels: Levels = noLevels();
  readonly active = signal(false);
  readonly muted = signal(false);
  readonly trouble = signal<Trouble | null>(null);
  readonly waitingFor = signal(""); // why the line is not there, while it comes back
  readonly cameBack = signal<Return | null>(null); // since the last question
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
  private isNextLine = false; // after one that was lost, and it is not known yet what it goes on with
  private tries = 0;
  private timer = 0;
  private slowSince = 0; // 0: it is not
  private unwanted = 0; // until then, sound still belongs to what was interrupted here
  private attempt = 0; // which of the starts is the present one
  private resumeBy = ""; // the token of the conversation; "": there is none to come back to
  private seen = 0; // the number of the last event
  private acknowledging = 0; // the timer's

  async start(agent: string, from: "nobody" | "anybody" = "nobody"): Promise<void> {
    this.hangUp();
    const attempt = ++this.attempt;
    const stillWanted = () => attempt === this.attempt;
    this.agent.value = agent;
    this.trouble.value = null;
    this.active.value = true;
    this.hasBeenOpen = false;
    this.tries = 0;
    this.cameBack.value = null;
    this.resumeBy = "";
    this.seen = 0;

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
    await freshToken();
    if (!stillWanted()) {
      return;
    }
    this.acknowledging = window.setInterval(() => this.acknowledge(), acknowledged_every);
    this.socket = openLiveSocket(
      () =>
        socketUrlOf("api/media-stream", {
          agent_id: agent,
          timeline: 1,
          partials: 1,
          resume: this.resumeBy || 1,
          seen: this.resumeBy ? this.seen : undefined,
          token: token.value || undefined,
        }),
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
    clearInterval(this.acknowledging);
    this.socket?.close();
    this.socket = null;
    this.resumeBy = "";
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
      this.isNextLine = this.hasBeenOpen;
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
      // Refused before it was open, which a page is not told the reason of: perhaps the sign-in has run out.
      if (this.tries > 1) {
        void freshToken();
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
    this.seen = Math.max(this.seen, event.number ?? 0);
    if (event.kind === "session") {
      this.begin(event.token);
    } else if (event.kind === "resumed") {
      this.isNextLine = false;
      this.cameBack.value = "resumed";
    } else if (event.kind === "ready") {
      this.ready.value = true;
    } else if (event.kind === "stop") {
      this.unwanted = 0;
      this.silence();
    } else if (event.kind === "question") {
      this.unwanted = 0;
      this.interrupted.value = false;
      this.cameBack.value = null;
    } else if (event.kind === "ended") {
      this.unwanted = 0;
    }
    this.dialogue.take(event);
  }

  // The conversation can be come back to by that; or, where it is "", cannot for now.
  private begin(resumeBy: string): void {
    this.resumeBy = resumeBy;
    if (this.isNextLine) {
      this.isNextLine = false;
      this.seen = 0;
      this.cameBack.value = this.dialogue.turns.value.length > 0 ? "anew" : null;
    }
  }

  private acknowledge(): void {
    if (this.resumeBy) {
      this.socket?.send(JSON.stringify({ event_type: "ack", seq: this.seen }));
    }
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

// A token that has run out is renewed before it is brought: a socket that is refused for it is told nothing.
async function freshToken(): Promise<void> {
  if (!signedIn.value) {
    return;
  }
  try {
    // Renews it, where it has to be.
    await ask("api/v1/account", { patience: 5000 });
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    // Who is signed out by that talks as anybody may; where the server is away, the line says so.
  }
}
