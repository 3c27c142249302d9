import { describe, expect, test } from "vitest";

import { ApiError } from "@/api";
import { conversation, event } from "@/testing/builders";

import { Moves, movedTo } from "./moves";

const gone = (id: number, into: number) => event(1, "conversation.removed", { id, moved_to: into });
const rebuilt = (id: number) => event(1, "conversation.rebuilt", { conversation: conversation({ id }) });

function having(...events: Parameters<Moves["take"]>[0][]): Moves {
  const moves = new Moves();
  for (const one of events) moves.take(one);
  return moves;
}

describe("where a chat is", () => {
  test("is found over several merges", () => {
    expect(having(gone(1, 2), gone(2, 3)).home(1)).toBe(3);
    expect(having(gone(1, 2), gone(2, 3)).home(7)).toBe(7);
  });

  test("is itself again once the merge is taken back", () => {
    expect(having(gone(1, 2), rebuilt(1)).home(1)).toBe(1);
  });

  test("is the latest word where the undoing of an earlier merge was not seen", () => {
    const moves = having(gone(1, 2), gone(2, 1));
    expect([moves.home(1), moves.home(2)]).toEqual([1, 1]);
  });

  test("is not known after events were lost", () => {
    const moves = having(gone(1, 2));
    moves.clear();
    expect(moves.home(1)).toBe(1);
  });
});

test("only a chat that is gone names another one", () => {
  expect(movedTo(new ApiError(404, "not_found", "", { moved_to: 4 }))).toBe(4);
  expect(movedTo(new ApiError(404, "not_found", ""))).toBeNull();
  expect(movedTo(new ApiError(409, "window_closed", "", { moved_to: 4 }))).toBeNull();
  expect(movedTo(new Error("else"))).toBeNull();
});
