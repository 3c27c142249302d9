import { IconCheck, IconUserPlus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { ApiError, type Client, type Contact, useClient } from "@/api";
import { useTranslation } from "@/i18n";

import type { Card } from "../content/kinds";
import { useMessageActions } from "../message/actions";
import { useTabIndex } from "../message/rowFocus";
import { useFailureNote } from "../useFailureNote";
import classes from "./Card.module.css";

interface Outcome {
  isNew: boolean;
  /** Where one speaks with them, if anybody ever did. */
  conversationId: number | null;
}

/** Put a person of a card into our contacts; whoever is there already is led to. */
export function SaveContact({ card }: { card: Card }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const note = useFailureNote();
  const save = useSave(card);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  if (outcome) return <Done outcome={outcome} />;
  return (
    <span className={classes.links}>
      <button
        type="button"
        className={classes.action}
        tabIndex={tabIndex}
        disabled={save.isPending}
        onClick={() =>
          save.mutate(undefined, {
            onSuccess: setOutcome,
            onError: (error) => note(t("content.contact.failed"), error),
          })
        }
      >
        <IconUserPlus size={15} stroke={1.75} aria-hidden />
        {t("content.contact.save")}
      </button>
    </span>
  );
}

function Done({ outcome: { isNew, conversationId } }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { hrefOf } = useMessageActions();
  const href = conversationId === null ? undefined : hrefOf?.(conversationId);
  return (
    <span className={classes.links} role="status">
      <span className={classes.done}>
        <IconCheck size={15} stroke={2} aria-hidden />
        {t(isNew ? "content.contact.saved" : "content.contact.already")}
      </span>
      {href && (
        <Link className={classes.link} href={href} tabIndex={tabIndex}>
          {t("content.contact.openChat")}
        </Link>
      )}
    </span>
  );
}

function useSave({ name, phones }: Card) {
  const client = useClient();
  return useMutation({
    mutationFn: async (): Promise<Outcome> => {
      // The number that WhatsApp knows goes before the one that was written down.
      const known = phones.find(({ waId }) => waId !== "") ?? phones[0]!;
      const phone = known.waId ? `+${known.waId}` : known.value;
      try {
        const made = await client.post<Contact>("/contacts", { name: name || phone, phone });
        return { isNew: true, conversationId: made.conversations[0]?.id ?? null };
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "contact_exists") throw error;
        return { isNew: false, conversationId: await chatWith(client, Number(error.details.contact)) };
      }
    },
  });
}

/** Where one speaks with somebody; nowhere that we may see, for an agent whose colleague does. */
async function chatWith(client: Client, contactId: number): Promise<number | null> {
  try {
    const { conversations } = await client.get<Contact>(`/contacts/${contactId}`);
    const [latest] = conversations.toSorted((a, b) => (a.last_activity_at < b.last_activity_at ? 1 : -1));
    return latest?.id ?? null;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
