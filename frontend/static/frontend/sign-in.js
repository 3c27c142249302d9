// What the sign-in page does beyond its form: show the password, tell of Caps Lock, forget errors, and send once.
(() => {
  const form = document.getElementById("sign-in");
  const password = document.getElementById("password");
  const show = document.getElementById("show-password");
  const capsLock = document.getElementById("caps-lock");

  const reveal = (visible) => {
    password.type = visible ? "text" : "password";
    show.textContent = visible ? show.dataset.hide : show.dataset.show;
    show.setAttribute("aria-label", visible ? show.dataset.hideLabel : show.dataset.showLabel);
    show.setAttribute("aria-pressed", String(visible));
  };
  reveal(false);
  show.hidden = false;
  show.addEventListener("click", () => {
    reveal(password.type === "password");
    password.focus();
  });

  const noticeCapsLock = (event) => {
    const on = event.getModifierState?.("CapsLock") ?? false;
    capsLock.textContent = on ? capsLock.dataset.on : "";
  };
  password.addEventListener("keydown", noticeCapsLock);
  password.addEventListener("keyup", noticeCapsLock);
  password.addEventListener("blur", () => {
    capsLock.textContent = "";
  });

  // What was wrong is being mended: a refusal of both fields goes with the first change of either.
  for (const field of form.querySelectorAll("[aria-invalid]"))
    field.addEventListener("input", () => {
      const error = document.getElementById(field.dataset.error);
      for (const other of form.querySelectorAll(`[data-error="${field.dataset.error}"]`))
        other.removeAttribute("aria-invalid");
      error?.remove();
    });

  const send = form.querySelector("button.primary");
  const idle = send.textContent;
  form.addEventListener("submit", (event) => {
    if (send.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    // Hidden again, or browsers would remember it as ordinary text.
    reveal(false);
    send.setAttribute("aria-busy", "true");
    send.textContent = send.dataset.busy;
  });
  // Back from the next page: browsers keep this one as it was left.
  window.addEventListener("pageshow", () => {
    send.removeAttribute("aria-busy");
    send.textContent = idle;
  });
})();
