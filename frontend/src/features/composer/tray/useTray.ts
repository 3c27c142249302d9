import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { type MediaLimits, mediaLimitsQuery, useClient, useMediaLimits } from "@/api";
import { useUploads } from "@/realtime";

import { type Checked, check, type Wish } from "../model/check";
import { localAttachment } from "../model/localFile";
import { probe } from "../model/probe";
import {
  EMPTY,
  keep,
  recall,
  type TrayItem,
  type TrayState,
  withAdded,
  withCaption,
  without,
} from "./trayStore";

/** A file that was not taken, and why. */
export interface Refusal {
  name: string;
  reason: Extract<Checked, { ok: false }> | { ok: false; problem: "many" | "unknown" };
}

export const MOST_FILES = 10;

/** The files that wait in the message box of a conversation. Each is uploaded as soon as it is chosen. */
export function useTray(conversationId: number) {
  const client = useClient();
  const queries = useQueryClient();
  const { slug } = client;
  const key = `${slug}/${conversationId}`;
  const uploads = useUploads();
  const limits = useMediaLimits().data ?? null;
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const [state, setState] = useState<TrayState>(() => {
    const { items, selectedId } = recall(key);
    const held = items.filter(({ uploadId }) => uploads.get(uploadId));
    return held.length === items.length ? { items, selectedId } : { ...EMPTY, items: held };
  });
  useEffect(() => keep(key, state), [key, state]);

  const add = useCallback(
    async (files: readonly File[], wish: Wish) => {
      // What is dropped before the limits are here waits for them.
      const known = await queries.ensureQueryData(mediaLimitsQuery(client)).catch(() => null);
      const room = MOST_FILES - state.items.length;
      const { taken, refused } = known ? sorted(files, wish, known, room) : unknown(files);
      setRefusals(refused);
      // Measured side by side, added in the order in which they were chosen.
      const items = await Promise.all(taken.map(({ file, checked }) => begin(file, checked)));
      setState((current) => withAdded(current, items));

      async function begin(
        file: File,
        { kind, mimeType }: Extract<Checked, { ok: true }>,
      ): Promise<TrayItem> {
        const url = URL.createObjectURL(file);
        const measures = await probe(url, kind);
        const draft = localAttachment({
          url,
          kind,
          mimeType,
          name: file.name,
          bytes: file.size,
          ...measures,
        });
        return { uploadId: uploads.add({ file, name: file.name, kind }, draft).id, kind, caption: "" };
      }
    },
    [client, queries, state.items.length, uploads],
  );
  const remove = useCallback(
    (uploadId: string) => {
      uploads.drop(uploadId);
      setState((current) => without(current, uploadId));
    },
    [uploads],
  );
  return {
    ...state,
    limits,
    refusals,
    add,
    remove,
    dismissRefusals: () => setRefusals([]),
    select: (selectedId: string) => setState((current) => ({ ...current, selectedId })),
    caption: (uploadId: string, text: string) => setState((current) => withCaption(current, uploadId, text)),
    /** They have gone to the outbox. */
    release: (gone: readonly TrayItem[]) =>
      setState((current) => gone.reduce((left, { uploadId }) => without(left, uploadId), current)),
  };
}

export type Tray = ReturnType<typeof useTray>;

interface Sorted {
  taken: { file: File; checked: Extract<Checked, { ok: true }> }[];
  refused: Refusal[];
}

/** Nobody can say what is taken: the server does not answer. */
const unknown = (files: readonly File[]): Sorted => ({
  taken: [],
  refused: files.map(({ name }) => ({ name, reason: { ok: false, problem: "unknown" } })),
});

function sorted(files: readonly File[], wish: Wish, limits: MediaLimits, room: number): Sorted {
  const result: Sorted = { taken: [], refused: [] };
  for (const file of files) {
    const checked = check(file, wish, limits);
    if (!checked.ok) result.refused.push({ name: file.name, reason: checked });
    else if (result.taken.length >= room)
      result.refused.push({ name: file.name, reason: { ok: false, problem: "many" } });
    else result.taken.push({ file, checked });
  }
  return result;
}
