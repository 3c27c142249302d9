/** Put a text on the clipboard; also where the page came over plain http, which has no clipboard API. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser or by a policy: the old way may still be open.
    }
  }
  const carrier = document.createElement("textarea");
  carrier.value = text;
  carrier.style.position = "fixed";
  carrier.style.opacity = "0";
  document.body.append(carrier);
  carrier.select();
  try {
    return document.execCommand("copy");
  } finally {
    carrier.remove();
  }
}
