// The transcript so far, as a file: the server's, so also what was said before this page was opened.
import { useEffect, useRef, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { faultIn } from "../../server/asked";
import { download } from "../../server/download";
import { Icon } from "../../ui/Icon";

const formats = [
  { format: "text", ending: "txt", label: "Text", help: "to read" },
  { format: "srt", ending: "srt", label: "SubRip", help: "subtitles for players" },
  { format: "vtt", ending: "vtt", label: "WebVTT", help: "subtitles for the web" },
  { format: "json", ending: "json", label: "JSON", help: "all that is known, for programs" },
] as const;

// `translate`: the lines that were translated into it; empty: as they were said.
export function Export({ translate }: { translate: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const close = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) {
        menu.current?.removeAttribute("open");
      }
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, []);
  const save = (format: string, ending: string) => {
    menu.current?.removeAttribute("open");
    setBusy(true);
    download("captions/transcript", `captions.${ending}`, { query: { format, translate: translate || undefined } })
      .catch((fault: unknown) => notify(faultIn(fault).message, "bad"))
      .finally(() => setBusy(false));
  };
  return (
    <details
      class="captions-export"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          menu.current?.removeAttribute("open");
          menu.current?.querySelector("summary")?.focus();
        }
      }}
    >
      <summary class="button" aria-disabled={busy}>
        <Icon name="download" size={20} /> Export
      </summary>
      <ul>
        {formats.map(({ format, ending, label, help }) => (
          <li key={format}>
            <button type="button" disabled={busy} onClick={() => save(format, ending)}>
              <strong>{label}</strong>
              <span class="small soft">{help}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
