// The profile as /api/v1 has it, and what of it a person changed.
import { ask } from "../../server/http";

export interface Profile {
  persona_name: string;
  persona_style: string;
  voice_id: string;
  voice_speed: number;
  language: string;
  allowed_skills: string[];
  provider_keys_set: string[];
}

// What a form changes; keys go a way of their own.
export type Editable = Omit<Profile, "provider_keys_set">;

export interface Skill {
  name: string;
  description: string;
}

export const slowest = 0.25;
export const fastest = 4;
// A voice that is not named: the synthesiser's own choice.
export const usual_voice = "default";

export const readProfile = (signal: AbortSignal): Promise<Profile> => ask("api/v1/profile", { signal });
export const readSkills = (signal: AbortSignal): Promise<Skill[]> => ask("api/v1/skills/", { signal });

export const saveProfile = (changes: Partial<Editable>): Promise<Profile> => ask("api/v1/profile", { method: "PATCH", json: changes });

// null takes it away.
export const saveProviderKey = (provider: string, key: string | null): Promise<Profile> =>
  ask("api/v1/profile", { method: "PATCH", json: { provider_keys: { [provider]: key } } });

export function changesOf(before: Editable, now: Editable): Partial<Editable> {
  const names = ["persona_name", "persona_style", "voice_id", "voice_speed", "language", "allowed_skills"] as const;
  return Object.fromEntries(names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name])).map((name) => [name, now[name]]));
}

// What is wrong with it, field by field; the server would say the same.
export function mistakesIn(profile: Editable): Partial<Record<keyof Editable, string>> {
  return {
    ...(profile.persona_name.trim() ? {} : { persona_name: "It needs a name." }),
    ...(profile.language === "" || /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(profile.language)
      ? {}
      : { language: "A tag such as en or pt-BR is wanted." }),
  };
}
