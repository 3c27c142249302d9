import { Button } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";

import { useTranslation } from "@/i18n";
import { EmptyState } from "@/ui";

import { Page } from "./Page";

/** An error of ours does not leave a white page. */
export class Broken extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Apology /> : this.props.children;
  }
}

function Apology() {
  const { t } = useTranslation();
  return (
    <Page>
      <EmptyState
        icon={<IconTool size={24} stroke={1.5} />}
        title={t("shell.broken.title")}
        action={<Button onClick={() => window.location.reload()}>{t("shell.broken.reload")}</Button>}
      >
        {t("shell.broken.text")}
      </EmptyState>
    </Page>
  );
}
