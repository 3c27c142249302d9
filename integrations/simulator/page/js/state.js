/** What the page knows, and who wants to hear of changes. */

import { get, pageName, post } from "./api.js";

export const state = {
  accounts: [],
  number: localStorage.getItem("bandeja.phones.number") ?? "",
  people: [],
  open: null,
  messages: [],
  more: false,
  typing: new Set(),
  drafts: new Map(),
  quoting: null,
  editing: null,
  menu: null,
  receipts: true,
  loaded: false,
};

/** What has happened to the open chat since it was last asked for; the answer may not know of it. */
let meanwhile = [];
const listeners = new Set();
const typingTimers = new Map();
const TYPING_MS = 25_000;

/** Be told of changes: "people", "chat" (with what happened), "quoting" or "editing". */
export const listen = (listener) => listeners.add(listener);

export function changed(what, detail = {}) {
  for (const listener of listeners) listener(what, detail);
}

export const account = () => state.accounts.find((one) => one.phone_number_id === state.number);
export const person = (id = state.open) => state.people.find((one) => one.user_id === id);

const isCurrent = (thing) => thing.phone_number_id === state.number;
const isOpen = (thing) => isCurrent(thing) && thing.user_id === state.open;

/** Load the list anew, and the open chat with it. */
export async function load() {
  const query = state.number ? { phone_number_id: state.number } : {};
  let overview = await get("/_sim/phone", query);
  if (overview.accounts.length && !overview.accounts.some((one) => one.phone_number_id === state.number)) {
    state.number = overview.accounts[0].phone_number_id;
    overview = await get("/_sim/phone", { phone_number_id: state.number });
  }
  Object.assign(state, { accounts: overview.accounts, people: overview.people, receipts: overview.receipts });
  state.loaded = true;
  if (state.open && !person()) state.open = null;
  sortPeople();
  changed("people");
  changed("settings");
  if (state.open) await loadChat();
  else changed("chat", { whole: true });
}

/** Those who wrote last stand first, unless someone is pointing at the list. */
export function sortPeople() {
  const place = new Map(state.people.map((one, index) => [one.user_id, index]));
  const at = (one) => one.last?.at ?? 0;
  state.people.sort((one, other) => at(other) - at(one) || place.get(one.user_id) - place.get(other.user_id));
}

export async function chooseNumber(number) {
  state.number = number;
  localStorage.setItem("bandeja.phones.number", number);
  state.typing.clear();
  await load();
}

/** Open a person's chat, or none. */
export async function openChat(userId) {
  Object.assign(state, { open: userId, quoting: null, editing: null, menu: null, messages: [] });
  changed("people");
  changed("quoting");
  if (userId) return loadChat();
  changed("chat", { whole: true });
  return look();
}

async function loadChat() {
  const wanted = state.open;
  const mine = (meanwhile = []);
  const chat = await get("/_sim/phone/chat", { phone_number_id: state.number, user_id: wanted });
  if (wanted !== state.open || mine !== meanwhile) return;
  state.messages = sorted(chat.messages);
  state.more = chat.more;
  changed("chat", { whole: true });
  for (const step of mine) step();
  await look();
}

/** Do something to the open chat, now and once more when it comes. */
function happen(step) {
  meanwhile.push(step);
  step();
}

export async function loadOlder() {
  const before = Math.min(...state.messages.map((message) => message.id));
  const wanted = state.open;
  const chat = await get("/_sim/phone/chat", { phone_number_id: state.number, user_id: wanted, before });
  if (wanted !== state.open) return;
  state.messages = sorted([...chat.messages, ...state.messages]);
  state.more = chat.more;
  changed("chat", { older: true });
}

const sorted = (messages) => messages.sort((one, other) => one.at - other.at || one.id - other.id);

/** Tell the simulator what this page shows: an open chat is a read chat. */
export async function look() {
  const isSeen = state.open && document.visibilityState === "visible";
  await post("/_sim/phone/look", {
    page: pageName,
    user_id: isSeen ? state.open : null,
    phone_number_id: state.number,
  });
  const one = person();
  if (isSeen && one?.unread) {
    one.unread = 0;
    changed("people");
  }
}

/** Somebody has another BSUID now: stay with them. */
export async function follow(userId) {
  state.open = userId;
  await load();
}

/** Send something as the person of the open chat; what is quoted goes along, unless it shall stay. */
export async function send(order, { keepQuote = false } = {}) {
  const context = keepQuote ? undefined : state.quoting?.wamid;
  const answer = await post("/_sim/phone/messages", {
    phone_number_id: state.number,
    user_id: state.open,
    context,
    ...order,
  });
  if (!keepQuote && state.quoting) {
    state.quoting = null;
    changed("quoting");
  }
  if (answer.message) take(answer.message);
}

/** Write a text as the person of the open chat. */
export const write = (text, options = {}) => send({ type: "text", text, ...options });

/** Take a message in, new or changed; tells whether it is new. */
function take(message) {
  const isNew = isCurrent(message) && noteInList(message);
  if (isOpen(message)) happen(() => put(message));
  return isNew;
}

function put(message) {
  const known = state.messages.findIndex((one) => one.wamid === message.wamid && one.id === message.id);
  if (known >= 0) {
    // Our own answer and the event tell of the same message, in any order.
    const before = state.messages[known];
    state.messages[known] = rank(before) > rank(message) ? { ...message, state: before.state } : message;
    changed("chat", { changed: message });
  } else if (!state.more || message.id > Math.min(...state.messages.map((one) => one.id))) {
    state.messages = sorted([...state.messages, message]);
    changed("chat", { added: message });
  }
}

const rank = (message) => ["posted", "accepted", "sent", "delivered", "read", "played"].indexOf(message.state);

function noteInList(message) {
  const one = person(message.user_id);
  if (!one) return false;
  const isNew = !one.last || message.id > one.last.id;
  if (isNew && message.direction === "out" && !(isOpen(message) && document.visibilityState === "visible")) {
    one.unread += 1;
  }
  // A copy: the open chat holds the message itself and must see its changes for itself.
  if (isNew || (one.last.id === message.id && rank(message) >= rank(one.last))) one.last = { ...message };
  if (message.direction === "out" && isNew) stopTyping(message);
  changed("people", { moved: isNew });
  return isNew;
}

function stopTyping(chat) {
  clearTimeout(typingTimers.get(chat.user_id));
  if (state.typing.delete(chat.user_id)) changed("typing");
}

function startTyping(chat) {
  if (!isCurrent(chat)) return;
  clearTimeout(typingTimers.get(chat.user_id));
  typingTimers.set(chat.user_id, setTimeout(() => stopTyping(chat), TYPING_MS));
  state.typing.add(chat.user_id);
  changed("typing");
}

function setState(event, applies) {
  if (!isCurrent(event)) return;
  const last = person(event.user_id)?.last;
  if (last && applies(last)) last.state = event.state;
  changed("people");
  if (isOpen(event)) happen(() => putState(event.state, applies));
}

function putState(reached, applies) {
  for (const message of state.messages) {
    if (!applies(message)) continue;
    message.state = reached;
    changed("chat", { changed: message });
  }
}

const reactions = {
  hello: () => load(),
  reload: () => load(),
  message: (event) => {
    const isNew = take(event.message);
    if (isNew && event.message.direction === "out") changed("arrived", { message: event.message });
  },
  renamed: (event) => (state.open === event.old_user_id ? follow(event.user_id) : load()),
  state: (event) => setState(event, (message) => message.wamid === event.wamid && message.state === "posted"),
  read_by_business: (event) =>
    setState({ ...event, state: "read" }, (message) => message.direction === "in" && message.id <= event.through),
  typing: (event) => startTyping(event),
  faults: () => changed("settings"),
  timeline: () => load(),
};

/** Follow what happens; the browser connects again by itself. */
export function listenToSimulator(onTrouble) {
  const source = new EventSource(`/_sim/events?page=${pageName}`);
  source.addEventListener("message", (message) => {
    const event = JSON.parse(message.data);
    Promise.resolve(reactions[event.type]?.(event)).catch(onTrouble);
  });
}
