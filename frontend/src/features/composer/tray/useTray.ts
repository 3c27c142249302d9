import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useLayoutEffect, useState, useSyncExternalStore } from "react";

import { type MediaLimits, mediaLimitsQuery, useClient, useMediaLimits } from "@/api";
import { useHomeOf, useMovedHere, useUploads } from "@/realtime";

import { type Checked, check, type Wish } from "../model/check";
import { localAttachment } from "../model/localFile";
import { probe } from "../model/probe";
import {
  change,
  follow,
  moveTray,
  only,
  recall,
  reserve,
  roomIn,
  type TrayItem,
  trayKey,
  withAdded,
  withCaption,
  without,
} from "./trayStore";

/** A file that was not taken, and why. */
export interface Refusal {
  name: string;
  reason: Extract<Checked, { ok: false }> | { ok: false; problem: "many" | "unknown" };
}

/** The files that wait in the message box of a conversation. Each is uploaded as soon as it is chosen. */
export function useTray(conversationId: number) {
  const client = useClient();
  const queries = useQueryClient();
  const { slug } = client;
  const key = trayKey(slug, conversationId);
  const homeOf = useHomeOf();
  const movedHere = useMovedHere(conversationId);
  const uploads = useUploads();
  const limits = useMediaLimits().data ?? null;
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const state = useSyncExternalStore(
    follow,
    useCallback(() => recall(key), [key]),
  );
  useLayoutEffect(() => {
    for (const id of movedHere) moveTray(trayKey(slug, id), key);
    // A page of another organisation in between has given the uploads up.
    change(key, (held) => only(held, (uploadId) => uploads.get(uploadId) !== null));
  }, [key, movedHere, slug, uploads]);

  const add = useCallback(
    async (files: readonly File[], wish: Wish) => {
      // What is dropped before the limits are here waits for them.
      const known = await queries.ensureQueryData(mediaLimitsQuery(client)).catch(() => null);
      const { taken, refused } = known ? sorted(files, wish, known, roomIn(key)) : unknown(files);
      setRefusals(refused);
      const give = reserve(key, taken.length);
      // Measured side by side, added in the order in which they were chosen.
      const items = await Promise.all(taken.map(({ file, checked }) => begin(file, checked)));
      give();
      // Perhaps the chat is part of another one by now.
      change(trayKey(slug, homeOf(conversationId)), (current) => withAdded(current, items));

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
    [client, conversationId, homeOf, key, queries, slug, uploads],
  );
  const remove = useCallback(
    (uploadId: string) => {
      uploads.drop(uploadId);
      change(key, (current) => without(current, uploadId));
    },
    [key, uploads],
  );
  return {
    ...state,
    limits,
    refusals,
    add,
    remove,
    dismissRefusals: () => setRefusals([]),
    select: (selectedId: string) => change(key, (current) => ({ ...current, selectedId })),
    caption: (uploadId: string, text: string) =>
      change(key, (current) => withCaption(current, uploadId, text)),
    /** They have gone to the outbox. */
    release: (gone: readonly TrayItem[]) =>
      change(key, (current) => gone.reduce((left, { uploadId }) => without(left, uploadId), current)),
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
