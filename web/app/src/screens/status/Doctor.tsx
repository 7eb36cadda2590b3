// Has everything examined, and shows what is found while it is.
import { notify } from "../../app/notices";
import { ServerError, ask } from "../../server/http";
import { Icon } from "../../ui/Icon";
import type { Live } from "./live";
import type { Examination, ExaminationLine } from "./wire";

export function Doctor({ live, may }: { live: Live; may: boolean }) {
  const examination = live.examination.value;
  const running = examination?.state === "running";
  return (
    <div class="stack">
      {may && (
        <div class="row">
          <button type="button" class="button" disabled={running} onClick={() => void begin(false)}>
            <Icon name="search" size={20} /> Examine everything
          </button>
          <button type="button" class="button" disabled={running} onClick={() => void begin(true)}>
            Try every engine as well
          </button>
        </div>
      )}
      <p role="status" class={examination?.state === "failed" || (examination?.state === "done" && !examination.well) ? "status-bad" : "soft"}>
        {verdict(examination)}
      </p>
      {examination?.parts.map((part) => (
        <section key={part.heading} aria-label={part.heading}>
          <h3>{part.heading}</h3>
          <ul class="status-findings">
            {part.lines.map((line, index) => (
              <FindingLine key={index} line={line} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function verdict(examination: Examination | null): string {
  switch (examination?.state) {
    case "running":
      return examination.thorough ? "Every engine is being tried; that takes a minute." : "Looking at everything …";
    case "done":
      return examination.well ? "All is well." : "Something is missing: see the lines in red.";
    case "failed":
      return examination.trouble || "The examination failed.";
    default:
      return "Nothing has been examined since the server started.";
  }
}

const marks: Record<ExaminationLine["mark"], string> = { good: "well", bad: "bad", absent: "off" };

function FindingLine({ line }: { line: ExaminationLine }) {
  return (
    <li>
      <span class={line.mark === "good" ? "chip chip-good" : line.mark === "bad" ? "chip chip-bad" : "chip"}>{marks[line.mark]}</span>
      <div>
        <p>
          <strong>{line.subject}</strong> {line.words}
        </p>
        {line.advice && <p class="small status-advice">{line.advice}</p>}
      </div>
    </li>
  );
}

async function begin(thorough: boolean): Promise<void> {
  try {
    await ask("api/console/doctor", { method: "POST", json: { thorough } });
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    notify(fault.message, "bad");
  }
}
