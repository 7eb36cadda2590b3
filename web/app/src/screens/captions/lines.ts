// What the captions' socket says, and the lines that come of it. Pure.
export interface Word {
  text: string;
  confidence: number | null;
}

export interface Line {
  key: string;
  id: string; // names it in a revision; empty: is never revised
  connection: number; // whose ids these are
  text: string;
  at: string; // empty: unknown
  language: string; // of the text; empty: unknown
  translated: boolean;
  words: Word[];
  speaker: Speaker | null;
}

export interface Speaker {
  number: number;
  sure: boolean;
}

export type News =
  | { kind: "line"; line: Line }
  | { kind: "part"; text: string }
  | { kind: "revision"; speakers: Map<string, Speaker | null> }
  | { kind: "complaint"; about: "language" | "translate" | "speakers"; words: string }
  | { kind: "trouble"; words: string };

type Parts = Record<string, unknown>;

// Nothing for what this page does not know.
export function read(data: string, connection: number): News | null {
  let message: Parts;
  try {
    message = JSON.parse(data) as Parts;
  } catch {
    return null;
  }
  switch (message["event"]) {
    case "transcript":
      return message["is_final"] === false ? { kind: "part", text: text(message["text"]) } : { kind: "line", line: lineOf(message, connection) };
    case "speakers":
      return { kind: "revision", speakers: revisionOf(message) };
    case "error":
      return errorOf(text(message["message"]));
    default:
      return null;
  }
}

function errorOf(message: string): News {
  const about = /^(language|translate|speakers): (.*)$/.exec(message);
  return about ? { kind: "complaint", about: about[1] as "language", words: about[2]! } : { kind: "trouble", words: message };
}

function lineOf(message: Parts, connection: number): Line {
  const at = text(message["at"]);
  const id = message["line"] === undefined ? "" : String(message["line"]);
  const said = text(message["text"]);
  // "language" is what was spoken.
  const translatedTo = text(message["translated_to"]);
  return {
    key: at ? `${at} ${said}` : `${connection} ${id} ${said}`,
    id,
    connection,
    text: said,
    at,
    language: translatedTo || text(message["language"]),
    translated: translatedTo !== "",
    words: (Array.isArray(message["words"]) ? (message["words"] as Parts[]) : []).map((word) => ({
      text: text(word["text"]),
      confidence: typeof word["confidence"] === "number" ? word["confidence"] : null,
    })),
    speaker: speakerOf(message),
  };
}

// Who it is may not be known, and need not be sure: where there was little voice to go by.
function speakerOf(message: Parts): Speaker | null {
  const number = message["speaker"];
  return typeof number === "number" ? { number, sure: message["speaker_sure"] !== false } : null;
}

function revisionOf(message: Parts): Map<string, Speaker | null> {
  const changes = Array.isArray(message["changes"]) ? (message["changes"] as Parts[]) : [];
  return new Map(changes.map((change) => [String(change["line"]), speakerOf(change)]));
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

// Older ones are in the transcript, which the server keeps.
const most_lines = 2000;

// In its place: after a lost connection the last lines come once more.
export function withLine(lines: readonly Line[], line: Line): Line[] {
  const known = lines.findIndex((other) => other.key === line.key);
  if (known >= 0) {
    return lines.map((other, index) => (index === known ? line : other));
  }
  return [...lines, line].slice(-most_lines);
}

export function revised(lines: readonly Line[], speakers: Map<string, Speaker | null>, connection: number): Line[] {
  return lines.map((line) => (line.connection === connection && speakers.has(line.id) ? { ...line, speaker: speakers.get(line.id) ?? null } : line));
}

export type Sureness = "sure" | "perhaps" | "guess";

// The recogniser's confidence is how often such words are right.
export const sureness = (confidence: number | null): Sureness => (confidence === null || confidence >= 0.75 ? "sure" : confidence >= 0.5 ? "perhaps" : "guess");

export interface Piece {
  text: string;
  confidence: number | null;
}

// The text, cut where its words are, so that what lies between them (signs, spaces) stays as it is. Words that
// are not in it one behind the other: the text in one piece.
export function piecesOf(line: Line): Piece[] {
  const pieces: Piece[] = [];
  const lower = line.text.toLowerCase();
  let at = 0;
  for (const word of line.words) {
    const found = word.text ? lower.indexOf(word.text.toLowerCase(), at) : -1;
    if (found < 0) {
      return [{ text: line.text, confidence: null }];
    }
    if (found > at) {
      pieces.push({ text: line.text.slice(at, found), confidence: null });
    }
    at = found + word.text.length;
    pieces.push({ text: line.text.slice(found, at), confidence: word.confidence });
  }
  return at < line.text.length ? [...pieces, { text: line.text.slice(at), confidence: null }] : pieces;
}
