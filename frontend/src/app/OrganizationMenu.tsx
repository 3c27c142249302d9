import { Menu } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useLocation } from "wouter";

import { type Me, useClient } from "@/api";
import { useTranslation } from "@/i18n";
import { initials } from "@/ui";

import { paths } from "./paths";
import classes from "./Rail.module.css";

/** For those who work in several organisations. */
export function OrganizationMenu({ me, isOpen }: { me: Me; isOpen: boolean }) {
  const { t } = useTranslation();
  const { slug } = useClient();
  const [, navigate] = useLocation();
  const name = me.organization?.name ?? slug;
  return (
    <Menu position={isOpen ? "top-start" : "right-end"} width={232}>
      <Menu.Target>
        <button
          type="button"
          className={`${classes.entry} ${classes.face}`}
          aria-label={t("shell.organization", { name })}
          title={isOpen ? undefined : name}
        >
          <span className={classes.organization} aria-hidden>
            {initials(name)}
          </span>
          <span className={classes.name}>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("shell.changeOrganization")}>
        <Menu.Label>{t("shell.changeOrganization")}</Menu.Label>
        {me.organizations.map((organization) => (
          <Menu.Item
            key={organization.slug}
            role="menuitemradio"
            aria-checked={organization.slug === slug}
            rightSection={organization.slug === slug && <IconCheck size={16} aria-hidden />}
            onClick={() => navigate(paths.chats(organization.slug))}
          >
            {organization.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
