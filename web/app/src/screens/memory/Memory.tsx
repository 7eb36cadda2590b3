// What is remembered of who is signed in: to be seen, corrected and forgotten.
import "./memory.css";
import { useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { href, place } from "../../app/router";
import { signedIn } from "../../server/account";
import { faultIn, useAsked } from "../../server/asked";
import { ask } from "../../server/http";
import { Advice } from "../../ui/Advice";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { SearchField } from "../../ui/SearchField";
import { Segments } from "../../ui/Segments";
import { SignedOut } from "../../ui/SignedOut";
import { Sure } from "../../ui/Sure";
import { Trouble } from "../../ui/Trouble";
import { counted } from "../../ui/time";
import { FactCard } from "./FactCard";
import { type Fact, type FactPage, type Way, addFact, forgetAllFacts, longest_fact, readFacts, readMoreFacts } from "./wire";

export default function Memory() {
  if (!signedIn.value) {
    return (
      <>
        <h1>Memory</h1>
        <SignedOut icon="memory" what="Sign in to see what is remembered of you." />
      </>
    );
  }
  return <Facts />;
}

function Facts() {
  const words = place.value.query.get("q") ?? "";
  const way: Way = place.value.query.get("way") === "words" ? "words" : "meaning";
  const look = (q: string, how: Way) => location.replace(href("memory", "", { ...(q ? { q } : {}), ...(how === "words" ? { way: how } : {}) }));
  const page = useAsked<FactPage>(`${way} ${words}`, (signal) => readFacts(words, way, signal));
  const [asking, setAsking] = useState<"add" | "forget all" | null>(null);
  const shown = page.answer?.memories ?? [];
  const change = (memories: Fact[]) => page.answer && page.set({ ...page.answer, memories });

  const more = async () => {
    try {
      const next = await readMoreFacts(words, page.answer?.next ?? "");
      page.set({ memories: [...shown, ...next.memories], next: next.next });
    } catch (fault) {
      notify(faultIn(fault).message, "bad");
    }
  };

  return (
    <>
      <div class="screen-head">
        <h1>Memory</h1>
        <div class="row">
          <button type="button" class="button button-main" onClick={() => setAsking("add")}>
            <Icon name="plus" size={20} /> Add
          </button>
          {shown.length > 0 && (
            <button type="button" class="button button-plain" onClick={() => setAsking("forget all")}>
              <Icon name="trash" size={20} /> Forget all
            </button>
          )}
        </div>
      </div>
      <p class="soft memory-why">What is remembered of you across conversations. You can correct it, and have it forgotten, at any time.</p>
      <LearningIsOff />
      <div class="row">
        <SearchField label="Search your memories" value={words} onSearch={(q) => q !== words && look(q, way)} />
        <Segments
          label="How to search"
          hideLabel
          value={way}
          choices={[
            { value: "meaning", label: "By meaning" },
            { value: "words", label: "By words" },
          ]}
          onChange={(how) => look(words, how as Way)}
        />
      </div>
      <p class="visually-hidden" role="status">
        {words && !page.waiting ? `${counted(shown.length, "memory", "memories")} found` : ""}
      </p>
      {page.fault && <Trouble fault={page.fault} again={page.again} />}
      {page.answer && shown.length === 0 && <Nothing words={words} />}
      {shown.length > 0 && (
        <ul class="memory-list" aria-label="What is remembered">
          {shown.map((fact) => (
            <FactCard
              key={fact.id}
              fact={fact}
              onCorrected={(corrected) => change(shown.map((other) => (other.id === corrected.id ? { ...other, ...corrected } : other)))}
              onForgotten={() => change(shown.filter((other) => other.id !== fact.id))}
            />
          ))}
        </ul>
      )}
      {page.answer?.next && (
        <div class="memory-more">
          <button type="button" class="button" onClick={() => void more()}>
            Show more
          </button>
        </div>
      )}
      {asking === "add" && (
        <Add
          onDone={() => {
            setAsking(null);
            page.again();
          }}
          onCancel={() => setAsking(null)}
        />
      )}
      {asking === "forget all" && (
        <Sure
          title="Forget everything?"
          what="All that is remembered of you, also what is not on this page. It cannot be brought back. Your conversations stay: see History."
          confirm="Forget all"
          act={forgetAllFacts}
          onDone={() => {
            setAsking(null);
            notify("Everything is forgotten.");
            page.set({ memories: [], next: null });
          }}
          onCancel={() => setAsking(null)}
        />
      )}
    </>
  );
}

function Nothing({ words }: { words: string }) {
  if (words) {
    return <p class="empty">Nothing that is remembered fits “{words}”.</p>;
  }
  return <p class="empty">Nothing is remembered of you yet. Say “remember that I like tea” in a conversation, or add something here.</p>;
}

// Whoever has switched the skill off is not heard when they say "remember that".
function LearningIsOff() {
  const profile = useAsked<{ allowed_skills: string[] }>("profile", (signal) => ask("api/v1/profile", { signal }));
  const allowed = profile.answer?.allowed_skills ?? [];
  if (allowed.length === 0 || allowed.includes("learn")) {
    return null;
  }
  return (
    <Advice
      what="“Remember that …” is switched off."
      todo={
        <>
          The skill “learn” is not among those you allow: see <a href={href("settings")}>Settings</a>. What is remembered already is still used.
        </>
      }
    />
  );
}

const outcomes = { new: "It is remembered.", known: "That was known already.", corrected: "It took the place of what was known before." } as const;

function Add(props: { onDone: () => void; onCancel: () => void }) {
  const [text, setText] = useState("");
  const [category, setCategory] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    if (!text.trim()) {
      setFault("Please type what to remember.");
      return;
    }
    setBusy(true);
    try {
      const { outcome } = await addFact(text.trim(), category.trim());
      notify(outcomes[outcome]);
      props.onDone();
    } catch (raised) {
      setFault(faultIn(raised).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Have something remembered" confirm="Remember" busy={busy} onConfirm={() => void add()} onCancel={props.onCancel}>
      <Field label="What" value={text} onInput={setText} rows={3} maxLength={longest_fact} fault={fault || undefined} help="As you would say it: “My sister lives in Oslo.”" />
      <Field label="Kind" value={category} onInput={setCategory} maxLength={64} help="If you like, such as “personal” or “preference”." />
    </Dialog>
  );
}
