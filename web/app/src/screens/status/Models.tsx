// Models for the engines on this machine: what is here, what could be, and what is on its way.
import { useEffect, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { ServerError, ask } from "../../server/http";
import { Icon } from "../../ui/Icon";
import { Trouble } from "../../ui/Trouble";
import type { Live } from "./live";
import type { ModelFacts, ModelFetch, ModelShelf } from "./wire";
import { leftInWords, purposeInWords, sizeInWords } from "./words";

const engines = ["whisper", "silero", "llama", ""] as const;

export function Models({ live, mayFetch }: { live: Live; mayFetch: boolean }) {
  const [shelf, setShelf] = useState<ModelShelf | null>(null);
  const [fault, setFault] = useState<ServerError | null>(null);
  const load = () => {
    ask<ModelShelf>("api/console/models")
      .then((answer) => {
        setShelf(answer);
        setFault(null);
      })
      .catch((thrown: unknown) => {
        if (thrown instanceof ServerError) {
          setFault(thrown);
        }
      });
  };
  // What has come, or will not, changes the shelf.
  const fetches = live.fetches.value;
  const over = fetches.filter((fetch) => fetch.state !== "fetching" && fetch.state !== "waiting").map((fetch) => `${fetch.name} ${fetch.changed_at}`);
  useEffect(load, [over.join()]);

  if (fault && !shelf) {
    return <Trouble fault={fault} again={load} />;
  }
  if (!shelf) {
    return <p class="soft">Looking at the shelf …</p>;
  }
  return (
    <div class="stack">
      <p class="small soft">
        They come from <code>{shelf.hub}</code> into <code>{shelf.folder}</code>; {sizeInWords(shelf.room)} of it may still be filled.
        {!mayFetch && " They are fetched by who sits at the server, or by an admin."}
      </p>
      {engines.map((engine) => (
        <Purpose key={engine} engine={engine} shelf={shelf} fetches={fetches} mayFetch={mayFetch} />
      ))}
    </div>
  );
}

function Purpose({ engine, shelf, fetches, mayFetch }: { engine: string; shelf: ModelShelf; fetches: ModelFetch[]; mayFetch: boolean }) {
  const models = shelf.models.filter((model) => model.engine === engine);
  if (models.length === 0) {
    return null;
  }
  const fetchOf = (model: ModelFacts) => fetches.find((fetch) => fetch.name === model.name && fetch.state !== "done");
  const matters = (model: ModelFacts) => model.bytes > 0 || model.part_bytes > 0 || model.suits_this_machine || fetchOf(model) !== undefined;
  const rows = (some: ModelFacts[]) => (
    <ul class="status-models">
      {some.map((model) => (
        <ModelRow key={model.file} model={model} fetch={fetchOf(model)} room={shelf.room} mayFetch={mayFetch} />
      ))}
    </ul>
  );
  const others = models.filter((model) => !matters(model));
  return (
    <section aria-label={purposeInWords(engine)}>
      <h3>{purposeInWords(engine)}</h3>
      {rows(models.filter(matters))}
      {others.length > 0 && (
        <details>
          <summary>{others.length === 1 ? "One more" : `${others.length} more`}</summary>
          {rows(others)}
        </details>
      )}
    </section>
  );
}

function ModelRow({ model, fetch, room, mayFetch }: { model: ModelFacts; fetch: ModelFetch | undefined; room: number; mayFetch: boolean }) {
  // A list counts in MiB, and has nothing to say of less.
  const size = model.bytes || model.about_bytes ? sizeInWords(model.bytes || model.about_bytes) : "under 1 MiB";
  const underWay = fetch?.state === "fetching" || fetch?.state === "waiting";
  return (
    <li class="status-model">
      <div class="status-model-words">
        <p>
          <strong>{model.name}</strong> {model.used_by && <span class="chip chip-good">in use</span>} {model.bytes > 0 && !model.used_by && <span class="chip">here</span>}{" "}
          {model.suits_this_machine && model.bytes === 0 && <span class="chip chip-warn">suits this machine</span>}
        </p>
        <p class="small soft">
          {[size, model.knows, model.gain, model.licence && `licence ${model.licence}`, memory(model)].filter(Boolean).join(" · ")}
        </p>
        {fetch && <Progress fetch={fetch} />}
      </div>
      {model.bytes === 0 && model.can_be_fetched && !mayFetch && <code class="small">repartee models pull {model.name}</code>}
      {mayFetch && underWay && (
        <button type="button" class="button" onClick={() => void order("DELETE", model.name)} aria-label={`Stop fetching ${model.name}`}>
          <Icon name="stop" size={20} /> Stop
        </button>
      )}
      {mayFetch && !underWay && model.bytes === 0 && model.can_be_fetched && (
        <button
          type="button"
          class={model.suits_this_machine ? "button button-main" : "button"}
          disabled={model.about_bytes > room + model.part_bytes}
          title={model.about_bytes > room + model.part_bytes ? "The disk has not enough room for it." : undefined}
          onClick={() => void order("POST", model.name)}
          aria-label={`${model.part_bytes > 0 ? "Go on fetching" : "Fetch"} ${model.name}, ${size}`}
        >
          <Icon name="download" size={20} /> {model.part_bytes > 0 ? "Go on" : "Fetch"}
        </button>
      )}
    </li>
  );
}

const memory = (model: ModelFacts): string => (model.memory_mebibytes > 0 ? `about ${sizeInWords(model.memory_mebibytes * 1024 * 1024)} of memory` : "");

function Progress({ fetch }: { fetch: ModelFetch }) {
  if (fetch.state === "failed") {
    return (
      <p class="small status-bad" role="alert">
        {fetch.trouble}
      </p>
    );
  }
  if (fetch.state === "stopped") {
    return <p class="small soft">Stopped; what has come is kept.</p>;
  }
  if (fetch.state === "waiting") {
    return <p class="small soft">Waits for the one before it.</p>;
  }
  const left = leftInWords(fetch.bytes, fetch.whole, fetch.bytes_per_second);
  return (
    <div class="status-progress">
      <progress max={Math.max(1, fetch.whole)} value={fetch.bytes} aria-label={`${fetch.name} is being fetched`} />
      <span class="small soft">
        {sizeInWords(fetch.bytes)}
        {fetch.whole > 0 && ` of ${sizeInWords(fetch.whole)}`}
        {fetch.bytes_per_second > 0 && `, ${sizeInWords(fetch.bytes_per_second)} a second`}
        {left && `, ${left}`}
      </span>
      {fetch.trouble && <span class="small status-bad">{fetch.trouble}</span>}
    </div>
  );
}

async function order(method: "POST" | "DELETE", name: string): Promise<void> {
  try {
    await ask(`api/console/models/${encodeURIComponent(name)}/pull`, method === "POST" ? { method, json: {} } : { method });
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    notify(fault.message, "bad");
  }
}
