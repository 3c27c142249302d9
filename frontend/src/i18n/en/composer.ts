import type { Texts } from "../texts";

export const composer: Texts["composer"] = {};
