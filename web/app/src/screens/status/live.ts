// What happens in the server, while somebody looks: one socket, closed as long as the page is out of sight.
import { effect, signal } from "@preact/signals";
import { person, token } from "../../server/account";
import { socketUrlOf } from "../../server/http";
import { type LiveSocket, type LiveState, openLiveSocket } from "../../server/live_socket";
import type { Examination, LiveMessage, LogLine, ModelFetch, Sample, Trade } from "./wire";

// Two minutes of figures, and as much of the log as anybody reads.
const most_samples = 120;
const most_lines = 1000;

export class Live {
  readonly state = signal<LiveState>("connecting");
  readonly samples = signal<Sample[]>([]);
  readonly lines = signal<LogLine[]>([]);
  readonly lost = signal(0);
  readonly engines = signal<Trade[] | null>(null);
  readonly ready = signal<boolean | null>(null);
  readonly fetches = signal<ModelFetch[]>([]);
  readonly examination = signal<Examination | null>(null);

  private socket: LiveSocket | null = null;
  private readonly look = () => (document.hidden ? this.rest() : this.open());
  private readonly forgetPerson: () => void;

  // `kept_out`: the server does not let this page in, or not any more: perhaps the token has run out.
  constructor(private readonly kept_out: () => void) {
    document.addEventListener("visibilitychange", this.look);
    // Opened in somebody's name, it is closed when they sign out. On the server's own machine it is there for everybody.
    let opened: string | null = null;
    this.forgetPerson = effect(() => {
      if (person.value !== opened) {
        opened = person.value;
        this.rest();
        this.look();
      }
    });
  }

  close(): void {
    this.forgetPerson();
    document.removeEventListener("visibilitychange", this.look);
    this.rest();
  }

  private rest(): void {
    this.socket?.close();
    this.socket = null;
  }

  private open(): void {
    let hasBeenOpen = false;
    this.socket ??= openLiveSocket(() => socketUrlOf("api/console/live", { token: token.value || undefined }), {
      message: (data) => this.take(JSON.parse(String(data)) as LiveMessage),
      state: (state, why) => {
        this.state.value = state;
        hasBeenOpen ||= state === "open";
        if ((state === "waiting" && !hasBeenOpen) || (state === "closed" && why.code === 1008)) {
          this.kept_out();
        }
        // Next time it may be another token that is not taken.
        hasBeenOpen &&= state !== "waiting";
      },
    });
  }

  private take(message: LiveMessage): void {
    switch (message.type) {
      case "samples":
        this.samples.value = message.samples.slice(-most_samples);
        break;
      case "sample":
        this.samples.value = [...this.samples.value, message].slice(-most_samples);
        break;
      case "log":
        this.takeLines(message.lines, message.lost);
        break;
      case "engines":
        this.engines.value = message.engines;
        this.ready.value = message.ready;
        break;
      case "fetches":
        this.fetches.value = message.fetches;
        break;
      case "examination":
        this.examination.value = message.examination;
        break;
    }
  }

  // After a reconnection the server begins with all it has: what is here already is passed over, and a server
  // that was restarted counts from the beginning.
  private takeLines(lines: LogLine[], lost: number): void {
    const last = this.lines.value.at(-1);
    const begins_anew = last !== undefined && lines.some((line) => line.number <= last.number && line.at > last.at);
    const kept = begins_anew ? [] : this.lines.value;
    const known = kept.at(-1)?.number ?? 0;
    this.lines.value = [...kept, ...lines.filter((line) => line.number > known)].slice(-most_lines);
    this.lost.value += lost;
  }
}
