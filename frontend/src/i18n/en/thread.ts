import type { Texts } from "../texts";

export const thread: Texts["thread"] = {};
