// Keys of one's own for providers of language models: told, and never shown again.
import { useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { faultIn } from "../../server/asked";
import { Dialog } from "../../ui/Dialog";
import { PasswordField } from "../../ui/PasswordField";
import { Sure } from "../../ui/Sure";
import { type Profile, saveProviderKey } from "./profile";

// Those that the server takes: ProfileChange in GET /api/v1/openapi.json.
const providers = [
  { id: "openai", name: "OpenAI" },
  { id: "gemini", name: "Google Gemini" },
] as const;
type Provider = (typeof providers)[number];

export function ProviderKeys(props: { profile: Profile; onSaved: (profile: Profile) => void }) {
  const [asking, setAsking] = useState<{ provider: Provider; what: "set" | "remove" } | null>(null);
  const done = (words: string) => (saved: Profile) => {
    setAsking(null);
    props.onSaved(saved);
    notify(words);
  };
  return (
    <section class="card">
      <h2>Your own model accounts</h2>
      <p class="soft">With a key of yours, that provider's model answers you, on your account. Keys are kept encrypted and are never shown again.</p>
      <ul class="settings-list">
        {providers.map((provider) => {
          const isSet = props.profile.provider_keys_set.includes(provider.id);
          return (
            <li key={provider.id}>
              <div class="settings-what">
                <strong>{provider.name}</strong>
                <span class={isSet ? "chip chip-good" : "chip"}>{isSet ? "Key is set" : "No key"}</span>
              </div>
              <div class="row">
                <button type="button" class="button" aria-label={`${isSet ? "Replace" : "Set"} the key for ${provider.name}`} onClick={() => setAsking({ provider, what: "set" })}>
                  {isSet ? "Replace" : "Set key"}
                </button>
                {isSet && (
                  <button type="button" class="button button-plain" aria-label={`Remove the key for ${provider.name}`} onClick={() => setAsking({ provider, what: "remove" })}>
                    Remove
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {asking?.what === "set" && <SetKey provider={asking.provider} onDone={done(`The key for ${asking.provider.name} is set.`)} onCancel={() => setAsking(null)} />}
      {asking?.what === "remove" && (
        <Sure
          title={`Remove the key for ${asking.provider.name}?`}
          what="The models of this server answer you then."
          confirm="Remove"
          act={async () => done(`The key for ${asking.provider.name} is removed.`)(await saveProviderKey(asking.provider.id, null))}
          onDone={() => setAsking(null)}
          onCancel={() => setAsking(null)}
        />
      )}
    </section>
  );
}

function SetKey(props: { provider: Provider; onDone: (profile: Profile) => void; onCancel: () => void }) {
  const [key, setKey] = useState("");
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!key.trim()) {
      setFault("Please paste the key.");
      return;
    }
    setBusy(true);
    try {
      props.onDone(await saveProviderKey(props.provider.id, key.trim()));
    } catch (raised) {
      setFault(faultIn(raised).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Key for ${props.provider.name}`} confirm="Set key" busy={busy} onConfirm={() => void save()} onCancel={props.onCancel}>
      <PasswordField label="Key" name="provider-key" value={key} onInput={setKey} autocomplete="off" fault={fault || undefined} help="From your account there. Nobody sees it again, you neither." />
    </Dialog>
  );
}
