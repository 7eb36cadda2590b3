// What the agent wants this device to do, as something that a person may press: nothing happens by itself. Pure.
export interface ClientAction {
  name: string;
  params: Record<string, string>;
}

export function actionIn(value: unknown): ClientAction | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { name, params } = value as { name?: unknown; params?: unknown };
  if (typeof name !== "string") {
    return null;
  }
  const texts: Record<string, string> = {};
  for (const [key, one] of Object.entries((params ?? {}) as object)) {
    if (typeof one === "string" || typeof one === "number") {
      texts[key] = String(one);
    }
  }
  return { name, params: texts };
}

export interface Offer {
  words: string;
  href: string; // empty: a browser has no way to do it
}

const number = /^[+\d][\d\s()/-]*$/;

export function offerFor({ name, params }: ClientAction): Offer {
  const word = (key: string) => params[key] ?? "";
  const target = word("target");
  switch (name) {
    case "call":
      return { words: `Call ${target}`, href: number.test(target) ? `tel:${target.replace(/[^+\d]/g, "")}` : "" };
    case "sms":
      return {
        words: `Write to ${target}: “${word("message")}”`,
        href: number.test(target) ? `sms:${target.replace(/[^+\d]/g, "")}?body=${encodeURIComponent(word("message"))}` : "",
      };
    case "navigation":
      return {
        words: `The way to ${word("destination")}`,
        href: word("destination") ? `geo:0,0?q=${encodeURIComponent(word("destination"))}` : "",
      };
    case "media":
      return { words: `Player: ${word("command")}`, href: "" };
    case "system":
      return { words: `${word("setting")}: ${word("value")}`, href: "" };
    case "timer":
      return { words: `A timer for ${word("duration")}${word("label") ? `: ${word("label")}` : ""}`, href: "" };
    default:
      return { words: `${name} ${Object.values(params).join(", ")}`.trim(), href: "" };
  }
}
