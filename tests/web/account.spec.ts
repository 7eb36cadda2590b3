// Accounts: coming in, staying in, settings, keys for devices, leaving.
import { person, register, signIn } from "./people";
import { portray } from "./portraits";
import { expect, test } from "./stage";

test("somebody registers, comes back to where they were, signs out and in again", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  // A wrong password is a 401, which the browser writes on its console.
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await page.getByRole("main").getByRole("link", { name: "Make an account" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Make an account" })).toBeVisible();
  await portray(page, "register");

  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Your name").fill(person.name);
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("short");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.getByRole("alert")).toContainText("at least 8 characters");
  await expect(password).toBeFocused();
  await password.fill(person.password);
  await expect(password).toHaveAttribute("type", "password");
  await expect(password).toHaveAttribute("autocomplete", "new-password");
  await page.getByRole("button", { name: "Show: Password" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Make an account" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("navigation").getByText(person.name)).toBeVisible();

  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.getByRole("navigation").getByRole("link", { name: "Sign in" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("autocomplete", "current-password");
  await signIn(page, "not the password");
  await expect(page.getByRole("alert")).toContainText("is not right");
  await portray(page, "sign-in");
  await signIn(page);
  await expect(page.getByRole("navigation").getByText(person.name)).toBeVisible();

  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await page.goto("#/sign-in?mode=register");
  await page.getByLabel("E-mail address").fill(person.email.toUpperCase());
  await page.getByLabel("Password", { exact: true }).fill("another password");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.getByRole("alert")).toContainText("has an account with this address");
  await page.getByRole("link", { name: "Sign in instead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible();
});

test("whoever guesses passwords has to wait", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ files: { "repartee.toml": "[accounts]\nattempts_per_minute = 1\n" } });
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  await page.goto("#/sign-in");
  await signIn(page, "first guess");
  await expect(page.getByRole("alert")).toContainText("is not right");
  await signIn(page, "second guess");
  await expect(page.getByRole("alert")).toContainText("Too many attempts.");
  await expect(page.getByRole("button", { name: /^Try again in \d+ second/ })).toBeDisabled();
});

test("two tabs sign out together, and a token that has run out is renewed without a word", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  await register(page);
  const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem("repartee.sign-in")!) as { access: string; refresh: string });
  const before = await kept();
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("repartee.sign-in")!);
    localStorage.setItem("repartee.sign-in", JSON.stringify({ ...kept, access: `${kept.access}x` }));
  });
  await page.goto("#/history");
  await page.reload();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();
  await expect(page.getByRole("navigation").getByText(person.name)).toBeVisible();
  expect((await kept()).refresh).not.toBe(before.refresh);

  const other = await page.context().newPage();
  await other.goto(`${server.url}/#/memory`);
  await expect(other.getByRole("navigation").getByText(person.name)).toBeVisible();
  const last = await kept();
  // Signing out spends the token, and what that brought as well.
  let answers = 0;
  const spent = page.waitForResponse((response) => /api\/v1\/auth\/refresh$/.test(response.url()) && ++answers === 2);
  await page.getByRole("navigation").getByRole("button", { name: "Sign out" }).click();
  await expect(other.getByText("Sign in to see what is remembered of you.")).toBeVisible();
  await expect(other.getByRole("navigation").getByRole("link", { name: "Sign in" })).toBeVisible();
  // What was kept is good for nothing now: whoever finds it is not let in.
  const left = await page.evaluate(() => localStorage.getItem("repartee.sign-in"));
  expect(left).toBeNull();
  await spent;
  const found = await page.request.post("api/v1/auth/refresh", { data: { refresh_token: last.refresh } });
  expect(found.status()).toBe(401);
});

test("two tabs that renew in the same moment stay signed in, without https too", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, {
    trouble: true,
    // Where a page came over plain http from another machine, browsers have no locks for it.
    before: async (page) => {
      await page.context().addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
    },
  });
  await register(page);
  const other = await page.context().newPage();
  await other.goto(`${server.url}/#/memory`);
  await expect(other.getByRole("navigation").getByText(person.name)).toBeVisible();
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("repartee.sign-in")!);
    localStorage.setItem("repartee.sign-in", JSON.stringify({ ...kept, access: `${kept.access}x` }));
  });
  await Promise.all([page.reload(), other.reload()]);
  for (const tab of [page, other]) {
    await expect(tab.getByRole("navigation").getByText(person.name)).toBeVisible();
  }
  // The sign-in is not over for the server either, as it is when a token is used twice.
  await page.reload();
  await expect(page.getByRole("navigation").getByText(person.name)).toBeVisible();
});

test("settings are saved, and found again", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await register(page);
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Character and voice" })).toBeVisible();
  await portray(page, "settings");
  await page.getByLabel("Name", { exact: true }).fill("Marvel");
  await page.getByLabel("Manner").fill("brief and dry");
  await page.getByLabel("Language").selectOption("pt-BR");
  await page.getByLabel("Speed").press("ArrowRight");
  await page.getByRole("radio", { name: "Only these" }).check();
  await expect(page.getByText("Choose one at least")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Timer" }).check();
  await portray(page, "settings-changed");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Your settings are saved.")).toBeVisible();
  await expect(page.getByText("not saved yet")).toBeHidden();

  await page.reload();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Marvel");
  await expect(page.getByLabel("Manner")).toHaveValue("brief and dry");
  await expect(page.getByLabel("Language")).toHaveValue("pt-BR");
  await expect(page.getByLabel("Speed")).toHaveAttribute("aria-valuetext", "1.07 times");
  await expect(page.getByRole("checkbox", { name: "Timer" })).toBeChecked();
  await page.getByRole("navigation").getByRole("link", { name: "Memory" }).click();
  await expect(page.getByText("is switched off")).toBeVisible();

  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Set the key for OpenAI" }).click();
  await page.getByLabel("Key", { exact: true }).fill("sk-0123456789abcdef0123456789abcdef");
  await page.getByRole("button", { name: "Set key", exact: true }).last().click();
  await expect(page.getByText("Key is set")).toBeVisible();
  await page.getByRole("button", { name: "Remove the key for OpenAI" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Key is set")).toBeHidden();
});

test("a device gets a key, which is shown once and can be taken back", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await register(page);
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What it is for").fill("Kitchen speaker");
  await page.getByRole("checkbox", { name: "Memory" }).check();
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = await page.getByRole("dialog").locator("code").innerText();
  expect(key).toMatch(/^rk_/);
  await portray(page, "new-key");
  await page.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText(`…${key.slice(-4)}`)).toBeVisible();
  await expect(page.getByText("Talk, Memory")).toBeVisible();
  expect(await page.content()).not.toContain(key);
  const asked = (await page.request.get("api/v1/memory", { headers: { Authorization: `Bearer ${key}` } })).status();
  expect(asked).toBe(200);
  await page.getByRole("button", { name: "Revoke: Kitchen speaker" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("There is none yet.")).toBeVisible();
  const refused = (await page.request.get("api/v1/memory", { headers: { Authorization: `Bearer ${key}` } })).status();
  expect(refused).toBe(401);
});

test("a password is changed, and an account deleted for good", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  await register(page);
  await page.getByRole("navigation").getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Present password", { exact: true }).fill("not it at all");
  await page.getByLabel("New password", { exact: true }).fill("another battery, another staple");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toContainText("not your present password");
  await page.getByLabel("Present password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  await page.reload();
  await page.getByRole("button", { name: "Delete account" }).click();
  const forGood = page.getByRole("button", { name: "Delete for good" });
  await page.getByLabel("Your password", { exact: true }).fill("another battery, another staple");
  await expect(forGood).toBeDisabled();
  await portray(page, "delete-account");
  await page.getByLabel(`Type ${person.email} to confirm`).fill(person.email);
  await forGood.click();
  await expect(page.getByText("Your account is deleted")).toBeVisible();
  await expect(page.getByRole("navigation").getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.goto("#/sign-in");
  await signIn(page, "another battery, another staple");
  await expect(page.getByRole("alert")).toContainText("is not right");
});
