// Writing with the agent over /api/v1/ws/stream: one line at a time is answered, and what is said in this tab is kept
// until it is closed. Signed in, it is the account's conversation, with its memory and history.
import { effect, signal } from "@preact/signals";
import { stored } from "../../app/stored";
import { forgetSignIn, person, renewToken, signedIn, token } from "../../server/account";
import { socketUrlOf } from "../../server/http";
import { type LiveSocket, openLiveSocket } from "../../server/live_socket";
import { type ClientAction, actionIn } from "./action";

export interface Line {
  id: number;
  who: "you" | "agent";
  text: string;
  // Of one's own line: whether it has been answered. "lost": the line broke before it was.
  state: "waiting" | "answered" | "lost";
  fault?: string;
  action?: ClientAction;
}

// What can be scrolled through again after the page was loaded anew.
const most_lines = 60;

// The server takes four at a time; a person rarely writes more before an answer.
const most_waiting = 4;

// Between two looks at whether a server is back that could not renew a token. Milliseconds.
const away_pause = 4000;

// Refused again so soon after its token was renewed: that is not why. Milliseconds.
const in_vain = 10_000;

// Characters; the server's limit.
export const longest_line = 16384;

const keptSession = stored("chat-session", "session");
const keptLines = stored("chat-lines", "session");
const keptFor = stored("chat-for", "session"); // whose the lines are

// What is being written. It is as much somebody's as the lines are.
export const draft = signal("");

export const lines = signal<readonly Line[]>(readLines());
export const connected = signal(false);
export const trouble = signal("");

const sent = new Set<number>(); // lines that the server was given
let socket: LiveSocket | null = null;
let openFor = ""; // the token with which it was opened
let users = 0;
let later = 0; // the timer of another look at a server that could not renew a token
let renewedAt = -Infinity;

function owner(): string {
  return signedIn.value ? `account ${person.value}` : "guest";
}

function readLines(): Line[] {
  // Somebody else is here now, or nobody, since another tab has signed out: then they are nobody's business.
  if (keptFor.read() !== owner()) {
    keptSession.forget();
    return [];
  }
  try {
    const value = JSON.parse(keptLines.read() ?? "[]") as Line[];
    return Array.isArray(value)
      ? value.map((line) => ({ ...line, state: line.state === "waiting" ? "lost" : line.state }))
      : [];
  } catch {
    return [];
  }
}

function show(next: readonly Line[]): void {
  lines.value = next.slice(-most_lines);
  keptLines.write(JSON.stringify(lines.value));
  keptFor.write(owner());
}

let nextId = 1 + Math.max(0, ...lines.value.map((line) => line.id));

export function session(): string {
  const kept = keptSession.read();
  if (kept) {
    return kept;
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const fresh = `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  keptSession.write(fresh);
  return fresh;
}

export function startAnew(): void {
  keptSession.forget();
  show([]);
  trouble.value = "";
  reopen();
}

// While the screen is shown the line is open, so that a timer that was set here can ring.
export function attend(): () => void {
  users += 1;
  open();
  return () => {
    users -= 1;
    if (users === 0) {
      socket?.close();
      socket = null;
      connected.value = false;
    }
  };
}

function reopen(): void {
  socket?.close();
  socket = null;
  connected.value = false;
  if (users > 0) {
    open();
  }
}

function open(): void {
  if (socket) {
    return;
  }
  clearTimeout(later);
  openFor = token.value;
  socket = openLiveSocket(
    () => socketUrlOf("api/v1/ws/stream", { session_id: session(), ...(token.value ? { token: token.value } : {}) }),
    {
      message: (data) => take(String(data)),
      state: (state, why) => {
        connected.value = state === "open";
        if (state === "open") {
          trouble.value = "";
          sendWaiting();
        } else if (state === "waiting") {
          loseSent();
          trouble.value = why.code === 1013 ? why.reason || "The server is busy. Trying again…" : "Not connected. Trying again…";
        } else if (state === "closed" && why.code === 1008) {
          void refused(why.reason);
        }
      },
    },
  );
}

// A token has an end: a new one is asked for once. Else nobody is signed in any more.
async function refused(why: string): Promise<void> {
  socket = null;
  const had = openFor;
  loseSent();
  if (!had) {
    trouble.value = why;
    return;
  }
  let renewed: boolean;
  try {
    renewed = token.value !== had || (await renewToken());
  } catch {
    // The server is away: whether the sign-in is over, nobody can tell yet.
    trouble.value = "Not connected. Trying again…";
    clearTimeout(later);
    later = window.setTimeout(() => users > 0 && open(), away_pause);
    return;
  }
  if (renewed && performance.now() - renewedAt < in_vain) {
    trouble.value = why;
  } else if (renewed) {
    renewedAt = performance.now();
    reopen();
  } else if (token.value === had) {
    forgetSignIn();
  }
}

// Another person, another conversation. A token that was renewed is still the same person's.
let known = owner();
effect(() => {
  if (owner() !== known) {
    if (known !== "guest") {
      draft.value = ""; // a guest's goes along when they sign in
    }
    known = owner();
    keptSession.forget();
    trouble.value = "";
    sent.clear();
    show([]);
    reopen();
  }
});

// What was said aloud, and its answer.
export function tell(transcript: string, answer: string, action: ClientAction | null): void {
  const spoken: Line[] = transcript ? [{ id: nextId++, who: "you", text: transcript, state: "answered" }] : [];
  const line: Line = { id: nextId++, who: "agent", text: answer, state: "answered" };
  show([...lines.value, ...spoken, action ? { ...line, action } : line]);
}

export function write(text: string): boolean {
  const waiting = lines.value.filter((line) => line.state === "waiting").length;
  if (waiting >= most_waiting) {
    return false;
  }
  show([...lines.value, { id: nextId++, who: "you", text, state: "waiting" }]);
  sendWaiting();
  return true;
}

export function writeAgain(id: number): void {
  const line = lines.value.find((one) => one.id === id);
  if (line) {
    show(lines.value.filter((one) => one.id !== id));
    write(line.text);
  }
}

function sendWaiting(): void {
  for (const line of lines.value) {
    if (line.who === "you" && line.state === "waiting" && !sent.has(line.id)) {
      if (!socket?.send(JSON.stringify({ type: "text", content: line.text }))) {
        return;
      }
      sent.add(line.id);
    }
  }
}

// What the server had been given may have been answered or not: nobody knows, and saying it twice is the person's
// choice.
function loseSent(): void {
  if (sent.size > 0) {
    show(lines.value.map((line) => (sent.has(line.id) && line.state === "waiting" ? { ...line, state: "lost" } : line)));
    sent.clear();
  }
}

function take(frame: string): void {
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(frame) as Record<string, unknown>;
  } catch {
    return;
  }
  const oldest = lines.value.find((line) => line.state === "waiting" && sent.has(line.id));
  if (typeof message["error"] === "string") {
    settle(oldest, { fault: message["error"] });
  } else if (typeof message["message"] === "string") {
    settle(oldest, {});
    tell("", message["message"], actionIn(message["action"]));
  }
}

function settle(line: Line | undefined, more: Partial<Line>): void {
  if (line) {
    sent.delete(line.id);
    show(lines.value.map((one) => (one.id === line.id ? { ...one, ...more, state: "answered" } : one)));
  }
}
