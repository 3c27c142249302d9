import { Menu } from "@mantine/core";
import { useLocation } from "wouter";

import { type Me, useClient } from "@/api";
import { useTranslation } from "@/i18n";
import { initials } from "@/ui";
import { useMenuPosition } from "./layout";
import { paths } from "./paths";
import classes from "./Rail.module.css";

/** For those who work in several organisations. */
export function OrganizationMenu({ me, isOpen }: { me: Me; isOpen: boolean }) {
  const { t } = useTranslation();
  const position = useMenuPosition(isOpen);
  const { slug } = useClient();
  const [, navigate] = useLocation();
  const name = me.organization?.name ?? slug;
  return (
    <Menu position={position} width={232} withinPortal={false}>
      <Menu.Target>
        <button
          type="button"
          className={`${classes.entry} ${classes.face}`}
          aria-label={t("shell.organization", { name })}
          title={isOpen ? undefined : name}
        >
          <span className={classes.organization} data-letters={initials(name)} aria-hidden />
          <span className={classes.name}>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t("shell.changeOrganization")}>
        <Menu.Label>{t("shell.changeOrganization")}</Menu.Label>
        <Menu.RadioGroup value={slug} onChange={(slug) => navigate(paths.chats(slug))}>
          {me.organizations.map((organization) => (
            <Menu.RadioItem key={organization.slug} value={organization.slug} closeMenuOnClick>
              {organization.name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
