// What the server could not do, in plain words, and what one can do about it.
import type { ServerError } from "../server/http";
import { Advice } from "./Advice";

export function Trouble({ fault, again }: { fault: ServerError; again?: () => void }) {
  return (
    <Advice
      bad
      what={fault.message}
      todo={whatToDo(fault)}
      action={
        again && (
          <button type="button" class="button" onClick={again}>
            Try again
          </button>
        )
      }
    />
  );
}

function whatToDo(fault: ServerError): string | undefined {
  if (fault.status === 503) {
    return "Something that the server needs is away just now. The Status screen says what.";
  }
  return fault.status >= 500 && fault.requestId ? `Should it go on, whoever runs the server can look for ${fault.requestId} in its log.` : undefined;
}

export function secondsInWords(seconds: number): string {
  return seconds < 120 ? `${seconds} ${seconds === 1 ? "second" : "seconds"}` : `${Math.ceil(seconds / 60)} minutes`;
}
