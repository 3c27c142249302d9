// Runs before the first paint, as a file of its own because the page allows no inline script.
(() => {
  let wanted = null;
  try {
    wanted = window.localStorage.getItem("bandeja.color-scheme");
  } catch {
    // Storage may be forbidden; then the system's choice holds.
  }
  const scheme =
    wanted === "light" || wanted === "dark"
      ? wanted
      : window.matchMedia("(prefers-color-scheme: dark)").matches
        ? "dark"
        : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();
