// Asking the server: one place that knows tokens, errors and how long to wait.
import { notify } from "../app/notices";
import { token, renewToken, forgetSignIn } from "./account";

// What the server said, or why it could not be asked, in words that can be shown.
export class ServerError extends Error {
  override readonly name = "ServerError";
  constructor(
    message: string,
    readonly status: number, // 0: nobody answered
    readonly code: string = "",
    readonly requestId: string = "",
    // 422: field by field, "body.email" -> what is wrong with it
    readonly fields: ReadonlyMap<string, string> = new Map(),
    readonly retryAfter: number = 0, // seconds
  ) {
    super(message);
  }
}

export interface Question {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  json?: unknown;
  form?: Record<string, string>;
  body?: BodyInit;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
  patience?: number; // milliseconds
  anonymous?: boolean; // without the token that there may be
}

const usual_patience = 30_000;

// Relative to the page, so that a proxy may put the server below a path of its own.
export function urlOf(path: string, query: Question["query"] = {}): URL {
  const url = new URL(path.replace(/^\//, ""), document.baseURI.replace(/#.*$/, ""));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      url.searchParams.set(name, String(value));
    }
  }
  return url;
}

export function socketUrlOf(path: string, query: Question["query"] = {}): URL {
  const url = urlOf(path, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

// The answer's JSON, or nothing for 204. Throws ServerError, and nothing else but an AbortError.
export async function ask<T>(path: string, question: Question = {}): Promise<T> {
  return answered(path, question, async (response) => {
    if (response.status === 204) {
      return undefined as T;
    }
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new ServerError("What answered is not this server: perhaps a proxy, or the sign-in page of a network.", response.status, "not-json");
    }
  });
}

// The same for answers that are no JSON: its body is the caller's, and may take as long as it likes.
export function askForResponse(path: string, question: Question = {}): Promise<Response> {
  return answered(path, question, (response) => Promise.resolve(response));
}

async function answered<T>(path: string, question: Question, read: (response: Response) => Promise<T>): Promise<T> {
  const used = token.value;
  const first = await send(path, question, read);
  if (first.status === 401 && !question.anonymous && token.value && (token.value !== used || (await renewToken()))) {
    return settled(await send(path, question, read), question);
  }
  return settled(first, question);
}

// What came of a question: what was read of a good answer, or what is wrong.
interface Outcome<T> {
  status: number;
  value?: T;
  fault?: ServerError;
}

// Until the answer has been read, with one deadline for all of it.
async function send<T>(path: string, question: Question, read: (response: Response) => Promise<T>): Promise<Outcome<T>> {
  const headers = new Headers({ Accept: "application/json" });
  let body = question.body ?? null;
  if (question.json !== undefined) {
    headers.set("Content-Type", "application/json");
    body = JSON.stringify(question.json);
  } else if (question.form) {
    body = new URLSearchParams(question.form);
  }
  if (!question.anonymous && token.value) {
    headers.set("Authorization", `Bearer ${token.value}`);
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), question.patience ?? usual_patience);
  const giveUp = () => deadline.abort();
  question.signal?.addEventListener("abort", giveUp);
  if (question.signal?.aborted) {
    deadline.abort();
  }
  try {
    const response = await fetch(urlOf(path, question.query), {
      method: question.method ?? "GET",
      headers,
      body,
      signal: deadline.signal,
      cache: "no-store",
      credentials: "same-origin",
    });
    return response.ok
      ? { status: response.status, value: await read(response) }
      : { status: response.status, fault: await faultOf(response) };
  } catch (fault) {
    if (question.signal?.aborted || fault instanceof ServerError) {
      throw fault;
    }
    throw deadline.signal.aborted
      ? new ServerError("The server takes too long to answer. Please try again.", 0, "late")
      : new ServerError("The server cannot be reached. Is it running, and is this device still on its network?", 0, "unreachable");
  } finally {
    clearTimeout(timer);
    question.signal?.removeEventListener("abort", giveUp);
  }
}

function settled<T>({ value, fault }: Outcome<T>, question: Question): T {
  if (!fault) {
    return value as T;
  }
  if (fault.status === 401 && token.value && !question.anonymous) {
    forgetSignIn();
    notify("Your sign-in is over. Please sign in again.");
  }
  throw fault;
}

interface ErrorBody {
  detail?: string | { loc: (string | number)[]; msg: string }[];
  message?: string;
  code?: string;
  request_id?: string;
}

async function faultOf(response: Response): Promise<ServerError> {
  let body: ErrorBody = {};
  const text = await response.text();
  try {
    body = (JSON.parse(text) ?? {}) as ErrorBody;
  } catch {
    // A proxy's page, or nothing.
  }
  const fields = new Map<string, string>();
  if (Array.isArray(body.detail)) {
    for (const fault of body.detail) {
      fields.set(fault.loc.join("."), fault.msg);
    }
  }
  const message =
    body.message ??
    (typeof body.detail === "string" ? body.detail : fields.size > 0 ? [...fields.values()].join(" ") : `The server answered ${response.status}.`);
  const retryAfter = Number(response.headers.get("Retry-After") ?? "0") || 0;
  return new ServerError(message, response.status, body.code ?? "", body.request_id ?? "", fields, retryAfter);
}
