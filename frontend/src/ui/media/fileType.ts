export type FileFamily =
  | "pdf"
  | "text"
  | "sheet"
  | "slides"
  | "archive"
  | "image"
  | "video"
  | "audio"
  | "file";

const BY_EXTENSION: Record<string, FileFamily> = {
  pdf: "pdf",
  doc: "text",
  docx: "text",
  odt: "text",
  rtf: "text",
  txt: "text",
  md: "text",
  xls: "sheet",
  xlsx: "sheet",
  ods: "sheet",
  csv: "sheet",
  ppt: "slides",
  pptx: "slides",
  odp: "slides",
  zip: "archive",
  rar: "archive",
  "7z": "archive",
  gz: "archive",
};

const BY_TYPE: [RegExp, FileFamily][] = [
  [/^application\/pdf$/, "pdf"],
  [/wordprocessing|msword|^text\/plain|opendocument\.text|rtf/, "text"],
  [/spreadsheet|ms-excel|csv/, "sheet"],
  [/presentation|ms-powerpoint/, "slides"],
  [/zip|rar|7z|tar|gzip/, "archive"],
  [/^image\//, "image"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
];

/** The family of a file: by its type, which was sniffed, and by its name where that says nothing. */
export function fileFamily(mimeType: string, fileName: string): FileFamily {
  for (const [pattern, family] of BY_TYPE) if (pattern.test(mimeType)) return family;
  return BY_EXTENSION[extension(fileName)] ?? "file";
}

/** `PDF`, `DOCX`: the few letters by which people know a file; empty when it has none. */
export function fileTag(mimeType: string, fileName: string): string {
  const own = extension(fileName);
  if (own !== "") return own.toUpperCase();
  return fileFamily(mimeType, fileName) === "pdf" ? "PDF" : "";
}

function extension(fileName: string): string {
  return /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
}
