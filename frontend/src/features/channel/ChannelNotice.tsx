import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useRef } from "react";

import {
  adviceFor,
  type Channel,
  type ChannelTrouble,
  type Language,
  useChannels,
  useConversation,
  useMe,
} from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import { useResumeChannel } from "@/realtime";
import { afterColon } from "@/ui";

import classes from "./ChannelNotice.module.css";

interface Troubled extends Channel {
  trouble: ChannelTrouble;
}

const isTroubled = (channel: Channel): channel is Troubled => channel.is_active && channel.trouble !== null;

/** Above the chats: each number whose sends have stopped, and why. */
export function ChannelNotices() {
  const { data = [] } = useChannels();
  return data
    .filter(isTroubled)
    .map((channel) => <Notice key={channel.id} channel={channel} isOfChat={false} />);
}

/** Above the message box of a chat whose number cannot send now. */
export function ChannelNotice({ conversationId }: { conversationId: number }) {
  const { data = [] } = useChannels();
  const { data: conversation } = useConversation(conversationId);
  const channel = data.filter(isTroubled).find(({ id }) => id === conversation?.channel.id);
  return channel ? <Notice channel={channel} isOfChat /> : null;
}

function Notice({ channel, isOfChat }: { channel: Troubled; isOfChat: boolean }) {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const language = i18n.language as Language;
  const { trouble, name } = channel;
  // The titles are sentences of their own.
  const reason = afterColon(trouble.title[language].replace(/\.$/, ""));
  const advice = adviceFor(me, trouble)[language];
  const isOwner = me?.membership?.role === "owner";
  return (
    <div className={classes.notice} data-of-chat={isOfChat || undefined} role="status">
      <IconAlertTriangle size={18} stroke={1.75} aria-hidden />
      <div className={classes.words}>
        <strong title={trouble.detail || undefined}>
          {isOfChat ? t("channel.stopped", { reason }) : t("channel.stoppedOf", { name, reason })}.
        </strong>
        {advice && <span className={classes.advice}>{advice}</span>}
        {isOfChat && <span>{t("channel.waiting")}</span>}
      </div>
      {isOwner && <Resume channel={channel} />}
    </div>
  );
}

function Resume({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const failure = useRef("");
  const { mutate, isPending } = useResumeChannel({
    onSuccess: () => notifications.show({ title: t("channel.resumed"), message: t("channel.resumedHint") }),
    onError: (error) => {
      const message = errorText(error);
      failure.current = notifications.show({ color: "red", title: t("channel.resumeFailed"), message });
    },
  });
  const resume = () => {
    // What became of the last try is not told beside what becomes of this one.
    notifications.hide(failure.current);
    mutate(channel.id);
  };
  return (
    <Button size="xs" variant="default" title={t("channel.resumeHint")} loading={isPending} onClick={resume}>
      {t("channel.resume")}
    </Button>
  );
}
