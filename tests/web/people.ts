// Somebody with an account, as tests need one.
import { type Page, expect } from "@playwright/test";

export const person = { email: "ink@example.org", password: "a battery and a staple", name: "Ink" };

// Through the form, from whatever screen leads there.
export async function register(page: Page, who = person): Promise<void> {
  await page.goto("#/sign-in?mode=register");
  await page.getByLabel("Your name").fill(who.name);
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.getByRole("navigation").getByText(who.name)).toBeVisible();
}

export async function signIn(page: Page, password = person.password): Promise<void> {
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

// Says something as a phone app would, in the name of who is signed in in this page.
export async function say(page: Page, message: string, session: string): Promise<string> {
  return page.evaluate(
    async ([message, session]) => {
      const kept = localStorage.getItem("repartee.sign-in") ?? sessionStorage.getItem("repartee.sign-in");
      const headers = { Authorization: `Bearer ${JSON.parse(kept!).access}`, "Content-Type": "application/json" };
      const { id } = await (await fetch("api/v1/account", { headers })).json();
      const body = JSON.stringify({ message, session_id: session, user_id: id });
      const answer = await fetch("api/v1/chat/message", { method: "POST", headers, body });
      return (await answer.json()).response as string;
    },
    [message, session] as const,
  );
}
