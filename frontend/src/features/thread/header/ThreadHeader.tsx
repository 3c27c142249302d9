import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowLeft,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
} from "@tabler/icons-react";

import type { Conversation, Me } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar, personHandle, personName } from "@/ui";

import { HeaderActions } from "./HeaderActions";
import { StatusBadge } from "./StatusBadge";
import classes from "./ThreadHeader.module.css";
import { WindowClock } from "./WindowClock";

interface Props {
  conversation: Conversation;
  me: Me | undefined;
  onBack?: () => void;
  onToggleContact: () => void;
  contactOpen: boolean;
}

/** With whom one speaks, how the chat stands, and what can be done with it. */
export function ThreadHeader({ conversation, me, onBack, onToggleContact, contactOpen }: Props) {
  const { t } = useTranslation();
  const { contact, channel } = conversation;
  const name = personName(contact, t("common.unnamed"));
  const handle = personHandle(contact) ?? t("thread.header.noPhone");
  const contactLabel = t(contactOpen ? "thread.header.hideContact" : "thread.header.showContact");
  const ContactIcon = contactOpen ? IconLayoutSidebarRightCollapse : IconLayoutSidebarRightExpand;
  return (
    <header className={classes.header}>
      <div className={classes.inner}>
        {onBack && (
          <ActionIcon className={classes.back} aria-label={t("thread.header.back")} onClick={onBack}>
            <IconArrowLeft size={20} stroke={1.75} aria-hidden />
          </ActionIcon>
        )}
        <button type="button" className={classes.person} onClick={onToggleContact}>
          <Avatar name={contact.name} seed={contact.id} size={36} />
          <span className={classes.names}>
            <span className={classes.name}>
              <span className={classes.ellipsis} dir="auto">
                {name}
              </span>
              <span className={classes.wideOnly}>
                <StatusBadge status={conversation.status} />
              </span>
            </span>
            <span className={classes.under}>
              <span className={classes.narrowOnly}>
                <StatusBadge status={conversation.status} />
              </span>
              {handle !== name && (
                <span
                  className={`${classes.ellipsis} ${classes.wideOnly} tabular`}
                  title={t("thread.header.channel", { channel: channel.name })}
                >
                  <bdi>{handle}</bdi>
                </span>
              )}
              <WindowClock conversation={conversation} />
            </span>
          </span>
        </button>
        <HeaderActions conversation={conversation} me={me} />
        <Tooltip label={contactLabel}>
          <ActionIcon
            className={classes.contact}
            aria-label={contactLabel}
            aria-expanded={contactOpen}
            onClick={onToggleContact}
          >
            <ContactIcon size={20} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}
