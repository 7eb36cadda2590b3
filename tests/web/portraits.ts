// A screen as people see it: in both themes, on a desk and in a hand. The pictures are kept beside the results, to be
// looked at; what axe says of each theme fails the test.
import { type Page, test } from "@playwright/test";
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
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (before) {
    await page.setViewportSize(before);
  }
}
