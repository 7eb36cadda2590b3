// Who answers, and how: what the account has set, changed together and saved with one button.
import { useEffect, useRef, useState } from "preact/hooks";
import { notify } from "../../app/notices";
import { faultIn, useAsked } from "../../server/asked";
import type { ServerError } from "../../server/http";
import { Field, Select, Switch } from "../../ui/Field";
import { Segments } from "../../ui/Segments";
import { Trouble } from "../../ui/Trouble";
import { languageChoices } from "../../ui/languages";
import { ProviderKeys } from "./ProviderKeys";
import { Speed } from "./Speed";
import { type Editable, type Profile, type Skill, changesOf, mistakesIn, readProfile, readSkills, saveProfile, usual_voice } from "./profile";

export function ProfileSettings() {
  const profile = useAsked<Profile>("profile", readProfile);
  const skills = useAsked<Skill[]>("skills", readSkills);
  if (profile.fault) {
    return <Trouble fault={profile.fault} again={profile.again} />;
  }
  if (!profile.answer) {
    return null;
  }
  return (
    <>
      <Form profile={profile.answer} skills={skills.answer ?? []} onSaved={profile.set} />
      <ProviderKeys profile={profile.answer} onSaved={profile.set} />
    </>
  );
}

function Form(props: { profile: Profile; skills: Skill[]; onSaved: (profile: Profile) => void }) {
  const [now, setNow] = useState<Editable>(props.profile);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ServerError | null>(null);
  // The word "Only these" is chosen before one of them is.
  const [choosing, setChoosing] = useState(props.profile.allowed_skills.length > 0);
  const mistakes = mistakesIn(now);
  const noSkill = choosing && now.allowed_skills.length === 0;
  const wanted: Editable = { ...now, allowed_skills: choosing ? now.allowed_skills : [] };
  const changes = changesOf(props.profile, wanted);
  const changed = Object.keys(changes).length > 0;
  const set = (change: Partial<Editable>) => setNow({ ...now, ...change });
  useLeavingAsks(changed);

  const save = async () => {
    setBusy(true);
    setFault(null);
    try {
      const saved = await saveProfile(changes);
      setNow(saved);
      props.onSaved(saved);
      notify("Your settings are saved.");
    } catch (raised) {
      setFault(faultIn(raised));
    } finally {
      setBusy(false);
    }
  };
  const problem = (name: keyof Editable) => mistakes[name] ?? fault?.fields.get(`body.${name}`);

  return (
    <form
      class="stack settings-profile"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <section class="card">
        <h2>Character and voice</h2>
        <Field label="Name" value={now.persona_name} onInput={(persona_name) => set({ persona_name })} maxLength={100} fault={problem("persona_name")} help="What your assistant calls itself." />
        <Field
          label="Manner"
          value={now.persona_style}
          onInput={(persona_style) => set({ persona_style })}
          rows={3}
          maxLength={1000}
          fault={problem("persona_style")}
          help="How it talks, in your own words: “brief and dry”, “patient, with examples”."
        />
        <Select
          label="Language"
          value={now.language}
          choices={languageChoices(now.language, "As heard")}
          onChange={(language) => set({ language })}
          help="What you speak with it."
        />
        <Field
          label="Voice"
          value={now.voice_id === usual_voice ? "" : now.voice_id}
          onInput={(voice) => set({ voice_id: voice.trim() || usual_voice })}
          maxLength={100}
          placeholder="The voice that is usual here"
          fault={problem("voice_id")}
          help="The name of a voice that the server's synthesiser knows. Empty: its own choice."
        />
        <Speed value={now.voice_speed} onChange={(voice_speed) => set({ voice_speed })} />
      </section>
      <section class="card">
        <h2>Skills</h2>
        <Segments
          label="What it may do besides talking"
          value={choosing ? "some" : "all"}
          choices={[
            { value: "all", label: "Everything" },
            { value: "some", label: "Only these" },
          ]}
          onChange={(chosen) => setChoosing(chosen === "some")}
        />
        {choosing && (
          <div class="settings-skills">
            {withThose(now.allowed_skills, props.skills).map((skill) => (
              <Switch
                key={skill.name}
                label={skill.name.length <= 3 ? skill.name.toUpperCase() : skill.name.charAt(0).toUpperCase() + skill.name.slice(1)}
                help={skill.description}
                checked={now.allowed_skills.includes(skill.name)}
                onChange={(allowed) =>
                  set({ allowed_skills: allowed ? [...now.allowed_skills, skill.name] : now.allowed_skills.filter((name) => name !== skill.name) })
                }
              />
            ))}
          </div>
        )}
        {noSkill && <p class="field-help">Choose one at least: without any, all would be allowed.</p>}
      </section>
      {fault && fault.fields.size === 0 && <Trouble fault={fault} />}
      {changed && (
        <div class="settings-save">
          <p role="status">There are changes that are not saved yet.</p>
          <div class="row">
            <button
              type="button"
              class="button"
              onClick={() => {
                setNow(props.profile);
                setChoosing(props.profile.allowed_skills.length > 0);
              }}
            >
              Undo
            </button>
            <button type="submit" class="button button-main" disabled={busy || noSkill || Object.keys(mistakes).length > 0}>
              Save
            </button>
          </div>
        </div>
      )}
    </form>
  );
}

// Another client may have allowed what the server does not list.
function withThose(allowed: readonly string[], listed: readonly Skill[]): readonly Skill[] {
  const others = allowed.filter((name) => !listed.some((skill) => skill.name === name));
  return [...listed, ...others.map((name) => ({ name, description: "" }))];
}

// The browser asks before changes that are not saved go with the page; another screen says that they did.
function useLeavingAsks(changed: boolean): void {
  const lost = useRef(changed);
  lost.current = changed;
  useEffect(
    () => () => {
      if (lost.current) {
        notify("Your changes in Settings were not saved.", "bad");
      }
    },
    [],
  );
  useEffect(() => {
    if (!changed) {
      return;
    }
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [changed]);
}
