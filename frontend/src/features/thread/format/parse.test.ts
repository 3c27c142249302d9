import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Block, type Inline, parse, plain } from "./parse";

/** The tree in one line: `b(…)` bold, `i(…)` italic, `s(…)` strike, `c(…)` code, `a(…)` link, `m(…)` mono. */
function shape(text: string): string {
  const inline = (node: Inline): string => {
    switch (node.kind) {
      case "text":
        return node.text;
      case "code":
        return `c(${node.text})`;
      case "link":
        return `a(${node.text})`;
      default:
        return `${node.kind[0]}(${node.children.map(inline).join("")})`;
    }
  };
  const block = (one: Block) => (one.kind === "mono" ? `m(${one.text})` : one.children.map(inline).join(""));
  return parse(text).map(block).join("¶");
}

describe("marks", () => {
  test.each([
    ["*Total*: 45.000", "b(Total): 45.000"],
    ["un _poco_ más", "un i(poco) más"],
    ["~antes~ ahora", "s(antes) ahora"],
    ["*_todo_*", "b(i(todo))"],
    ["*uno* y *dos*", "b(uno) y b(dos)"],
    ["(*entre paréntesis*)", "(b(entre paréntesis))"],
    ["usa `npm run`", "usa c(npm run)"],
    ["`*no*`", "c(*no*)"],
    ["```uno\ndos```", "m(uno\ndos)"],
    ["antes\n```código```\ndespués", "antes¶m(código)¶después"],
    ["¿*Qué*?", "¿b(Qué)?"],
    ["*مرحبا*", "b(مرحبا)"],
  ])("%j is drawn as %j", (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  test.each([
    "2 * 3 * 4",
    "snake_case_name",
    "5*4*3",
    "* lista\n* otra",
    "*sin cerrar",
    "*\n*",
    "**",
    "****",
    "_ _",
    "~~~~",
    "``` ```",
    "a*b*c",
    "*abierta\ncerrada*",
    "```abierta",
    "",
  ])("%j stays as it was written", (text) => {
    expect(shape(text)).toBe(text);
  });

  test.each(["*a ".repeat(20_000), "*_~`".repeat(15_000), "[".repeat(60_000), "http://".repeat(9_000)])(
    "a long row of signs does not hold up the page",
    (text) => {
      // What is not linear here takes minutes and runs into the test's time limit.
      expect(parse(text)).toHaveLength(1);
    },
  );

  test("every word comes through, whatever is written", () => {
    const signs = fc.constantFrom(
      "*",
      "_",
      "~",
      "`",
      "```",
      "\n",
      " ",
      "a",
      "é",
      "ع",
      "https://a.co",
      "😀",
      "<b>",
    );
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const bare = (value: string) => value.replace(/[*_~`\n]/g, "");
        expect(bare(plain(text))).toBe(bare(text));
      }),
    );
  });
});

describe("links", () => {
  const hrefs = (text: string) => {
    const found: string[] = [];
    const walk = (node: Inline) => {
      if (node.kind === "link") found.push(node.href);
      if ("children" in node) node.children.forEach(walk);
    };
    for (const block of parse(text)) if (block.kind === "lines") block.children.forEach(walk);
    return found;
  };

  test.each([
    ["mira https://bandeja.co/a_b_c?x=1&y=2#z.", ["https://bandeja.co/a_b_c?x=1&y=2#z"]],
    ["(https://es.wikipedia.org/wiki/Cali_(Colombia))", ["https://es.wikipedia.org/wiki/Cali_(Colombia)"]],
    ["www.tienda.co, gracias", ["https://www.tienda.co/"]],
    ["*https://a.co*", ["https://a.co/"]],
    ["HTTPS://A.CO/x", ["https://a.co/x"]],
    ["http://a.co http://b.co", ["http://a.co/", "http://b.co/"]],
  ])("%j opens %j", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://a.co/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://a.co",
    "//a.co/x",
    "https://",
    "https://banco.co@malo.co",
    "https://user:pass@malo.co",
    "http://a",
    "xhttps://a.co",
    "ana@www.tienda.co",
  ])("%j opens nothing", (text) => {
    expect(hrefs(text)).toEqual([]);
  });

  test("an address cannot hide behind signs that turn the direction of text", () => {
    const turned = "https://banco.co/\u202egpj.exe";
    expect(hrefs(turned)).toEqual(["https://banco.co/"]);
    expect(hrefs("https://banco\u200b.malo.co")).toEqual([]);
  });
});
