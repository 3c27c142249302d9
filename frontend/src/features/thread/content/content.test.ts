import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { attachment, message } from "@/testing/builders";

import { mediaBox } from "./box";
import { frameOf } from "./frame";
import { fieldLabel } from "./kinds";
import { coordinates, drawnStreets, mapUrl } from "./map";
import { money, quantity, times } from "./money";
import { shownAs, wordsOf } from "./shown";

const show = (fields: Parameters<typeof message>[0]) => {
  const one = message({ text: "", ...fields });
  const shown = shownAs(one);
  return { shown, words: wordsOf(one, shown) };
};
// What strangers send is not bound to the schema's types.
const content = (value: unknown) => value as ReturnType<typeof message>["content"];

describe("as what a message is shown", () => {
  test("a file goes by what it is, whatever the message says it is", () => {
    const file = attachment({ kind: "document" });
    expect(show({ type: "image", attachments: [file] }).shown).toEqual({ as: "file", attachment: file });
  });

  test("a deleted one shows nothing else, not even a file or a text that came along", () => {
    const { shown, words } = show({
      text: "secreto",
      deleted_at: "2026-11-20T17:00:00Z",
      attachments: [attachment()],
    });
    expect(shown).toEqual({ as: "deleted" });
    expect(words).toBe("");
  });

  test.each([
    [{ latitude: 4.65, longitude: -74.08, name: "Parque", address: "", url: "" }, "location"],
    [{ latitude: "4.65", longitude: "-74.08" }, "location"],
    [{ latitude: 95, longitude: 0 }, "bare"],
    [{ latitude: null, longitude: null }, "bare"],
    [{}, "bare"],
  ])("a place of %j is a %s", (place, as) => {
    expect(show({ type: "location", content: content(place) }).shown.as).toBe(as);
  });

  test("the words of a card are on the card, and not said twice", () => {
    const place = { latitude: 4.65, longitude: -74.08, name: "Parque", address: "", url: "" };
    expect(show({ type: "location", text: "Parque", content: place }).words).toBe("");
  });

  test.each([
    [131_060, "elsewhere"],
    [131_052, "too_large"],
    [131_051, "unsupported"],
    [null, "unsupported"],
  ])("what WhatsApp could not hand over (%s) is %s", (code, as) => {
    expect(show({ type: "unsupported", content: content({ hint: "", code }) }).shown.as).toBe(as);
  });

  test("a kind of tomorrow keeps WhatsApp's own name", () => {
    expect(show({ type: "unknown", raw_type: "event_invite" }).shown).toEqual({
      as: "other",
      name: "event_invite",
    });
  });

  test("an answer that was tapped is words with a sign, a filled form is a card", () => {
    const choice = { kind: "list", id: "x", title: "Envío exprés", description: "Llega hoy" };
    const tapped = show({ type: "interactive", text: "Envío exprés", content: content(choice) });
    expect(tapped.words).toBe("Envío exprés");
    expect(tapped.shown).toMatchObject({ as: "choice", choice: { kind: "list", description: "Llega hoy" } });
    const form = {
      kind: "flow",
      name: "flow",
      fields: [
        { name: "talla", value: "M" },
        { name: "flow_token", value: "t" },
        { name: "color", value: "azul" },
      ],
    };
    expect(show({ type: "interactive", text: "talla: M", content: content(form) })).toMatchObject({
      shown: {
        as: "flow",
        flow: {
          fields: [
            { name: "talla", value: "M" },
            { name: "color", value: "azul" },
          ],
        },
      },
      words: "",
    });
  });

  test("no content at all, of whatever shape, breaks it", () => {
    const types = [
      "location",
      "contacts",
      "order",
      "button",
      "interactive",
      "unsupported",
      "unknown",
      "text",
      "system",
    ];
    const numbers = fc.oneof(fc.double(), fc.string(), fc.constant(null));
    const shapes = fc.oneof(
      fc.jsonValue(),
      fc.record({ contacts: fc.jsonValue(), items: fc.array(fc.jsonValue()), totals: fc.jsonValue() }),
      fc.record({ latitude: numbers, longitude: numbers, fields: fc.jsonValue(), kind: fc.string() }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), shapes, (type, value) => {
        const { shown } = show({ type, content: content(value) });
        expect(frameOf(shown)).toBeTypeOf("string");
      }),
    );
  });
});

describe("money", () => {
  test.each([
    ["10000", "COP", "es", "$10.000 COP"],
    ["299800.5", "COP", "es", "$299.800,50 COP"],
    ["299800.50", "COP", "en", "$299,800.50 COP"],
    ["25", "USD", "es", "$25 USD"],
    ["12.5", "EUR", "es", "€12,50 EUR"],
    ["0.1", "USD", "en", "$0.10 USD"],
    ["-3", "USD", "en", "−$3 USD"],
    ["1000", "", "es", "1.000"],
    ["7", "PUNTOS", "es", "7 PUNTOS"],
    ["12345678901234567890.01", "COP", "es", "$12.345.678.901.234.567.890,01 COP"],
  ])("%s %s in %s is %s", (amount, currency, language, expected) => {
    expect(money(amount, currency, language)).toBe(expected);
  });

  test.each([
    ["2", "89900", "179800"],
    ["3", "0.1", "0.3"],
    ["1.5", "2.25", "3.375"],
    ["0.1", "0.2", "0.02"],
    ["100", "0.01", "1"],
    ["0", "5", "0"],
    ["9007199254740993", "3", "27021597764222979"],
  ])("%s times %s is %s, exactly", (a, b, product) => {
    expect(times(a, b)).toBe(product);
  });

  test("quantities have no needless noughts", () => {
    expect(quantity("2", "es")).toBe("2");
    expect(quantity("1.50", "es")).toBe("1,5");
    expect(quantity("2.0", "es")).toBe("2");
    expect(quantity("1200", "en")).toBe("1,200");
  });
});

describe("the room of a picture", () => {
  test.each([
    [1200, 900, 320, 240],
    [900, 1600, 203, 360],
    [4000, 200, 320, 108],
    [50, 3000, 168, 360],
    [40, 40, 320, 320],
    [null, null, 280, 210],
    [0, 0, 280, 210],
  ])("%s × %s is shown on %i × %i", (width, height, w, h) => {
    expect(mediaBox(width, height)).toEqual({ width: w, height: h });
  });
});

describe("a place", () => {
  const bogota = { latitude: 4.6533816, longitude: -74.0836333 };

  test("is named by its coordinates, and looked up only when somebody follows the link", () => {
    expect(coordinates(bogota)).toBe("4.653382, -74.083633");
    expect(coordinates({ latitude: 10, longitude: 0 })).toBe("10, 0");
    expect(new URL(mapUrl(bogota)).searchParams.get("query")).toBe("4.653382,-74.083633");
  });

  test("is drawn the same each time, anywhere on earth", () => {
    expect(drawnStreets(bogota)).toEqual(drawnStreets(bogota));
    for (const latitude of [-90, 0, 90])
      for (const longitude of [-180, 0, 180])
        for (const { d } of drawnStreets({ latitude, longitude }))
          expect(d).toMatch(/^M-?\d+ -?\d+ L-?\d+ -?\d+$/);
  });
});

test.each([
  ["preferred_color", "Preferred color"],
  ["values.city", "City"],
  ["fechaDeEntrega", "Fecha de entrega"],
  ["screen_0_Nombre_1", "Nombre"],
  ["talla", "Talla"],
  ["_", "_"],
])("a field called %s is headed «%s»", (name, label) => {
  expect(fieldLabel(name)).toBe(label);
});
