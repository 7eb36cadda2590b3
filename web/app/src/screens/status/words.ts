// Figures and names as people read them.

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

// "142 MiB", "1.5 GiB"
export function sizeInWords(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    ++unit;
  }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

// "31 ms", "2.4 s"
export const timeInWords = (ms: number): string => (ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

// "3 min left"
export function leftInWords(bytes: number, whole: number, perSecond: number): string {
  if (perSecond <= 0 || whole <= bytes) {
    return "";
  }
  const seconds = Math.ceil((whole - bytes) / perSecond);
  return seconds < 90 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

const trades: Record<string, string> = {
  recogniser: "Understands speech",
  detector: "Notices speech",
  model: "Thinks",
  synthesiser: "Speaks",
  embedder: "Finds memories",
  speaker_embedder: "Tells voices apart",
  "speaker embedder": "Tells voices apart",
  decoder: "Opens recordings",
};

export const tradeInWords = (trade: string): string => trades[trade] ?? trade;

const purposes: Record<string, string> = { whisper: "To understand speech", silero: "To notice speech", llama: "To think" };

export const purposeInWords = (engine: string): string => purposes[engine] ?? "Others";

// A line of the log: its event, and what varies. The server writes it for people or as JSON.
export function eventOf(text: string): { event: string; fields: string } {
  if (text.startsWith("{")) {
    try {
      const { event = "", ...fields } = JSON.parse(text) as Record<string, unknown>;
      const words = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
      return { event: String(event), fields: words.join("  ") };
    } catch {
      return { event: text, fields: "" };
    }
  }
  const end = text.indexOf("  ");
  return end < 0 ? { event: text, fields: "" } : { event: text.slice(0, end), fields: text.slice(end + 2) };
}
