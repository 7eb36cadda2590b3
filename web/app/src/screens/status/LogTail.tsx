// The latest lines of the log: as they come, by level, and held still for who reads.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { Segments } from "../../ui/Segments";
import type { Live } from "./live";
import type { LogLevel, LogLine } from "./wire";
import { eventOf } from "./words";

const ranks: Record<LogLevel, number> = { trace: 0, debug: 1, info: 2, warning: 3, error: 4 };
const choices = [
  { value: "trace", label: "All" },
  { value: "info", label: "Info" },
  { value: "warning", label: "Warnings" },
  { value: "error", label: "Errors" },
] as const;

// More would only make the page slow.
const most_shown = 400;

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function LogTail({ live }: { live: Live }) {
  const [least, setLeast] = useState<LogLevel>("info");
  const [held, setHeld] = useState<LogLine[] | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lines = (held ?? live.lines.value).filter((line) => ranks[line.level] >= ranks[least]).slice(-most_shown);
  const last = lines.at(-1)?.number ?? 0;
  // Who scrolled back reads, and is left where they are.
  useLayoutEffect(() => {
    if (box.current && atEnd.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [last, least]);
  return (
    <div class="stack">
      <div class="row spread">
        <Segments label="At least" value={least} choices={choices} onChange={(value) => setLeast(value as LogLevel)} />
        <button type="button" class="button" aria-pressed={held !== null} onClick={() => setHeld(held ? null : live.lines.value)}>
          <Icon name={held ? "play" : "pause"} size={20} /> {held ? "Go on" : "Pause"}
        </button>
      </div>
      {live.lost.value > 0 && <p class="small soft">{live.lost.value.toLocaleString()} lines came too fast to be shown.</p>}
      <div
        ref={box}
        class="status-log"
        role="log"
        aria-live="off"
        aria-label="Log of the server"
        tabIndex={0}
        onScroll={(event) => {
          const at = event.currentTarget;
          atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
        }}
      >
        {lines.length === 0 && <p class="soft">Nothing of this kind has been logged lately.</p>}
        {lines.map((line) => (
          <Line key={line.number} line={line} />
        ))}
      </div>
    </div>
  );
}

function Line({ line }: { line: LogLine }) {
  const { event, fields } = eventOf(line.text);
  return (
    <p class={`status-log-line status-log-${line.level}`}>
      <time dateTime={new Date(line.at).toISOString()}>{time.format(line.at)}</time> <span class="status-log-level">{line.level}</span> <span>{event}</span>{" "}
      <span class="status-log-fields">{fields}</span>
    </p>
  );
}
