import "./ui/mantine";
import "./ui/fonts.css";
import "./ui/base.css";

import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { Wordless } from "./app/Wordless";
import { startTexts } from "./i18n";

const root = createRoot(document.getElementById("root")!);
void startTexts().then(
  () => root.render(<App />),
  () => root.render(<Wordless />),
);
