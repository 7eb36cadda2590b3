// What was said and what is remembered: found again, changed, taken along, forgotten.
import { readFile } from "node:fs/promises";
import { person, register, say, signIn } from "./people";
import { portray } from "./portraits";
import { embedded, expect, scripted, test } from "./stage";

test("what was said is found, opened, renamed, exported and deleted", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: { ...scripted, SCRIPTED_REPLY: "About {text}: certainly." } });
  const page = await open(await browserThatSays(), server.url);
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await expect(page.getByText("Sign in to find again what you talked about.")).toBeVisible();
  await portray(page, "signed-out");
  await register(page);
  await say(page, "How deep is the sea", "first");
  await say(page, "And how cold is it down there", "first");
  await say(page, "Which bird flies highest", "second");
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText("bird");
  await expect(rows.nth(0)).toContainText("2 messages");
  await expect(rows.nth(1)).toContainText("4 messages");
  await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
  await portray(page, "history");

  await page.getByRole("searchbox").fill("cold");
  await expect(rows).toHaveCount(1);
  await rows.getByRole("link").click();
  await expect(page.getByRole("listitem").filter({ hasText: "How deep is the sea" }).first()).toContainText("You");
  await expect(page.locator("mark").first()).toHaveText("cold");
  await portray(page, "conversation");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("The deep sea");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "The deep sea" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Rename" })).toBeFocused();
  await page.getByRole("main").getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("searchbox")).toHaveValue("cold");
  await page.getByRole("searchbox").fill("");
  await expect(rows).toHaveCount(2);

  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("repartee-export.json");
  const everything = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(everything.account.email).toBe(person.email);
  expect(everything.conversations).toHaveLength(2);

  await page.getByRole("button", { name: "Delete: The deep sea" }).click();
  await portray(page, "delete-conversation");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: "Delete: The deep sea" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Delete all" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete all" }).click();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();
});

test("many conversations come in pages", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await register(page);
  for (let number = 1; number <= 52; ++number) {
    await say(page, `Question number ${number}`, `session-${number}`);
  }
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(50);
  await page.getByRole("button", { name: "Show older ones" }).click();
  await expect(rows).toHaveCount(52);
  await expect(rows.last()).toContainText("number 1");
  await expect(page.getByRole("button", { name: "Show older ones" })).toBeHidden();
});

test("what is remembered is seen, found by its meaning, corrected and forgotten", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(), server.url);
  await register(page);
  await page.getByRole("navigation").getByRole("link", { name: "Memory" }).click();
  await expect(page.getByText("Nothing is remembered of you yet.")).toBeVisible();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("dialog").getByLabel("What", { exact: true }).fill("My bicycle is green and has a bell");
  await page.getByRole("dialog").getByLabel("Kind").fill("things");
  await page.getByRole("button", { name: "Remember" }).click();
  const facts = page.getByRole("list", { name: "What is remembered" }).getByRole("listitem");
  await expect(facts).toHaveCount(1);
  await say(page, "remember that my favourite tea is mint", "kitchen");
  await page.reload();
  await expect(facts).toHaveCount(2);
  await expect(facts.nth(0)).toContainText("you asked for it");
  await expect(facts.nth(1)).toContainText("typed by hand");
  await portray(page, "memory");

  await page.getByRole("searchbox").fill("what colour is my bicycle");
  await expect(facts.first()).toContainText("green");
  await expect(facts.first()).toContainText("fits to");
  await portray(page, "memory-search");
  await page.getByRole("radio", { name: "By words" }).check();
  await expect(page.getByText("Nothing that is remembered fits")).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await expect(facts).toHaveCount(2);

  await page.getByRole("button", { name: "Correct: My bicycle is green" }).click();
  const field = page.getByLabel("Correct it");
  await expect(field).toBeFocused();
  await field.fill("My bicycle is red and has a bell");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(facts.filter({ hasText: "red" })).toContainText("corrected");
  await page.reload();
  await expect(facts.filter({ hasText: "My bicycle is red" })).toHaveCount(1);
  await page.getByRole("button", { name: "Forget: My bicycle is red" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await expect(facts).toHaveCount(1);
  await page.getByRole("button", { name: "Forget all" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget all" }).click();
  await expect(page.getByText("Nothing is remembered of you yet.")).toBeVisible();
});

test("what is written on Home is found in History, and deleted; signed out, nothing of it is left", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(), server.url);
  const navigation = page.getByRole("navigation");
  await register(page);
  await navigation.getByRole("button", { name: "Sign out" }).click();
  await navigation.getByRole("link", { name: "Sign in" }).click();
  await signIn(page);
  await navigation.getByRole("link", { name: "Home" }).click();
  const box = page.getByRole("textbox", { name: "Your message" });
  const log = page.getByRole("log", { name: "What was written" });
  await box.fill("what is 12 * 12");
  await page.keyboard.press("Enter");
  await expect(log).toContainText("144");

  await navigation.getByRole("link", { name: "History" }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await rows.getByRole("link").click();
  await expect(page.getByRole("listitem").filter({ hasText: "what is 12 * 12" }).first()).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "144" }).first()).toBeVisible();
  await expect(page.locator("#main")).toBeFocused();
  await page.getByRole("main").getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: /^Delete: / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nothing has been said yet")).toBeVisible();

  await navigation.getByRole("link", { name: "Home" }).click();
  await expect(log).toContainText("144");
  await box.fill("something that is nobody's business");
  await navigation.getByRole("button", { name: "Sign out" }).click();
  await expect(log).toHaveCount(0);
  await expect(box).toHaveValue("");
});
