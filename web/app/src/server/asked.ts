// What a screen asks the server for when it is shown, and asks again when something changes.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ServerError } from "./http";

export interface Asked<T> {
  answer: T | null; // the last one, also while a newer one is awaited
  fault: ServerError | null;
  waiting: boolean;
  again: () => void;
  // For who knows what the server would say now.
  set: (answer: T) => void;
}

// `key`: what the question depends on; another key asks anew, and whatever was under way counts no more.
export function useAsked<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [state, change] = useState<{ answer: T | null; fault: ServerError | null; waiting: boolean }>({
    answer: null,
    fault: null,
    waiting: true,
  });
  const [round, next] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    const gone = new AbortController();
    change((before) => ({ ...before, waiting: true }));
    question
      .current(gone.signal)
      .then((answer) => !gone.signal.aborted && change({ answer, fault: null, waiting: false }))
      .catch((fault: unknown) => {
        if (gone.signal.aborted) {
          return;
        }
        change((before) => ({ ...before, fault: faultIn(fault), waiting: false }));
      });
    return () => gone.abort();
  }, [key, round]);
  return {
    ...state,
    again: useCallback(() => next((count) => count + 1), []),
    set: useCallback((answer: T) => change({ answer, fault: null, waiting: false }), []),
  };
}

// Anything else is our own mistake, and belongs on the console.
export function faultIn(fault: unknown): ServerError {
  if (fault instanceof ServerError) {
    return fault;
  }
  throw fault;
}
