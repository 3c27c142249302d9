import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

import { startTexts } from "@/i18n";

await startTexts("es");
afterEach(cleanup);
// A busy machine is no reason to fail: what does not come at all still does not come.
configure({ asyncUtilTimeout: 20_000 });

// jsdom measures nothing and lacks these; Mantine and the virtual lists ask for them.
window.matchMedia ??= (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
  onchange: null,
  dispatchEvent: () => false,
});
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView ??= () => {};
if (!document.fonts) Object.defineProperty(document, "fonts", { value: new EventTarget() });
