import fc from "fast-check";
import { expect, test } from "vitest";

import { attachment, message } from "@/testing/builders";

import { shotsOf } from "./shots";
import { MOST, pan, WHOLE, zoomAt } from "./zoom";

const picture = { width: 800, height: 600 };
const room = { width: 1_000, height: 700 };

test("what is under the pointer stays there when it grows", () => {
  const point = { x: 200, y: -100 };
  const { scale, x, y } = zoomAt(WHOLE, 2, point, picture, room);
  expect(scale).toBe(2);
  // The pixel that was at the point is at the point still.
  expect([point.x * scale + x, point.y * scale + y]).toEqual([200, -100]);
});

test("it does not grow without end, and becomes whole again", () => {
  expect(zoomAt(WHOLE, 100, { x: 0, y: 0 }, picture, room).scale).toBe(MOST);
  expect(zoomAt({ scale: 2, x: 50, y: 50 }, 0.1, { x: 0, y: 0 }, picture, room)).toEqual(WHOLE);
});

test("an edge never comes away from the room's", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: MOST, noNaN: true }), fc.integer(), fc.integer(), (scale, x, y) => {
      const moved = pan({ scale, x: 0, y: 0 }, { x, y }, picture, room);
      expect(Math.abs(moved.x)).toBeLessThanOrEqual(Math.max(0, (picture.width * scale - room.width) / 2));
      expect(Math.abs(moved.y)).toBeLessThanOrEqual(Math.max(0, (picture.height * scale - room.height) / 2));
    }),
  );
});

test("only pictures and films that are here can be seen large, in the order of the thread", () => {
  const one = attachment({ id: 1 });
  const film = attachment({ id: 2, kind: "video" });
  const messages = [
    message({ attachments: [one] }),
    message({ attachments: [attachment({ kind: "document" })] }),
    message({ attachments: [attachment({ state: "waiting" })] }),
    message({ attachments: [attachment({ kind: "sticker" })] }),
    message({ attachments: [attachment()], deleted_at: "2026-11-20T17:00:00Z" }),
    message({ attachments: [film] }),
  ];
  expect(shotsOf(messages).map(({ attachment: { id } }) => id)).toEqual([1, 2]);
});
