/** One part of a form that came with a file; a part without a file is only its `text`. */
export interface Part {
  text: string;
  fileName: string;
  mimeType: string;
  bytes: number;
}

/**
 * The parts of a `multipart/form-data` request by name.
 *
 * Read by hand: `Request.formData` makes files of the `File` of the page, which under jsdom is not the one that
 * it expects, and fails.
 */
export async function partsOf(request: Request): Promise<Map<string, Part>> {
  const boundary = /boundary=(.+)$/.exec(request.headers.get("content-type") ?? "")?.[1] ?? "";
  // A letter for each byte, so that lengths are those of the file.
  const body = new TextDecoder("latin1").decode(await request.arrayBuffer());
  const parts = new Map<string, Part>();
  for (const piece of body.split(`--${boundary}`).slice(1, -1)) {
    const end = piece.indexOf("\r\n\r\n");
    const head = piece.slice(0, end);
    const text = piece.slice(end + 4, -2);
    parts.set(/ name="([^"]*)"/.exec(head)?.[1] ?? "", {
      text,
      fileName: utf8(/filename="([^"]*)"/.exec(head)?.[1] ?? ""),
      mimeType: /content-type: (.+)/i.exec(head)?.[1]?.trim() ?? "",
      bytes: text.length,
    });
  }
  return parts;
}

const utf8 = (latin1: string) => new TextDecoder().decode(Uint8Array.from(latin1, (c) => c.charCodeAt(0)));
