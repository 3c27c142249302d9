import type { Texts } from "../texts";

export const contact: Texts["contact"] = {};
