import { Tooltip } from "@mantine/core";
import {
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconMessages,
} from "@tabler/icons-react";
import { Link, useRoute } from "wouter";

import { useClient, useMe } from "@/api";
import { useTranslation } from "@/i18n";

import { AccountMenu } from "./AccountMenu";
import { ConnectionSign } from "./ConnectionSign";
import { OrganizationMenu } from "./OrganizationMenu";
import { paths } from "./paths";
import classes from "./Rail.module.css";

interface Props {
  isOpen: boolean;
  onToggle: () => void;
}

/** The main menu: icons with names on hover, names beside them when it is opened. */
export function Rail({ isOpen, onToggle }: Props) {
  const { t } = useTranslation();
  const { slug } = useClient();
  const { data: me } = useMe();
  const [isChats] = useRoute("/o/:slug/chats/*?");
  const [, params] = useRoute("/o/:slug/chats/:conversationId");
  const toggleLabel = t(isOpen ? "shell.closeMenu" : "shell.openMenu");
  const Toggle = isOpen ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand;

  return (
    <nav
      className={classes.rail}
      data-open={isOpen || undefined}
      // On a phone the conversation has the whole height.
      data-aside={params?.conversationId ? true : undefined}
      aria-label={t("shell.menu")}
    >
      <Tooltip label={toggleLabel} position="right" disabled={isOpen}>
        <button
          type="button"
          className={`${classes.entry} ${classes.toggle}`}
          aria-label={toggleLabel}
          aria-expanded={isOpen}
          onClick={onToggle}
        >
          <Toggle size={20} stroke={1.5} aria-hidden />
          <span className={classes.brand}>bandeja</span>
        </button>
      </Tooltip>
      <Tooltip label={t("shell.chats")} position="right" disabled={isOpen}>
        <Link
          href={paths.chats(slug)}
          className={classes.entry}
          aria-current={isChats ? "page" : undefined}
          aria-label={t("shell.chats")}
        >
          <IconMessages size={20} stroke={1.5} aria-hidden />
          <span className={classes.name}>{t("shell.chats")}</span>
        </Link>
      </Tooltip>
      <div className={classes.foot}>
        <ConnectionSign isOpen={isOpen} />
        {me && me.organizations.length > 1 && <OrganizationMenu me={me} isOpen={isOpen} />}
        {me && <AccountMenu me={me} isOpen={isOpen} />}
      </div>
    </nav>
  );
}
