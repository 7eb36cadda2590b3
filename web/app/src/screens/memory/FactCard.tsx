// One thing that is remembered.
import { useEffect, useRef, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { faultIn } from "../../server/asked";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Sure } from "../../ui/Sure";
import { dayAndTime, fullTime } from "../../ui/time";
import { type Fact, correctFact, forgetFact, longest_fact } from "./wire";

const sources: Record<string, string> = {
  learned: "you asked for it",
  extracted: "from what you said",
  ingested: "from a text you gave",
  told: "typed by hand",
};

export function FactCard(props: { fact: Fact; onCorrected: (fact: Fact) => void; onForgotten: () => void }) {
  const { fact } = props;
  const [doing, start] = useState<"correct" | "forget" | null>(null);
  return (
    <li class="memory-fact">
      {doing === "correct" ? (
        <Correct
          fact={fact}
          onDone={(corrected) => {
            start(null);
            props.onCorrected(corrected);
          }}
          onCancel={() => start(null)}
        />
      ) : (
        <>
          <div class="memory-words">
            <p>{fact.text}</p>
            <p class="small soft">
              {fact.category && <span class="chip">{fact.category}</span>}
              <span>
                {sources[fact.source] ?? fact.source},{" "}
                <time dateTime={fact.updated_at} title={fullTime(fact.updated_at)}>
                  {fact.updated_at === fact.created_at ? "" : "corrected "}
                  {dayAndTime(fact.updated_at)}
                </time>
              </span>
              {fact.score !== undefined && <Fits score={fact.score} />}
            </p>
          </div>
          <button type="button" class="button button-plain button-icon" aria-label={`Correct: ${fact.text}`} title="Correct" onClick={() => start("correct")}>
            <Icon name="pencil" size={20} />
          </button>
          <button type="button" class="button button-plain button-icon" aria-label={`Forget: ${fact.text}`} title="Forget" onClick={() => start("forget")}>
            <Icon name="trash" size={20} />
          </button>
        </>
      )}
      {doing === "forget" && (
        <Sure
          title="Forget this?"
          what={`“${fact.text}” It cannot be brought back.`}
          confirm="Forget"
          act={() => forgetFact(fact.id)}
          onDone={() => {
            notify("It is forgotten.");
            props.onForgotten();
          }}
          onCancel={() => start(null)}
        />
      )}
    </li>
  );
}

// How well it fits what was looked for.
function Fits({ score }: { score: number }) {
  const percent = Math.round(Math.min(1, Math.max(0, score)) * 100);
  return (
    <span class="memory-fits">
      <progress max={100} value={percent} aria-label="How well it fits" /> fits to {percent} %
    </span>
  );
}

function Correct(props: { fact: Fact; onDone: (fact: Fact) => void; onCancel: () => void }) {
  const [text, setText] = useState(props.fact.text);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  const save = async () => {
    if (!text.trim()) {
      setFault("Please type how it should be, or have it forgotten.");
      return;
    }
    setBusy(true);
    try {
      const corrected = await correctFact(props.fact.id, text.trim());
      notify("It is corrected.");
      props.onDone(corrected);
    } catch (raised) {
      setFault(faultIn(raised).message);
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      class="memory-correct"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => event.key === "Escape" && props.onCancel()}
    >
      <Field label="Correct it" value={text} onInput={setText} rows={2} maxLength={longest_fact} fault={fault || undefined} />
      <div class="row">
        <button type="submit" class="button button-main" disabled={busy}>
          Save
        </button>
        <button type="button" class="button" onClick={props.onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
