import { render, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";

import { FormattedText } from "./FormattedText";

const ATTACKS = [
  `<script>window.__hit = 1</script>`,
  `<img src=x onerror="window.__hit = 1">`,
  `*<img src=x onerror=window.__hit=1>*`,
  `_<svg/onload=window.__hit=1>_`,
  "```<iframe src=javascript:window.__hit=1>```",
  "`<b onmouseover=window.__hit=1>`",
  `https://a.co/"onmouseover="window.__hit=1`,
  `https://a.co/'><script>window.__hit=1</script>`,
  `https://a.co/<script>window.__hit=1</script>`,
  `<a href="javascript:window.__hit=1">clic</a>`,
  `javascript:window.__hit=1`,
  `&lt;script&gt;window.__hit=1&lt;/script&gt;`,
  `<!--<img src="--><img src=x onerror=window.__hit=1>">`,
  `{{constructor.constructor('window.__hit=1')()}}`,
  `<math><mi//xlink:href="data:x,<script>window.__hit=1</script>">`,
  `</span></div><script>window.__hit=1</script>`,
];

describe("what customers write is never read as HTML", () => {
  test.each(ATTACKS)("%j", (attack) => {
    const { container } = render(<FormattedText text={attack} />);

    const allowed = new Set(["SPAN", "STRONG", "EM", "S", "CODE", "PRE", "A"]);
    for (const element of container.querySelectorAll("*")) {
      if (element === container.firstElementChild && element.tagName === "DIV") continue;
      expect(allowed).toContain(element.tagName);
      for (const name of element.getAttributeNames()) expect(name).not.toMatch(/^on/);
    }
    for (const link of container.querySelectorAll("a")) expect(link.protocol).toMatch(/^https?:$/);
    expect(window).not.toHaveProperty("__hit");
  });
});

test("a link opens a new page that learns nothing of this one", () => {
  render(<FormattedText text="paga en https://pagos.co/p/1" />);

  const link = screen.getByRole("link", { name: "https://pagos.co/p/1" });
  expect(link).toHaveAttribute("href", "https://pagos.co/p/1");
  expect(link).toHaveAttribute("target", "_blank");
  expect(link.getAttribute("rel")?.split(" ")).toEqual(expect.arrayContaining(["noopener", "noreferrer"]));
});

test("marks become elements that say the same to a screen reader", () => {
  const { container } = render(<FormattedText text={"*a* _b_ ~c~ `d`\n```e```"} />);

  expect([...container.querySelectorAll("strong, em, s, code, pre")].map((one) => one.tagName)).toEqual([
    "STRONG",
    "EM",
    "S",
    "CODE",
    "PRE",
  ]);
});
