// What is remembered, as /api/v1 tells it.
import { account, loadAccount } from "../../server/account";
import { ask } from "../../server/http";

export interface Fact {
  id: string;
  text: string;
  category: string;
  source: string;
  created_at: string;
  updated_at: string;
  score?: number; // of a search by meaning, 0 to 1
}

export interface FactPage {
  memories: Fact[];
  next: string | null;
}

export type Way = "meaning" | "words";

export const longest_fact = 2000;
const most_found = 50;

// Everything, or what fits: by meaning best first, else the latest first.
export async function readFacts(words: string, way: Way, signal: AbortSignal): Promise<FactPage> {
  if (!words || way === "words") {
    return ask("api/v1/memory", { query: { q: words }, signal });
  }
  if (!account.value) {
    await loadAccount();
  }
  const found = await ask<{ matches: Fact[] }>("api/v1/memory/search", {
    method: "POST",
    json: { user_id: account.value?.id ?? 0, query: words, limit: most_found },
    signal,
  });
  return { memories: found.matches, next: null };
}

export const readMoreFacts = (words: string, before: string): Promise<FactPage> => ask("api/v1/memory", { query: { q: words, before } });

export const addFact = (text: string, category: string): Promise<{ memory: Fact; outcome: "new" | "known" | "corrected" }> =>
  ask("api/v1/memory", { method: "POST", json: { text, category } });

const path = (id: string): string => `api/v1/memory/${encodeURIComponent(id)}`;

export const correctFact = (id: string, text: string): Promise<Fact> => ask(path(id), { method: "PATCH", json: { text } });
export const forgetFact = (id: string): Promise<void> => ask(path(id), { method: "DELETE" });
export const forgetAllFacts = (): Promise<void> => ask("api/v1/memory", { method: "DELETE" });
