// Which screen is shown: what stands behind the # of the address. The server knows nothing of it, so that none
// of its own paths (/captions, /status/...) is in the way, and a page may be opened from any of them.
import { signal } from "@preact/signals";

export const screens = [
  "home",
  "talk",
  "captions",
  "robot",
  "history",
  "memory",
  "settings",
  "status",
  "sign-in",
] as const;
export type ScreenName = (typeof screens)[number];

export interface Place {
  screen: ScreenName;
  // "#/history/42" has the argument "42".
  argument: string;
  // "#/talk?agent=shinchan"
  query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name = "", ...rest] = path.split("/");
  const screen = screens.find((known) => known === name) ?? "home";
  let argument = rest.join("/");
  try {
    argument = decodeURIComponent(argument);
  } catch {
    // Not ours, then: shown as it is.
  }
  return { screen, argument, query: new URLSearchParams(query) };
}

export const place = signal<Place>(placeOf(location.hash));
addEventListener("hashchange", () => {
  place.value = placeOf(location.hash);
});

export function href(screen: ScreenName, argument = "", query: Record<string, string> = {}): string {
  const words = new URLSearchParams(query).toString();
  return `#/${screen}${argument ? `/${encodeURIComponent(argument)}` : ""}${words ? `?${words}` : ""}`;
}

export function go(screen: ScreenName, argument = "", query: Record<string, string> = {}): void {
  location.hash = href(screen, argument, query);
}

// And back here afterwards.
export function hrefToSignIn(mode: "sign-in" | "register" = "sign-in"): string {
  const from = place.value.screen === "sign-in" ? "" : location.hash.replace(/^#\/?/, "");
  return href("sign-in", "", { ...(mode === "register" ? { mode } : {}), ...(from ? { from } : {}) });
}
