// API keys: for devices and programs that talk in the name of this account.
import { useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { account } from "../../server/account";
import { faultIn, useAsked } from "../../server/asked";
import { ask } from "../../server/http";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { Field, Switch } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Sure } from "../../ui/Sure";
import { Trouble } from "../../ui/Trouble";
import { dayAndTime, dayOf } from "../../ui/time";

interface ApiKey {
  id: string;
  name: string;
  tail: string;
  scopes: string[];
  created_at: string;
  last_used_at: string | null;
}

const scopes = [
  { name: "chat", label: "Talk", help: "Say something and hear the answer." },
  { name: "history", label: "History", help: "Read and change conversations." },
  { name: "memory", label: "Memory", help: "Read and change what is remembered." },
  { name: "profile", label: "Settings", help: "Read and change who answers, and how." },
  { name: "metrics", label: "Figures", help: "Read this server's figures.", forAdmins: true },
] as const;

export function DeviceKeys() {
  const keys = useAsked<ApiKey[]>("keys", (signal) => ask("api/v1/account/keys", { signal }));
  const [making, make] = useState(false);
  const [revoking, revoke] = useState<ApiKey | null>(null);
  return (
    <section class="card">
      <div class="row spread">
        <h2>Keys for devices</h2>
        <button type="button" class="button" onClick={() => make(true)}>
          <Icon name="plus" size={20} /> New key
        </button>
      </div>
      <p class="soft">A device or a program with such a key acts in your name, as far as the key allows.</p>
      {keys.fault && <Trouble fault={keys.fault} again={keys.again} />}
      {keys.answer?.length === 0 && <p class="soft">There is none yet.</p>}
      {keys.answer && keys.answer.length > 0 && (
        <ul class="settings-list">
          {keys.answer.map((key) => (
            <li key={key.id}>
              <div class="settings-what">
                <strong>{key.name}</strong>
                <span class="small soft">
                  <code>…{key.tail}</code> · {key.scopes.map(labelOf).join(", ")}
                </span>
                <span class="small soft">
                  {key.last_used_at ? `last used ${dayAndTime(key.last_used_at)}` : "never used"} · made {dayOf(key.created_at).toLowerCase()}
                </span>
              </div>
              <button type="button" class="button button-plain" aria-label={`Revoke: ${key.name}`} onClick={() => revoke(key)}>
                Revoke
              </button>
            </li>
          ))}
        </ul>
      )}
      {making && (
        <NewKey
          onMade={keys.again}
          onClose={() => make(false)}
        />
      )}
      {revoking && (
        <Sure
          title={`Revoke “${revoking.name}”?`}
          what="Whatever uses this key is not let in any more. A key cannot be brought back."
          confirm="Revoke"
          act={() => ask<void>(`api/v1/account/keys/${encodeURIComponent(revoking.id)}`, { method: "DELETE" })}
          onDone={() => {
            revoke(null);
            notify("The key is revoked.");
            keys.again();
          }}
          onCancel={() => revoke(null)}
        />
      )}
    </section>
  );
}

const labelOf = (scope: string): string => scopes.find((known) => known.name === scope)?.label ?? scope;

function NewKey(props: { onMade: () => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>(["chat"]);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState("");
  const add = async () => {
    if (!name.trim()) {
      setFault("What is the key for? Give it a name.");
      return;
    }
    setBusy(true);
    try {
      const key = await ask<ApiKey & { key: string }>("api/v1/account/keys", { method: "POST", json: { name: name.trim(), scopes: chosen } });
      setMade(key.key);
      props.onMade();
    } catch (raised) {
      setFault(faultIn(raised).message);
    } finally {
      setBusy(false);
    }
  };
  if (made) {
    return (
      <Dialog title="Your new key" confirm="I have it" cancel={false} onConfirm={props.onClose} onCancel={() => undefined}>
        <p>Copy it to where it is needed now: it is not shown again.</p>
        <code class="settings-key">{made}</code>
        <CopyButton text={made} label="Copy the key" />
      </Dialog>
    );
  }
  return (
    <Dialog title="A key for a device" confirm="Make the key" busy={busy || chosen.length === 0} onConfirm={() => void add()} onCancel={props.onClose}>
      <Field label="What it is for" value={name} onInput={setName} maxLength={100} fault={fault || undefined} placeholder="Kitchen speaker" />
      <fieldset class="settings-scopes">
        <legend>What it may do</legend>
        {scopes
          .filter((scope) => !("forAdmins" in scope) || account.value?.is_superuser)
          .map((scope) => (
            <Switch
              key={scope.name}
              label={scope.label}
              help={scope.help}
              checked={chosen.includes(scope.name)}
              onChange={(on) => setChosen(on ? [...chosen, scope.name] : chosen.filter((other) => other !== scope.name))}
            />
          ))}
      </fieldset>
    </Dialog>
  );
}
