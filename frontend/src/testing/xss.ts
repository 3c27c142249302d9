import { expect } from "vitest";

/** What customers, or whoever writes in their name, might send instead of words. */
export const ATTACKS = [
  `<script>window.__hit = 1</script>`,
  `<img src=x onerror="window.__hit = 1">`,
  `"><svg/onload=window.__hit=1>`,
  `javascript:window.__hit=1`,
  `https://a.co/"onmouseover="window.__hit=1`,
  `<a href="javascript:window.__hit=1">clic</a>`,
  `data:text/html,<script>window.__hit=1</script>`,
  `&lt;script&gt;window.__hit=1&lt;/script&gt;`,
];

const SAFE_LINK = /^(https?:|blob:)/;
const FORBIDDEN = "script, iframe, object, embed, base, meta, link, form, style";

/** Nothing of it has become an element that does something, or a link that is more than a link. */
export function expectInert(root: HTMLElement): void {
  expect(root.querySelector(FORBIDDEN)).toBeNull();
  for (const element of root.querySelectorAll("*"))
    for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^on/);
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[href]"))
    expect(link.href).toMatch(SAFE_LINK);
  for (const source of root.querySelectorAll<HTMLElement>("[src]"))
    expect(source.getAttribute("src")).toMatch(/^(\/api\/v1\/attachments\/|blob:)/);
  expect(window).not.toHaveProperty("__hit");
}
