// The socket of the captions: what it brought, and how it stands. Lives as long as the screen is shown.
import { signal } from "@preact/signals";
import { socketUrlOf } from "../../server/http";
import { type LiveSocket, type LiveState, openLiveSocket } from "../../server/live_socket";
import { type Line, type News, read, revised, withLine } from "./lines";

export interface Wishes {
  language: string; // empty: as the server is set
  translate: string; // empty: as it was said
}

export class Listening {
  readonly state = signal<LiveState>("connecting");
  readonly lines = signal<Line[]>([]); // shown
  readonly held = signal<Line[]>([]); // come while paused
  readonly part = signal("");
  readonly paused = signal(false);
  readonly trouble = signal("");
  // What could not be done as it was asked for.
  readonly complaint = signal("");

  private readonly socket: LiveSocket;
  private connection = 0;

  constructor(wishes: Wishes) {
    const query = {
      partials: 1,
      words: 1,
      speakers: 1,
      last: 50,
      language: wishes.language || undefined,
      translate: wishes.translate || undefined,
    };
    this.socket = openLiveSocket(() => socketUrlOf("captions", query), {
      message: (data) => typeof data === "string" && this.take(read(data, this.connection)),
      state: (state) => {
        this.state.value = state;
        this.connection += state === "connecting" ? 1 : 0;
        if (state !== "open") {
          this.part.value = "";
        }
      },
    });
  }

  pause(): void {
    this.paused.value = true;
    this.part.value = "";
  }

  goOn(): void {
    this.paused.value = false;
    for (const line of this.held.value) {
      this.lines.value = withLine(this.lines.value, line);
    }
    this.held.value = [];
  }

  close(): void {
    this.socket.close();
  }

  private take(news: News | null): void {
    switch (news?.kind) {
      case "line":
        this.trouble.value = "";
        if (this.paused.value && !this.lines.value.some((line) => line.key === news.line.key)) {
          this.held.value = withLine(this.held.value, news.line);
        } else {
          this.lines.value = withLine(this.lines.value, news.line);
          this.part.value = "";
        }
        break;
      case "part":
        this.part.value = this.paused.value ? "" : news.text;
        break;
      case "revision":
        this.lines.value = revised(this.lines.value, news.speakers, this.connection);
        this.held.value = revised(this.held.value, news.speakers, this.connection);
        break;
      case "complaint":
        // Speakers are shown where they are told apart, and nobody misses them where not.
        if (news.about !== "speakers") {
          this.complaint.value = news.words.startsWith("too many") ? complaints.crowded : complaints[news.about];
        }
        break;
      case "trouble":
        this.trouble.value = news.words;
        break;
      case undefined:
        break;
    }
  }
}

const complaints = {
  language: "The server cannot listen in that language; it listens in its usual one.",
  translate: "The recogniser of this server does not translate into that; you see what was said.",
  crowded: "The server listens in too many languages already; you see its usual one.",
} as const;
