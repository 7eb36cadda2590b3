// A turn's moments as what happened, one after the other. Pure.
import type { Moments } from "./protocol";

export interface Step {
  what: string;
  from: number; // ms since the first
  to: number;
}

// The steps that are known, in order: each ends at a moment, and begins where the one before ended.
export function stepsOf(moments: Moments, atTheEar: number | null): Step[] {
  const begin = moments["speech_end"] ?? moments["final_text"] ?? moments["model_start"] ?? moments["first_clause"];
  if (begin === undefined) {
    return [];
  }
  const heardAt =
    atTheEar !== null && moments["final_text"] !== undefined ? moments["final_text"] + atTheEar : undefined;
  const ends: [string, number | undefined][] = [
    ["Your words understood", moments["final_text"]],
    ["First word thought of", moments["first_token"]],
    ["First sound made", moments["first_audio"]],
    ["First sound heard here", heardAt],
  ];
  const steps: Step[] = [];
  let from = begin;
  for (const [what, at] of ends) {
    if (at !== undefined && at >= begin) {
      // What was begun ahead of time may be there before the step in front of it ended.
      const to = Math.max(from, at);
      steps.push({ what, from: from - begin, to: to - begin });
      from = to;
    }
  }
  return steps;
}

export function inWords(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
