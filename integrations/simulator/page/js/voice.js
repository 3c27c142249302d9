/** Recording a voice message, where the browser allows it. */

import { leave } from "./api.js";
import { byId, toast } from "./dom.js";
import { t } from "./i18n.js";
import { listen, send, state } from "./state.js";

const LONGEST_MS = 10 * 60_000;

let recorder = null;
let began = 0;
let timer;

const two = (number) => String(number).padStart(2, "0");

function show() {
  const isOn = recorder !== null;
  byId("recording").hidden = !isOn;
  byId("composer").hidden = isOn || !state.open || !state.accounts.length;
  if (!isOn) return;
  const seconds = Math.floor((Date.now() - began) / 1000);
  byId("recording-time").textContent = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (Date.now() - began > LONGEST_MS) finish(true);
}

async function start() {
  if (recorder || !state.open) return;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    const type = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
    if (!type) throw new Error("no OPUS");
    recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24_000 });
    recorder.chatOf = state.open;
    recorder.start();
    began = Date.now();
    timer = setInterval(show, 250);
    show();
    byId("recording-send").focus();
  } catch {
    stopTracks();
    recorder = null;
    show();
    await send({ type: "audio", voice: true, media: "voice" }).then(
      () => toast(t("noMicrophone")),
      () => toast(t("failed")),
    );
  }
}

function stopTracks() {
  for (const track of recorder?.stream.getTracks() ?? []) track.stop();
}

function finish(isWanted) {
  if (!recorder) return;
  const ending = recorder;
  const parts = [];
  clearInterval(timer);
  ending.addEventListener("dataavailable", (event) => parts.push(event.data));
  ending.addEventListener("stop", () => {
    if (isWanted && ending.chatOf === state.open) deliver(new Blob(parts, { type: ending.mimeType }));
  });
  ending.stop();
  stopTracks();
  recorder = null;
  show();
  byId("composer-text").focus();
}

async function deliver(sound) {
  try {
    const left = await leave(sound, { type: sound.type, voice: "1" });
    await send({ type: "audio", voice: true, media: { blob: left.blob, mime_type: left.mime_type } });
  } catch {
    toast(t("failed"));
  }
}

/** Make recording work. */
export function startVoice() {
  byId("record").addEventListener("click", start);
  byId("recording-send").addEventListener("click", () => finish(true));
  byId("recording-discard").addEventListener("click", () => finish(false));
  byId("recording").addEventListener("keydown", (event) => {
    if (event.key === "Escape") finish(false);
  });
  listen((what) => {
    // Somebody else's phone is in the hand now.
    if (what === "chat" && recorder && recorder.chatOf !== state.open) finish(false);
  });
}
