import type { Texts } from "../texts";

export const list: Texts["list"] = {
  search: "Search name or number…",
};
