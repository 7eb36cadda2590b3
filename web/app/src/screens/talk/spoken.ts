// How much of a reply's text has been heard, from how much of its sound has. Pure.

export interface SpeechSoFar {
  text: string;
  heard: number; // seconds
  sound: number; // seconds that came
  soundComplete: boolean;
  rate: number; // characters a second, as this voice has spoken so far
}

// Before a voice has been heard to its end: that of an unhurried reader.
export const usualRate = 14;

// Where the heard part ends: always at the end of a word. While sound still comes nobody knows how long it will be,
// and the voice's usual pace is the guide; once all has come it is exact in proportion.
export function heardCharacters(so: SpeechSoFar): number {
  if (so.heard <= 0) {
    return 0;
  }
  if (so.soundComplete && so.heard >= so.sound) {
    return so.text.length;
  }
  const end = so.soundComplete ? (so.text.length * so.heard) / so.sound : so.heard * so.rate;
  return endOfWord(so.text, Math.min(end, so.text.length));
}

function endOfWord(text: string, position: number): number {
  const rest = text.slice(Math.floor(position)).search(/\s/);
  return rest < 0 ? text.length : Math.floor(position) + rest;
}

// The pace that a complete reply teaches, more than what was believed before.
export function learnedRate(before: number, characters: number, seconds: number): number {
  return characters < 20 || seconds < 1 ? before : before + ((characters / seconds) - before) * 0.6;
}
