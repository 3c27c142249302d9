import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBuildingOff } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";

import { ApiError, OrganizationProvider, useMe, usePerson } from "@/api";
import { changeLanguage, useTranslation } from "@/i18n";
import { RealtimeProvider } from "@/realtime";
import { EmptyState, ErrorState, ZoneProvider } from "@/ui";

import { lastOrganization } from "./lastOrganization";
import { Page } from "./Page";
import { paths } from "./paths";
import { ShellSkeleton } from "./ShellSkeleton";

interface Props {
  slug: string;
  children: ReactNode;
}

/** Everything below belongs to one organisation that the person may see. */
export function OrganizationGate({ slug, children }: Props) {
  return (
    <OrganizationProvider slug={slug}>
      <Entered slug={slug}>{children}</Entered>
    </OrganizationProvider>
  );
}

function Entered({ slug, children }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [isShutOut, setShutOut] = useState(false);
  const language = me.data?.preferences.language;

  useEffect(() => {
    // If it cannot be loaded now, people read on in the language that the page has.
    if (language) changeLanguage(language).catch(() => {});
  }, [language]);
  // They speak of its people, and what they offer to do is done there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: those of the one before go with it
  useEffect(() => () => notifications.clean(), [slug]);
  useEffect(() => {
    if (me.isSuccess) lastOrganization.set(slug);
  }, [me.isSuccess, slug]);

  if (isShutOut || isNotOurs(me.error)) return <NotOurs />;
  if (me.isPending) return <ShellSkeleton />;
  if (me.isError)
    return (
      <Page>
        <ErrorState title={t("shell.startFailed")} error={me.error} onRetry={() => void me.refetch()} />
      </Page>
    );
  return (
    <RealtimeProvider me={me.data} onNotVisible={() => setShutOut(true)}>
      <ZoneProvider value={me.data.organization?.timezone ?? "UTC"}>{children}</ZoneProvider>
    </RealtimeProvider>
  );
}

function NotOurs() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const person = usePerson();
  return (
    <Page>
      <EmptyState
        icon={<IconBuildingOff size={24} stroke={1.5} />}
        title={t("shell.notYours.title")}
        action={person.data?.organizations.map(({ slug, name }) => (
          <Button key={slug} variant="default" onClick={() => navigate(paths.chats(slug))}>
            {t("shell.notYours.go", { name })}
          </Button>
        ))}
      >
        {t("shell.notYours.text")}
      </EmptyState>
    </Page>
  );
}

function isNotOurs(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}
