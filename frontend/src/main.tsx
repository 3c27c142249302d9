import "./ui/mantine";
import "./ui/fonts.css";
import "./ui/base.css";

import { createRoot } from "react-dom/client";

import { App } from "./app/App";
import { startTexts } from "./i18n";

startTexts();
createRoot(document.getElementById("root")!).render(<App />);
