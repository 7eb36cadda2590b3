// Short words about something that happened, at the edge of the screen. What needs an answer or an action is
// shown in its place instead, and stays there.
import { signal } from "@preact/signals";
import { Icon } from "../ui/Icon";

interface Notice {
  id: number;
  text: string;
  kind: "plain" | "bad";
}

const notices = signal<Notice[]>([]);
let next = 1;

// Long enough to be read twice.
const readingTime = (text: string): number => 4000 + 60 * text.length;

export function notify(text: string, kind: Notice["kind"] = "plain"): void {
  const notice = { id: next++, text, kind };
  // Three at most: who is told more reads none.
  notices.value = [...notices.value.filter((other) => other.text !== text).slice(-2), notice];
  setTimeout(() => dismiss(notice.id), readingTime(text));
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <div key={notice.id} class={notice.kind === "bad" ? "notice notice-bad" : "notice"}>
          <p>{notice.text}</p>
          <button type="button" class="button button-plain button-icon" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
