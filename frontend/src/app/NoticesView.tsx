import { type MantineThemeOverride, MantineThemeProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useMemo } from "react";

import { useTranslation } from "@/i18n";

import classes from "./NoticesView.module.css";

export default function NoticesView() {
  const { t } = useTranslation();
  const close = t("common.close");
  const theme = useMemo<MantineThemeOverride>(
    () => ({
      components: { Notification: { defaultProps: { closeButtonProps: { "aria-label": close } } } },
    }),
    [close],
  );
  return (
    <MantineThemeProvider theme={theme} inherit>
      <Notifications
        position="top-right"
        limit={4}
        classNames={{ root: classes.corner, notification: classes.notice }}
      />
    </MantineThemeProvider>
  );
}
