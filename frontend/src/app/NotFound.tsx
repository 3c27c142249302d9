import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "wouter";

import { useTranslation } from "@/i18n";
import { EmptyState } from "@/ui";

import { Page } from "./Page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page>
      <EmptyState
        icon={<IconMapOff size={24} stroke={1.5} />}
        title={t("shell.notFound.title")}
        action={
          <Button component={Link} href="/">
            {t("shell.notFound.go")}
          </Button>
        }
      >
        {t("shell.notFound.text")}
      </EmptyState>
    </Page>
  );
}
