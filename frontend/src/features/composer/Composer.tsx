import {
  type Conversation,
  type Me,
  type ReplyTarget,
  serverTime,
  useConversation,
  useMe,
  windowState,
} from "@/api";
import { useTranslation } from "@/i18n";
import { useOutbox } from "@/realtime";
import { personName, useNow } from "@/ui";

import classes from "./Composer.module.css";
import { ComposerLine } from "./ComposerLine";
import { Locked } from "./Locked";
import { MessageBox } from "./MessageBox";
import { writing } from "./model/mayWrite";
import { wasRefused } from "./model/refused";

interface Props {
  conversationId: number;
  replyTo?: ReplyTarget | null;
  onCancelReply?: () => void;
  restored?: { text: string } | null;
  dropped?: { files: File[] } | null;
}

/** Where the answer is written, or the reason why none can be. */
export function Composer({ conversationId, ...rest }: Props) {
  const { data: conversation } = useConversation(conversationId);
  const { data: me } = useMe();
  if (conversation === undefined || me === undefined)
    return <div className={classes.composer} data-loading />;
  return <ComposerOf key={conversationId} conversation={conversation} me={me} {...rest} />;
}

interface OwnProps extends Omit<Props, "conversationId"> {
  conversation: Conversation;
  me: Me;
}

function ComposerOf({
  conversation,
  me,
  replyTo = null,
  onCancelReply,
  restored = null,
  dropped = null,
}: OwnProps) {
  const { t } = useTranslation();
  const outbox = useOutbox(conversation.id);
  const time = serverTime(useNow());
  const rights = writing(conversation, me);
  const refused = wasRefused(outbox, conversation.last_inbound_at);
  const state = refused ? { kind: "closed" as const } : windowState(conversation.window_closes_at, time);
  const name = personName(conversation.contact, t("common.unnamed"));

  const reason = !rights.may
    ? t(`composer.locked.${rights.reason}`, { name: conversation.assignee?.name ?? "" })
    : state.kind === "closed"
      ? t("composer.locked.window", { name })
      : state.kind === "never"
        ? t("composer.locked.never", { name })
        : null;

  return (
    <footer className={classes.composer}>
      <div className={classes.column}>
        <ComposerLine
          conversationId={conversation.id}
          window={state.kind === "open" && rights.may ? state : null}
          colleague={rights.may ? rights.colleague : null}
        />
        {reason === null ? (
          <MessageBox
            conversationId={conversation.id}
            memberId={me.membership?.id ?? null}
            replyTo={replyTo}
            onCancelReply={onCancelReply}
            restored={restored}
            dropped={dropped}
          />
        ) : (
          <Locked reason={reason} />
        )}
      </div>
    </footer>
  );
}
