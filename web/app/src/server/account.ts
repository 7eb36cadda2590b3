// Who is signed in here. Tokens are kept by this browser, for as long as the person wishes: until the tab is
// closed, or until they sign out. All tabs that stay signed in share one sign-in, and sign out together; one that is for
// its tab alone ends with that, whatever the others do.
import { computed, signal } from "@preact/signals";
import { stored } from "../app/stored";
import { ServerError, ask } from "./http";
import { inTurn } from "./in_turn";

export interface Account {
  id: number;
  email: string;
  full_name: string;
  is_superuser: boolean;
  created_at: string;
}

// Characters; the server refuses fewer.
export const least_password = 8;

interface Tokens {
  access: string;
  refresh: string; // empty: until the access token ends
}

interface TokenAnswer {
  access_token: string;
  token_type: string;
  refresh_token?: string;
  expires_in?: number;
}

const kept = stored("sign-in");
const keptForTab = stored("sign-in", "session");

const tokens = signal<Tokens | null>(parsed(keptForTab.read() ?? kept.read()));

// Whether this browser keeps anything at all: where it does not, what it has kept says nothing.
let keeps = tokens.value !== null;

export const token = computed(() => tokens.value?.access ?? "");
export const signedIn = computed(() => tokens.value !== null);
export const account = signal<Account | null>(null);

// Whose the token is, known before the server has been asked: "" for nobody, and for a token that does not say so.
export const person = computed(() => personIn(token.value));

// The server checks what it is given; here it only tells one person's things from another's.
function personIn(access: string): string {
  try {
    const payload = atob((access.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    const { uid, sub } = JSON.parse(payload) as { uid?: number; sub?: string };
    return String(uid ?? sub ?? "");
  } catch {
    return "";
  }
}

function parsed(text: string | null): Tokens | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<Tokens> | null;
    return value && typeof value.access === "string" ? { access: value.access, refresh: value.refresh ?? "" } : null;
  } catch {
    return null;
  }
}

// Another tab signed in or out, or got new tokens.
addEventListener("storage", (event) => {
  if (event.key === "repartee.sign-in" && !keptForTab.read()) {
    adopt(parsed(event.newValue));
    if (tokens.value) {
      void loadAccount();
    }
  }
});

function adopt(found: Tokens | null): void {
  const same = personIn(found?.access ?? "") === person.value;
  tokens.value = found;
  if (!same || !found) {
    account.value = null;
  }
}

export async function signIn(email: string, password: string, stay: boolean): Promise<void> {
  const answer = await ask<TokenAnswer>("api/v1/auth/token", {
    method: "POST",
    form: { username: email, password, ...(stay ? { scope: "offline_access" } : {}) },
    anonymous: true,
  });
  keep({ access: answer.access_token, refresh: answer.refresh_token ?? "" }, stay);
  await loadAccount();
}

export async function register(email: string, password: string, name: string, stay: boolean): Promise<void> {
  await ask("api/v1/auth/register", {
    method: "POST",
    json: { email, password, full_name: name },
    anonymous: true,
  });
  await signIn(email, password, stay);
}

export async function loadAccount(): Promise<void> {
  if (!signedIn.value) {
    return;
  }
  try {
    account.value = await ask<Account>("api/v1/account");
  } catch (fault) {
    if (!(fault instanceof ServerError)) {
      throw fault;
    }
    // 401 has signed us out; else the server is away, and the next screen says so.
  }
}

// In this browser, at once: other devices stay signed in.
export async function signOut(): Promise<void> {
  const held = tokens.value;
  forgetSignIn();
  if (held?.refresh) {
    // It is good for once, and again for a moment until what it brought is spent as well: whoever finds it later
    // finds it spent. Nobody waits for that, and should the server be away, it ends by itself.
    void exchanged(held.refresh)
      .then((fresh) => exchanged(fresh.refresh))
      .catch(() => undefined);
  }
}

// All tokens end, wherever they are; keys of devices stay.
export async function signOutEverywhere(): Promise<void> {
  await ask("api/v1/account/logout", { method: "POST", json: {} });
  forgetSignIn();
}

// Ends all other sign-ins; this one goes on.
export async function changePassword(present: string, next: string): Promise<void> {
  const stay = staying();
  const answer = await ask<TokenAnswer>("api/v1/account/password", {
    method: "POST",
    json: { old_password: present, new_password: next },
  });
  keep({ access: answer.access_token, refresh: answer.refresh_token ?? "" }, stay);
}

export async function changeName(name: string): Promise<void> {
  account.value = await ask<Account>("api/v1/account", { method: "PATCH", json: { full_name: name } });
}

export async function deleteAccount(password: string): Promise<void> {
  await ask("api/v1/account", { method: "DELETE", json: { password } });
  forgetSignIn();
}

export function forgetSignIn(): void {
  kept.forget();
  keptForTab.forget();
  tokens.value = null;
  account.value = null;
}

let renewing: Promise<boolean> | null = null;

// A new access token for the refresh token, which is good for once: whoever needs one meanwhile waits for the
// same. Whether there is one now; false: the sign-in is over. Throws ServerError where nobody could tell.
export function renewToken(): Promise<boolean> {
  renewing ??= renewOnce().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renewOnce(): Promise<boolean> {
  const held = tokens.value;
  if (!held?.refresh) {
    return false;
  }
  // Two tabs share the refresh token: the second finds what the first got.
  return inTurn("renew", () => exchange(held));
}

async function exchange(held: Tokens): Promise<boolean> {
  const stay = staying();
  const settled = settledElsewhere(held, stay);
  if (settled !== null) {
    return settled;
  }
  let fresh: Tokens;
  try {
    fresh = await exchanged(held.refresh);
  } catch (fault) {
    // A server that is away or busy has not said that the sign-in is over.
    if (fault instanceof ServerError && fault.status !== 401 && fault.status !== 422) {
      throw fault;
    }
    // Spent: perhaps by another tab, which has kept what it got.
    return settledElsewhere(held, stay) ?? false;
  }
  const meanwhile = settledElsewhere(held, stay);
  if (meanwhile !== null) {
    return meanwhile; // signed out while it was under way: what came is nobody's
  }
  keep(fresh, stay);
  return true;
}

// Whether the question who is signed in has been answered since `held` was in use, by this tab or by another: true,
// there are other tokens, and they are in use now; false, nobody is. Null: it is as it was.
function settledElsewhere(held: Tokens, stay: boolean): boolean | null {
  if (tokens.value?.refresh !== held.refresh) {
    return tokens.value !== null;
  }
  const found = parsed((stay ? kept : keptForTab).read());
  if (found && found.refresh !== held.refresh) {
    adopt(found);
    return true;
  }
  return found || !keeps ? null : false;
}

async function exchanged(refresh: string): Promise<Tokens> {
  const answer = await ask<TokenAnswer>("api/v1/auth/refresh", {
    method: "POST",
    json: { refresh_token: refresh },
    anonymous: true,
  });
  return { access: answer.access_token, refresh: answer.refresh_token ?? "" };
}

// Whether this sign-in outlasts the tab.
const staying = (): boolean => keptForTab.read() === null;

function keep(value: Tokens, stay: boolean): void {
  tokens.value = value;
  (stay ? kept : keptForTab).write(JSON.stringify(value));
  (stay ? keptForTab : kept).forget();
  keeps = (stay ? kept : keptForTab).read() !== null;
}
