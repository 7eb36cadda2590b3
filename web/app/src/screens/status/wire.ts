// What the server tells of itself: /api/console, as src/surfaces/console writes it.

export interface Candidate {
  kind: string;
  model: string;
  place: "embedded" | "local" | "cloud";
  in_use: boolean;
  usable: boolean;
  reason: string;
  advice: string;
}

export interface Trade {
  trade: string;
  choice: string; // what the settings say: "auto"; "" where there is no choice
  candidates: Candidate[];
}

export interface Store {
  role: "database" | "sessions" | "vectors";
  name: string;
  usable: boolean;
  reason: string;
  advice: string;
}

// GET /api/console/overview, beyond what server/overview.ts knows of it.
export interface FullOverview {
  version: string;
  ready: boolean;
  full: boolean; // all of the following is there only where this is true
  you: { local: boolean; admin: boolean; may_fetch_models: boolean; may_examine: boolean };
  listening?: { urls: string[]; secure: boolean; others_can_reach_us: boolean; advice: string };
  engines?: Trade[];
  stores?: Store[];
}

export interface ModelFacts {
  name: string;
  file: string;
  engine: string; // "whisper", "silero", "llama", "" where nobody knows
  knows: string;
  gain: string;
  suits: string;
  licence: string;
  about_bytes: number; // 0: unknown
  memory_mebibytes: number; // 0: hardly any
  can_be_fetched: boolean;
  suits_this_machine: boolean;
  bytes: number; // 0: not here
  part_bytes: number;
  sum: "" | "published" | "first_download" | "none";
  used_by: string; // a setting; "" where nobody uses it
}

export interface ModelFetch {
  name: string;
  state: "waiting" | "fetching" | "done" | "failed" | "stopped";
  bytes: number;
  whole: number;
  bytes_per_second: number;
  trouble: string;
  changed_at: number;
}

// GET /api/console/models
export interface ModelShelf {
  folder: string;
  hub: string;
  room: number;
  models: ModelFacts[];
  fetches: ModelFetch[];
}

// GET /api/console/doctor
export interface Examination {
  state: "never" | "running" | "done" | "failed";
  thorough: boolean;
  well: boolean;
  began_at: number; // milliseconds since the epoch
  ended_at: number;
  trouble: string;
  parts: { heading: string; lines: ExaminationLine[] }[];
}

export interface ExaminationLine {
  mark: "good" | "bad" | "absent";
  subject: string;
  words: string;
  advice: string;
}

// What is done without when there is much to do, a step after the other.
export const stepWords = {
  everything: "everything is done",
  no_partials: "no partial texts",
  short_clauses: "no partial texts, short first clauses",
  small_model: "a small model answers",
  refusing: "nothing more is taken on",
};

export interface Sample {
  type: "sample";
  at: number;
  sessions: Record<string, number>;
  turns: Record<string, number>; // since the sample before
  turns_total: Record<string, number>;
  requests: number; // since the sample before
  connections: number;
  sockets: number;
  jobs: { waiting: number; running: number };
  capacity: { step: keyof typeof stepWords; pressure: number; refused: number }; // pressure 1: full; refused since the sample before
  processor: number | null; // per cent of one core
  memory: number;
  window_s: number | null; // over which the stages are put together; null: since the server's start
  stages: Record<string, [median: number, p95: number, count: number]>; // milliseconds
}

export type LogLevel = "trace" | "debug" | "info" | "warning" | "error";

export interface LogLine {
  number: number;
  level: LogLevel;
  at: number;
  text: string;
}

// What comes over /api/console/live.
export type LiveMessage =
  | { type: "samples"; samples: Sample[] }
  | Sample
  | { type: "log"; lines: LogLine[]; lost: number }
  | { type: "engines"; ready: boolean; engines: Trade[] }
  | { type: "fetches"; fetches: ModelFetch[] }
  | { type: "examination"; examination: Examination };
