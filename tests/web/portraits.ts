// A screen as people see it: in both themes, on a desk and in a hand. The pictures are kept beside the results, to be
// looked at; what axe says of each theme fails the test, and so does what is wider than the screen or too small for a
// finger.
import { type Page, expect, test } from "@playwright/test";
import { expectAccessible } from "./stage";

const sizes = { desk: { width: 1200, height: 800 }, hand: { width: 390, height: 844 } } as const;

export async function portray(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [where, size] of Object.entries(sizes)) {
      await page.setViewportSize(size);
      await page.screenshot({ path: test.info().outputPath(`${name}-${theme}-${where}.png`), fullPage: true });
      await expectAccessible(page);
    }
    expect(await page.evaluate(misfits)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (before) {
    await page.setViewportSize(before);
  }
}

// Runs in the page.
function misfits(): string[] {
  const found: string[] = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    found.push(`the page is ${scrollWidth} wide on a screen of ${clientWidth}`);
  }
  for (const control of document.querySelectorAll<HTMLElement>("button, summary, select, .button, input:not([type=checkbox], [type=radio], [type=range], .visually-hidden)")) {
    const { width, height } = control.getBoundingClientRect();
    if (height > 0 && (height < 44 || width < 44)) {
      found.push(`${control.tagName} “${control.textContent?.trim() || control.getAttribute("aria-label")}” is ${width} by ${height}`);
    }
  }
  return found;
}
