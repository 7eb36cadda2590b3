// Light, dark, or as the system says. public/theme.js does the same before the first paint.
import { signal } from "@preact/signals";
import { stored } from "./stored";

export type Theme = "system" | "light" | "dark";

const kept = stored("theme");

export const theme = signal<Theme>(asTheme(kept.read()));

function asTheme(text: string | null): Theme {
  return text === "light" || text === "dark" ? text : "system";
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === "system") {
    kept.forget();
    delete document.documentElement.dataset.theme;
  } else {
    kept.write(chosen);
    document.documentElement.dataset.theme = chosen;
  }
}
