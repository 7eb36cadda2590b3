// Who can be talked to, and whom this browser chose last.
import { computed, signal } from "@preact/signals";
import { stored } from "../app/stored";
import { type AgentSummary, overview } from "./overview";

const kept = stored("agent");
const wanted = signal(kept.read() ?? "");

export const agents = computed<readonly AgentSummary[]>(() => overview.value?.agents ?? []);

export const defaultAgent = computed<AgentSummary | null>(
  () => agents.value.find((agent) => agent.is_default) ?? agents.value[0] ?? null,
);

// The chosen one, as long as the server has it. Who has chosen nobody yet gets the server's own if that speaks their
// language, else the first who does.
export const chosenAgent = computed<AgentSummary | null>(() => {
  const chosen = agents.value.find((agent) => agent.id === wanted.value);
  const theirs = navigator.languages.map(primary);
  const speaks = (agent: AgentSummary | null) => agent !== null && theirs.includes(primary(agent.language));
  return chosen ?? (speaks(defaultAgent.value) ? null : agents.value.find(speaks)) ?? defaultAgent.value;
});

// "en-GB" -> "en"
function primary(tag: string): string {
  return tag.toLowerCase().split("-")[0]!;
}

export function chooseAgent(id: string): void {
  wanted.value = id;
  kept.write(id);
}

// "hi" -> "Hindi", in the words of this browser's language.
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([navigator.language, "en"], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // no language that anybody knows
  }
}
