import { type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useRef, useState } from "react";

import { type Language, type Me, useClient, useSaveLanguage } from "@/api";
import { changeLanguage, LANGUAGES, useErrorText, useTranslation } from "@/i18n";
import { unsentElsewhere, useRealtime } from "@/realtime";
import { Avatar, laterDialog } from "@/ui";

import { useMenuPosition } from "./layout";
import { PlainUnsent } from "./PlainUnsent";
import classes from "./Rail.module.css";
import { signOut } from "./signOut";

const UnsentDialog = laterDialog(() => import("./UnsentDialog"), PlainUnsent);

const SCHEMES = [
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
  { value: "auto", icon: IconDeviceDesktop },
] as const;

/** The person: language, appearance, the way out. */
export function AccountMenu({ me, isOpen }: { me: Me; isOpen: boolean }) {
  const { t, i18n } = useTranslation();
  const position = useMenuPosition(isOpen);
  const errorText = useErrorText();
  const { outbox } = useRealtime();
  const { slug } = useClient();
  const saveLanguage = useSaveLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [unsent, setUnsent] = useState(0);
  const choices = useRef(0);
  // Marked at once: what is marked cannot be chosen, and the one before should be while another is on its way.
  const [chosen, setChosen] = useState<Language | null>(null);
  const name = me.user.name || me.user.email;
  const role = me.membership ? t(`shell.roles.${me.membership.role}`) : "";

  const choose = async (language: Language) => {
    choices.current += 1;
    const choice = choices.current;
    setChosen(language);
    let isLoaded = false;
    try {
      const isSpoken = await changeLanguage(language);
      isLoaded = true;
      if (isSpoken) await saveLanguage.mutateAsync(language);
    } catch (error) {
      // Whoever has chosen again since wants neither this one nor the one before.
      if (choice !== choices.current) return;
      // Where the kept one cannot be loaded, people read on in the one that the page has.
      changeLanguage(me.preferences.language).catch(() => {});
      notifications.show({
        color: "red",
        title: t(isLoaded ? "shell.languageFailed" : "shell.languageLost"),
        message: errorText(error),
      });
    } finally {
      if (choice === choices.current) setChosen(null);
    }
  };
  const leave = () => {
    const count = outbox.all().length + unsentElsewhere(slug, me.user.id);
    if (count > 0) setUnsent(count);
    else signOut();
  };

  return (
    <>
      <Menu position={position} width={232} withinPortal={false}>
        <Menu.Target>
          <button
            type="button"
            className={`${classes.entry} ${classes.face}`}
            aria-label={t("shell.account", { name })}
            title={isOpen ? undefined : name}
          >
            <Avatar name={name} seed={`member-${me.membership?.id ?? me.user.id}`} size={28} />
            <span className={classes.two}>
              <span>{name}</span>
              <small>{role}</small>
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.person}>
            <strong>{name}</strong>
            <span>{me.user.email}</span>
            {role && <span>{role}</span>}
          </div>
          <Menu.Divider />
          <Menu.Label>{t("shell.language")}</Menu.Label>
          <Menu.RadioGroup value={chosen ?? i18n.language} onChange={(code) => void choose(code as Language)}>
            {LANGUAGES.map(({ code, name }) => (
              <Menu.RadioItem key={code} value={code} lang={code}>
                {name}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Label>{t("shell.appearance")}</Menu.Label>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
          >
            {SCHEMES.map(({ value, icon: Icon }) => (
              <Menu.RadioItem
                key={value}
                value={value}
                rightSection={<Icon size={16} stroke={1.75} aria-hidden />}
              >
                {t(`shell.schemes.${value}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} aria-hidden />} onClick={leave}>
            {t("shell.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <UnsentDialog
        opened={unsent > 0}
        count={unsent}
        onClose={() => setUnsent(0)}
        onLeave={() => {
          for (const { clientId } of outbox.all()) outbox.discard(clientId);
          signOut();
        }}
      />
    </>
  );
}
