// One tab of a browser at a time does something. Browsers have locks for that, but give them only to pages that came
// over https; elsewhere a note in what all tabs share says whose turn it is.
import { stored } from "../app/stored";

// Nobody's turn is longer: a tab that was killed in the midst of its own holds up the others so long at most; one that is
// closed or loaded anew gives it back. Milliseconds.
const longest_turn = 10_000;

// Two tabs that write in the same moment: after so long both see who wrote last.
const settling = 60;

export function inTurn<T>(name: string, action: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(`repartee.${name}`, action) as Promise<T>) : byNote(name, action);
}

async function byNote<T>(name: string, action: () => Promise<T>): Promise<T> {
  const note = stored(`turn-${name}`);
  const mine = `${Math.random()}`.slice(2);
  const isMine = () => note.read()?.endsWith(` ${mine}`) ?? false;
  const giveUp = performance.now() + longest_turn;
  const giveBack = () => {
    if (isMine()) {
      note.forget();
    }
  };
  addEventListener("pagehide", giveBack);
  while (!isMine() && performance.now() < giveUp) {
    if (taken(note.read(), Date.now())) {
      await pause(settling + Math.random() * settling);
      continue;
    }
    note.write(`${Date.now()} ${mine}`);
    if (note.read() === null) {
      break; // this browser keeps nothing: then its tabs share nothing either
    }
    await pause(settling);
  }
  try {
    return await action();
  } finally {
    removeEventListener("pagehide", giveBack);
    giveBack();
  }
}

// Whether somebody has the turn: what is older than a turn may be, or from a clock that was put back, counts no more.
function taken(note: string | null, now: number): boolean {
  const age = now - Number(note?.split(" ")[0] ?? "NaN");
  return age >= 0 && age < longest_turn;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
