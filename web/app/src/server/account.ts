// Who is signed in here. Tokens are kept by this browser, for as long as the person wishes: until the tab is
// closed, or until they sign out. All tabs of a browser sign out together.
import { computed, signal } from "@preact/signals";
import { stored } from "../app/stored";
import { ServerError, ask } from "./http";

export interface Account {
  id: number;
  email: string;
  full_name: string | null;
  [more: string]: unknown;
}

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

export const token = computed(() => tokens.value?.access ?? "");
export const signedIn = computed(() => tokens.value !== null);
export const account = signal<Account | null>(null);

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
    tokens.value = parsed(event.newValue);
    account.value = null;
    if (tokens.value) {
      void loadAccount();
    }
  }
});

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
    json: { email, password, full_name: name || null },
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

export async function signOut(): Promise<void> {
  // The server forgets the tokens; should it be away, they end by themselves.
  await ask("api/v1/account/logout", { method: "POST", json: {} }).catch(() => undefined);
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
// same. Whether there is one now.
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
  return navigator.locks ? navigator.locks.request("repartee.renew", () => exchange(held)) : exchange(held);
}

async function exchange(held: Tokens): Promise<boolean> {
  const current = parsed(kept.read());
  if (current && current.refresh !== held.refresh) {
    tokens.value = current;
    return true;
  }
  try {
    const answer = await ask<TokenAnswer>("api/v1/auth/refresh", {
      method: "POST",
      json: { refresh_token: held.refresh },
      anonymous: true,
    });
    keep({ access: answer.access_token, refresh: answer.refresh_token ?? "" }, true);
    return true;
  } catch {
    return false;
  }
}

function keep(value: Tokens, stay: boolean): void {
  tokens.value = value;
  (stay ? kept : keptForTab).write(JSON.stringify(value));
  (stay ? keptForTab : kept).forget();
}
