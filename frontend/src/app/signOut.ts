import { csrfToken } from "@/api";

// What was begun and what waits to be sent, of every organisation.
const OWN = ["bandeja.draft.", "bandeja.outbox."];

/** Leave by a real form, as the sign-out page of the server wants it; what was begun goes too. */
export function signOut(): void {
  forgetWriting();
  // The message box writes down its last words as the page goes.
  window.addEventListener("pagehide", forgetWriting);
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/accounts/logout/";
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = "csrfmiddlewaretoken";
  token.value = csrfToken();
  form.append(token);
  document.body.append(form);
  form.submit();
}

/** Nobody else's eyes should find on this computer what one was about to write. */
function forgetWriting(): void {
  try {
    for (const name of Object.keys(window.localStorage))
      if (OWN.some((prefix) => name.startsWith(prefix))) window.localStorage.removeItem(name);
  } catch {
    // Where storage is forbidden there are none.
  }
}
