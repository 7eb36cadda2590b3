// The frame around all screens: it opens fast, asks nobody else, and can be used by everybody.
import { expect, expectAccessible, test } from "./stage";

test("opens with nothing to install and nobody else to ask", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await expect(page.getByRole("navigation", { name: "Screens" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("is led by the keyboard alone", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the screen" })).toBeFocused();
  await page.getByRole("link", { name: "Status" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Status" })).toBeVisible();
  await expect(page.locator("#main")).toBeFocused();
});

test("keeps the theme that was chosen", async ({ stage, browserThatSays, open }) => {
  const server = await stage.launch();
  const page = await open(await browserThatSays(), server.url, { theme: "light" });
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Theme: dark" })).toBeVisible();
});
