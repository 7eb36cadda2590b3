// What can be wrong with talking, as the screen tells it.
import type { MicrophoneFault } from "../../audio/fault";

export type Trouble =
  | { kind: "microphone"; fault: MicrophoneFault }
  | { kind: "elsewhere" } // another tab talks
  | { kind: "taken" } // another tab has taken it over
  | { kind: "time" } // as long as a call may be
  | { kind: "refused"; why: string }
  | { kind: "failed"; why: string } // the server gave up
  | { kind: "no-line" } // the server answers, and calls do not get through
  | { kind: "no-sound"; why: string };

// What is told while the line comes back by itself.
export function waitingWords(code: number, hasBeenOpen: boolean): string {
  switch (code) {
    case 1012:
      return "The server is being restarted. This comes back by itself.";
    case 1013:
      return "The server is busy. Trying again in a moment.";
    default:
      return hasBeenOpen
        ? "The connection was lost. Reconnecting…"
        : "The server does not answer yet. Trying again…";
  }
}
