// Languages to choose from: widely spoken ones, those of the agents, and the one that is set.
import { overview } from "../server/overview";
import type { Choice } from "./Field";

const offered = ["ar", "bn", "cs", "da", "de", "el", "en", "en-GB", "en-US", "es", "fi", "fr", "hi", "hu", "id", "it", "ja", "ko", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh"];

// `none`: how the empty choice is called.
export function languageChoices(set: string, none: string): Choice[] {
  const names = new Intl.DisplayNames(undefined, { type: "language" });
  const named = (tag: string): string => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
  const tags = new Set([...offered, ...(overview.value?.agents ?? []).map((agent) => agent.language), set].filter(Boolean));
  return [{ value: "", label: none }, ...[...tags].map((tag) => ({ value: tag, label: named(tag) })).sort((one, other) => one.label.localeCompare(other.label))];
}
