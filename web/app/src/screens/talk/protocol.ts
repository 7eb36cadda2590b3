// What a call and a push-to-talk session say in text, as things that happen. Pure. What is unknown is nothing: servers
// learn new words.
export type Moments = Readonly<Record<string, number>>;
export type Outcome = "complete" | "interrupted" | "failed";

// What a call that was come back to goes on with.
export type Continues = "answer" | "rest" | "words" | "excuse" | "nothing";

// `number`: of an event of a call that can be resumed.
export type Event = Happening & { number?: number };

type Happening =
  | { kind: "ready" }
  // A call that can be come back to with the token; "": it cannot, for now.
  | { kind: "session"; token: string }
  | { kind: "resumed"; continues: Continues }
  | { kind: "hearing"; text: string } // what is understood so far
  | { kind: "question"; text: string } // what was understood
  | { kind: "not-understood"; why: string }
  | { kind: "reply"; text: string } // all of it so far
  | { kind: "more"; text: string } // the next piece of it
  | { kind: "reply-text-ended"; text: string }
  | { kind: "sound-ended" }
  | { kind: "stop" }
  | { kind: "ended"; outcome: Outcome; moments: Moments }
  | { kind: "fault"; why: string }
  | { kind: "nothing" };

const nothing: Event = { kind: "nothing" };

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const continuations: readonly string[] = ["answer", "rest", "words", "excuse"];

function resumed(message: Record<string, unknown>): Event {
  const continues = textIn(message["continues"]);
  return { kind: "resumed", continues: continuations.includes(continues) ? (continues as Continues) : "nothing" };
}

function ended(message: Record<string, unknown>): Event {
  const outcome = textIn(message["outcome"]);
  const moments: Record<string, number> = {};
  for (const [name, at] of Object.entries((message["moments"] ?? {}) as object)) {
    if (typeof at === "number") {
      moments[name] = at;
    }
  }
  return { kind: "ended", outcome: outcome === "interrupted" || outcome === "failed" ? outcome : "complete", moments };
}

// A text frame of WS /api/media-stream.
export function readCall(frame: string): Event {
  if (frame === "stop") {
    return { kind: "stop" };
  }
  const message = objectIn(frame);
  const event = readEvent(message);
  const number = message["seq"];
  return typeof number === "number" ? { ...event, number } : event;
}

function readEvent(message: Record<string, unknown>): Event {
  const text = textIn(message["text"]);
  switch (message["event_type"]) {
    case "start_media_streaming":
      return { kind: "ready" };
    case "session":
      return { kind: "session", token: textIn(message["token"]) };
    case "resumed":
      return resumed(message);
    case "user_partial":
      return { kind: "hearing", text };
    case "user_text":
      return text ? { kind: "question", text } : nothing;
    case "llm_text":
      return text ? { kind: "reply", text } : nothing;
    case "timeline":
      return ended(message);
    default:
      return nothing;
  }
}

// A text frame of WS /ws.
export function readPushToTalk(frame: string): Event {
  const message = objectIn(frame);
  const event = message["event"];
  switch (message["type"]) {
    case "ready":
      return { kind: "ready" };
    case "stt": {
      const why = textIn(message["error"]);
      return why ? { kind: "not-understood", why } : { kind: "question", text: textIn(message["text"]) };
    }
    case "llm":
      if (event === "end") {
        return { kind: "reply-text-ended", text: textIn(message["text"]) };
      }
      if (event === "error") {
        return { kind: "fault", why: textIn(message["message"]) };
      }
      if (event === "skipped") {
        return { kind: "not-understood", why: "" };
      }
      return event === undefined ? { kind: "more", text: textIn(message["delta"]) } : nothing;
    case "speech":
      if (event === "end") {
        return { kind: "sound-ended" };
      }
      return event === "error" ? { kind: "fault", why: textIn(message["message"]) } : nothing;
    case "timeline":
      return ended(message);
    case "error":
      return { kind: "fault", why: textIn(message["message"]) };
    default:
      return nothing;
  }
}
