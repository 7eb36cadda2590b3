// What a newcomer sees first: a button to talk, and a line to write.
import type { Page } from "@playwright/test";
import { embedded, expect, expectAccessible, held, letIn, on, opened, scripted, test } from "./stage";

const box = (page: Page) => page.getByRole("textbox", { name: "Your message" });

test("is one click from a call", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(2, "what time is it"), server.url);
  await page.getByRole("button", { name: "Talk", exact: true }).click();
  await expect(page.getByText("It is half past nine. Shall I remind you?")).toBeVisible();
});

test("answers what is written, and keeps it while the tab is open", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(), server.url);
  await box(page).fill("what is 2 + 3");
  await page.keyboard.press("Enter");
  const log = page.getByRole("log", { name: "What was written" });
  await expect(log).toContainText("what is 2 + 3");
  await expect(log).toContainText("5");
  await expect(box(page)).toHaveValue("");
  await expectAccessible(page);
  await page.reload();
  await expect(log).toContainText("what is 2 + 3");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(log).toHaveCount(0);
});

test("says so when the line breaks before an answer, and sends it again when asked", async ({
  stage,
  browserThatSays,
  open,
}) => {
  const server = await stage.launch({ settings: { ...scripted, SCRIPTED_LLM_FIRST_MS: "30000" } });
  const page = await open(await browserThatSays(), server.url, { trouble: true });
  await box(page).fill("good morning");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Thinking")).toBeVisible();
  await server.vanish();
  await expect(page.getByText("The connection was lost before an answer came.")).toBeVisible();
  await server.comeBack();
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByLabel("Thinking")).toBeVisible();
});

test("writing asks for an account where the server wants one", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({
    settings: { ...scripted },
    files: { "repartee.toml": "[surfaces.voice_ai]\nanonymous = \"never\"\n" },
  });
  const page = await open(await browserThatSays(), server.url);
  await expect(page.getByRole("link", { name: "Sign in or register" })).toBeVisible();
  await expect(box(page)).toHaveCount(0);
});

for (const theme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["desktop", { width: 1200, height: 800 }],
    ["phone", { width: 390, height: 844 }],
  ] as const) {
    test(`looks well, ${theme}, ${size}`, async ({ stage, browserThatSays, open }, info) => {
      const server = await stage.launch({ settings: embedded });
      const page = await open(await browserThatSays(), server.url, { theme, viewport });
      await expect(page.getByRole("button", { name: "Talk", exact: true })).toBeVisible();
      await page.screenshot({ path: info.outputPath(`home-${theme}-${size}.png`) });
      await box(page).fill("what is 12 * 12");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("log", { name: "What was written" })).toContainText("144");
      await page.screenshot({ path: info.outputPath(`home-chat-${theme}-${size}.png`), fullPage: true });
      await expectAccessible(page);
    });
  }
}

test("answers what is said into it, aloud and in text", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: embedded });
  const page = await open(await browserThatSays(1, "what time is it"), server.url);
  await page.getByRole("button", { name: "Say it instead" }).click();
  const log = page.getByRole("log", { name: "What was written" });
  await expect(log).toContainText(/what time is it/i);
  await expect(log).toContainText(/It is/);
  await expect(page.getByRole("button", { name: "Say it instead" })).toBeEnabled();
});

test("hears nothing any more once it is left, whenever that is", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch({ settings: scripted });
  const page = await open(await browserThatSays(), server.url);
  const leave = () => page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  const say = page.getByRole("button", { name: "Say it instead" });
  await held(page);
  await say.click();
  await expect.poll(() => opened(page)).toBe(1);
  await leave();
  await letIn(page);
  await expect.poll(() => on(page)).toBe(0);

  await page.goto("#/home");
  await say.click();
  await expect(page.getByText("Speak now.")).toBeVisible();
  expect(await on(page)).toBe(1);
  await leave();
  await expect.poll(() => on(page)).toBe(0);
  expect(await opened(page)).toBe(2);
});
