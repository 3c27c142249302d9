// Before the first paint: a scheme that the person has chosen in the client holds here too.
(() => {
  try {
    const wanted = window.localStorage.getItem("bandeja.color-scheme");
    if (wanted === "light" || wanted === "dark") document.documentElement.dataset.scheme = wanted;
  } catch {
    // Storage may be forbidden; then the system's choice holds.
  }
})();
