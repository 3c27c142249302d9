/** Calls of the simulator. */

/** This page's own name: the simulator remembers by it which chat is open. */
export const pageName = crypto.randomUUID();

/** A refusal of the simulator, with its sentence. */
export class Refused extends Error {}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}

export const get = (path, query = {}) => call("GET", `${path}?${new URLSearchParams(query)}`);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/** Leave a file with the simulator, to be sent in a message after that. */
export async function leave(file, query) {
  const response = await fetch(`/_sim/phone/files?${new URLSearchParams(query)}`, { method: "POST", body: file });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}
