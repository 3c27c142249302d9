import { setNonce } from "get-nonce";

/** The page's word that our style elements may pass its policy; empty where there is none (development). */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

// Dialogs lock the page's scrolling with a style element of a library that asks here.
if (nonce) setNonce(nonce);
